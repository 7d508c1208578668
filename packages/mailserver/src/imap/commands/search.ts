import type { Execution } from '../output.ts';
import { ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { readSearchProgram } from '../search-key.ts';
import type { Session } from '../session.ts';
import { has, selectedOf } from '../session.ts';

/** SEARCH and UID SEARCH (RFC 3501 §6.4.4, RFC 7162 §3.1.5). */
export function* search(session: Session, scanner: Scanner, byUid: boolean): Execution {
  const selected = selectedOf(session);
  scanner.space();
  const { matches, usesModSeq } = readSearchProgram(scanner, selected, has(session, 'CONDSTORE'));
  if (usesModSeq) session.condstore = true;
  const found: number[] = [];
  let highest = 0n;
  for (const [index, message] of selected.messages.entries()) {
    if (message.expunged || !matches(message, index + 1)) continue;
    found.push(byUid ? message.uid : index + 1);
    if (message.modSeq > highest) highest = message.modSeq;
  }
  const modSeq = usesModSeq && found.length > 0 ? ` (MODSEQ ${highest})` : '';
  yield `* SEARCH${found.map((number) => ` ${number}`).join('')}${modSeq}\r\n`;
  return ok('Searched');
}
