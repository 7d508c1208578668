import type { RawCommand } from './command-reader.ts';

/** Commands whose arguments may be logged before sign-in; anything else there could be a mistyped LOGIN. */
const HARMLESS = /^(CAPABILITY|NOOP|LOGOUT|ID|STARTTLS)\b/i;

/** A command as one line for a log: no literals, and nothing that may hold a password. */
export function loggable(command: RawCommand, signedIn: boolean): string {
  const line = command.lines.join('{…}');
  const space = line.indexOf(' ');
  if (space < 0) return signedIn ? line : '…';
  const rest = line.slice(space + 1);
  if (!signedIn && !HARMLESS.test(rest)) {
    const verb = /^(LOGIN|AUTHENTICATE [A-Z0-9-]+)\b/i.exec(rest)?.[0] ?? '';
    return `${line.slice(0, space)} ${verb} …`;
  }
  return /^(LOGIN|AUTHENTICATE)\b/i.test(rest) ? `${line.slice(0, space)} …` : line;
}
