/** From what is typed into a recipient field to addresses. */
import { isAddress, readRecipients, type MailAddress } from '@postern/protocol/mime';

/**
 * What is to be added of the text that stands before and behind the caret when `pasted` comes between: a list is taken whole, since
 * only all of it tells whether a comma parts people or stands in a name. Undefined: it is text to go on with.
 */
export function pastedList(before: string, pasted: string, behind: string): MailAddress[] | undefined {
  if (behind.trim() !== '' || !/[,;\n\r]/.test(pasted.trim()) || !pasted.includes('@')) return undefined;
  return readRecipients(before + pasted);
}

/** Which suggestion Enter takes; −1: none, since a whole address was typed, and a longer one is somebody else's. */
export function likeliest(typed: string, suggestions: readonly MailAddress[]): number {
  const text = typed.trim().toLowerCase();
  if (!isAddress(text) || !/@.+\...+$/.test(text)) return 0;
  return suggestions.findIndex(({ address }) => address.toLowerCase() === text);
}

/**
 * The addresses that a comma, a semicolon or a line break has ended, outside quotes, brackets and comments, and
 * what is still being typed. A pasted list ends its last one too when that is an address already.
 */
export function finished(typed: string): { readonly done: MailAddress[]; readonly rest: string } {
  let quoted = false;
  let depth = 0;
  let end = -1;
  for (let at = 0; at < typed.length; at++) {
    const character = typed[at];
    if (character === '\\') at++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '<' || character === '(') depth++;
    else if (character === '>' || character === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0 && (character === ',' || character === ';' || character === '\n')) end = at;
  }
  if (end < 0) return { done: [], rest: typed };
  return { done: readRecipients(typed.slice(0, end)), rest: typed.slice(end + 1).trimStart() };
}
