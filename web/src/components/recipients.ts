/** From what is typed into a recipient field to addresses. */
import { parseAddresses, type MailAddress } from '@postern/protocol/mime';

/** Whether it can be sent to: a local part and a domain, no spaces. Whether it exists only its server can say. */
export function isAddress(address: string): boolean {
  return (
    /^[^\s@<>,;"]+@[^\s@<>,;".]+(?:\.[^\s@<>,;".]+)*$/.test(address) || /^"[^"\r\n]+"@[^\s@]+$/.test(address)
  );
}

/** What is no address becomes one all the same, to be shown as wrong and mended rather than dropped. */
export function complete(text: string): MailAddress[] {
  const trimmed = text.replace(/[,;\s]+$/, '').trim();
  if (trimmed === '') return [];
  const people = parseAddresses(trimmed.replaceAll(';', ','));
  return people.length > 0 ? people : [{ name: '', address: trimmed }];
}

/** A whole field, as it was kept. */
export function split(value: string): MailAddress[] {
  return complete(value);
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
  return { done: complete(typed.slice(0, end)), rest: typed.slice(end + 1).trimStart() };
}
