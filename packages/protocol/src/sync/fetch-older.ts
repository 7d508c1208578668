/**
 * Older mail, newest first, in windows of UIDs. The next window is asked for while the last one is still coming, so that a long
 * way to the server costs no pause between them; and windows grow where the line is quick, for each costs a commit.
 */
import { CommandError } from '../error.ts';
import { uidFetch } from '../imap/index.ts';
import { fetchDescriptors, DESCRIPTOR_ITEMS } from './fetch-descriptors.ts';
import type { Lane } from './lane.ts';
import type { MailboxKey } from './model.ts';
import { nextWindow } from './plan.ts';
import type { Progress } from './progress.ts';
import { runFirstInSteps } from './steps.ts';
import type { Truth } from './truth.ts';

/** Milliseconds for which further windows are asked for, until something else gets its turn on this connection. */
const TURN = 2000;
/** Milliseconds: windows that come quicker than this may be larger; those that take longer have to be smaller. */
const QUICK = 250;
const SLOW = 1000;
const SMALLEST_CHUNK = 100;
const LARGEST_CHUNK = 1600;

interface Window {
  readonly first: number;
  readonly last: number;
  readonly answered: Promise<unknown>;
}

/**
 * The window `first` to `last`, and those below it for as long as it is this mailbox's turn and it `isWanted` more than others.
 * `sync.from` sinks with each that is wholly in the store, and only then.
 */
export async function fetchOlder(
  lane: Lane,
  truth: Truth,
  mailbox: MailboxKey,
  { first, last }: { readonly first: number; readonly last: number },
  progress: Progress,
  isWanted: () => boolean,
): Promise<void> {
  const found: number[] = [];
  const windows: Window[] = [];
  const until = lane.now() + TURN;
  const { exists } = lane.noticed;
  let missing = exists - (await truth.rows(mailbox)).length;
  let next = { first, last };
  let began = 0;
  const more = (): void => {
    if (next.first === 1 || missing <= found.length || lane.now() >= until || !isWanted()) return;
    // New mail goes first.
    if (lane.noticed.exists > exists) return;
    next = { first: Math.max(1, next.first - progress.window), last: next.first - 1 };
    ask();
  };
  const ask = (): void => {
    const answered = runFirstInSteps(lane, [[next.first, next.last]], (uids) =>
      uidFetch(uids, DESCRIPTOR_ITEMS),
    );
    // Should one before it fail, nobody waits for it.
    answered.catch(() => undefined);
    windows.push({ ...next, answered });
  };
  try {
    await lane.compressed();
    lane.onFetch = ({ uid, envelope, size }) => {
      if (uid !== undefined && (envelope || size !== undefined)) found.push(uid);
    };
    began = lane.now();
    ask();
    for (let window = windows[0]; window; window = windows[0]) {
      if (windows.length === 1) more();
      await window.answered;
      // What came is put away while the next is on its way.
      more();
      await lane.absorbed();
      windows.shift();
      await truth.updateMailbox(mailbox, (now) => ({ ...now, sync: { ...now.sync, from: window.first } }));
      const held = takeFrom(found, window);
      missing -= held;
      progress.chunk = nextChunk(progress.chunk, lane.now() - began);
      progress.window = nextWindow(window.last - window.first + 1, held, progress.chunk);
      began = lane.now();
    }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await Promise.allSettled(windows.map(({ answered }) => answered));
    const [refused] = windows;
    if (!refused) throw error;
    await fetchDescriptors(lane, refused.first, refused.last);
    await truth.updateMailbox(mailbox, (now) => ({ ...now, sync: { ...now.sync, from: refused.first } }));
  } finally {
    lane.onFetch = undefined;
  }
}

/** Takes the UIDs of `window` out of `found`; how many those are. */
function takeFrom(found: number[], { first, last }: Window): number {
  const rest = found.filter((uid) => uid < first || uid > last);
  const held = found.length - rest.length;
  found.splice(0, found.length, ...rest);
  return held;
}

function nextChunk(chunk: number, took: number): number {
  if (took < QUICK) return Math.min(chunk * 2, LARGEST_CHUNK);
  return took > SLOW ? Math.max(chunk >> 1, SMALLEST_CHUNK) : chunk;
}
