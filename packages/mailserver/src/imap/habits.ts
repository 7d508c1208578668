import type { Session } from './session.ts';
import { acts } from './session.ts';

/** The text as a careless server writes it, where the profile is one. */
export function asWritten(session: Session, text: string): string {
  let written = text;
  if (acts(session, 'code-without-text'))
    written = written.replace(/^(\* OK \[[^\]]*\])[^\r\n]*\r\n/gm, '$1\r\n');
  if (acts(session, 'trailing-space'))
    written = written.replace(/^(\* (?:CAPABILITY|SEARCH|FLAGS)\b.*)\r\n/gm, '$1 \r\n');
  return written;
}
