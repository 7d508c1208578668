import { CLOSE, NESTING_LIMIT, OPEN, type Reader } from '../reader.ts';
import type { Thread } from '../response.ts';

/** Threads and branches of one response: each costs some 200 octets, however short it is. Larger mailboxes are threaded here. */
export const THREADS_LIMIT = 200_000;

/**
 * `"THREAD" [SP 1*thread-list]` (RFC 5256 §4): `(3 6 (4 23)(44 7 96))`, where each number is the child of the one before it
 * and lists side by side are siblings. A list that begins with a list has no message at its root.
 */
export function readThreads(reader: Reader): Thread[] {
  const threads: Thread[] = [];
  const room = { left: THREADS_LIMIT };
  for (reader.skipSpaces(); !reader.atEnd; reader.skipSpaces()) threads.push(readThread(reader, 0, room));
  return threads;
}

function readThread(reader: Reader, depth: number, room: { left: number }): Thread {
  if (depth > NESTING_LIMIT) throw reader.error('fewer threads within threads');
  if (room.left-- === 0) throw reader.error('fewer threads');
  reader.expect(OPEN);
  const line: number[] = [];
  const branches: Thread[] = [];
  for (;;) {
    reader.skipSpaces();
    if (reader.take(CLOSE)) return { line, branches };
    if (reader.peek === OPEN) branches.push(readThread(reader, depth + 1, room));
    else if (branches.length > 0) throw reader.error('a thread');
    else line.push(reader.number());
  }
}
