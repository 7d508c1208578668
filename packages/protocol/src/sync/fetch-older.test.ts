import { beforeEach, describe, expect, it } from 'vitest';
import { CommandError, ConnectionLost } from '../error.ts';
import type { Command } from '../imap/index.ts';
import type { FetchedMessage, Uid } from '../imap/types.ts';
import { fetchOlder } from './fetch-older.ts';
import type { Turn } from './fetch-older.ts';
import type { Lane } from './lane.ts';
import { MemoryStore } from './memory-store.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { Progress } from './progress.ts';
import { Truth } from './truth.ts';

const key = 1 as MailboxKey;
/** Below this UID nothing is known. */
const TOP = 20_001;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What of a connection is needed here, in a test's hands. */
class Answering {
  now = (): number => this.time;
  time = 0;
  received = 0;
  roundTrip = Number.POSITIVE_INFINITY;
  unstored = 0;
  noticed = { exists: 20_000, arrived: 0, unknown: new Set<Uid>(), lost: false, suspect: false };
  onFetch: ((message: FetchedMessage) => void) | undefined;
  /** Sets of UIDs, as they were asked for. */
  readonly asked: string[] = [];
  readonly truth: Truth;
  readonly #answers: { at: number; resolve(): void; reject(error: Error): void }[] = [];
  constructor(truth: Truth) {
    this.truth = truth;
  }
  compressed = async (): Promise<void> => {};
  absorbed = async (update?: (mailbox: Mailbox) => Mailbox): Promise<void> => {
    if (update) await this.truth.updateMailbox(key, update);
  };

  runFirst = (command: Command<unknown>): Promise<unknown> => {
    this.asked.push(/[\d:,*]+/.exec(JSON.stringify(command.write(new Set(), new Set())))?.[0] ?? '');
    return new Promise((resolve, reject) =>
      this.#answers.push({ at: this.time, resolve: () => resolve({ value: undefined }), reject }),
    );
  };
  run = async (command: Command<unknown>): Promise<unknown> => {
    this.asked.push(`again ${command.name}`);
    return { value: undefined };
  };

  /** The oldest question is answered with a message of each UID, so many milliseconds later. */
  async answer([first, last]: readonly [number, number], after = 0, octetsEach = 100): Promise<void> {
    this.time += after;
    for (let uid = first; uid <= last; uid++) this.onFetch?.({ seq: uid, uid, size: 1 } as never);
    this.received += (last - first + 1) * octetsEach;
    const answer = this.#answers.shift();
    if (answer) this.roundTrip = Math.min(this.roundTrip, this.time - answer.at);
    answer?.resolve();
    await settle();
    await settle();
  }
  /** The oldest question is answered as far away, with what takes so many milliseconds for each message. */
  async answerFrom(roundTrip: number, each: number): Promise<void> {
    const [first = 0, last = 0] = this.asked.at(-this.open)!.split(':').map(Number);
    this.time = Math.max(this.time, this.#answers[0]!.at + roundTrip);
    await this.answer([first, last], (last - first + 1) * each);
  }

  /** All that was asked for is answered, one after the other. */
  async answerAll(after: number, octetsEach?: number): Promise<void> {
    for (let left = this.open; left > 0; left--) {
      const [first = 0, last = 0] = this.asked.at(-this.open)!.split(':').map(Number);
      await this.answer([first, last], after, octetsEach);
    }
  }

  /** Messages of the oldest question are heard of, and no receipt yet. */
  hear(first: number, last: number): void {
    for (let uid = first; uid <= last; uid++) this.onFetch?.({ seq: uid, uid, size: 1 } as never);
  }

  get open(): number {
    return this.#answers.length;
  }
  async fail(error: Error): Promise<void> {
    this.#answers.shift()?.reject(error);
    await settle();
  }
}

describe('older mail', () => {
  const truth = new Truth(new MemoryStore());
  let lane: Answering;
  let progress: Progress;
  let wanted: boolean;
  let turn: Turn;
  let missing: number[];
  const from = async (): Promise<number | undefined> => (await truth.mailbox(key))?.sync.from;
  const fetch = async (): Promise<{ readonly ended: Promise<unknown> }> => {
    const ended = fetchOlder(
      lane as unknown as Lane,
      truth,
      key,
      { first: TOP - 200, last: TOP - 1 },
      progress,
      turn,
    ).catch((error: unknown) => error);
    await settle();
    return { ended };
  };

  beforeEach(async () => {
    lane = new Answering(truth);
    progress = new Progress();
    wanted = true;
    missing = [];
    turn = { goesOn: () => wanted, came: (left) => missing.push(left) };
    const mailbox = newMailbox(key);
    await truth.commit([
      { kind: 'mailbox', mailbox: { ...mailbox, sync: { ...mailbox.sync, from: TOP, uidNext: TOP } } },
    ]);
  });

  it('is asked for while what was asked for before is still coming', async () => {
    await fetch();
    expect(lane.asked).toEqual(['19801:20000', '19601:19800']);
    expect(await from()).toBe(20_001);
    await lane.answer([19_801, 20_000]);
    expect(await from()).toBe(19_801);
    expect(missing).toEqual([19_800]);
    expect(lane.asked).toHaveLength(3);
  });

  it('counts as here only as far as it came whole', async () => {
    const { ended } = await fetch();
    await lane.answer([19_801, 20_000]);
    await lane.fail(new ConnectionLost('cut'));
    expect(await ended).toBeInstanceOf(ConnectionLost);
    expect(await from()).toBe(19_801);
  });

  it('comes in larger windows where the line is quick, in smaller ones where it is slow', async () => {
    await fetch();
    await lane.answer([19_801, 20_000]);
    await lane.answer([19_601, 19_800]);
    expect(progress.chunk).toBeGreaterThan(400);
    const { chunk } = progress;
    await lane.answerAll(1900);
    expect(progress.chunk).toBeLessThan(chunk);
  });

  it('is asked for further ahead the longer the way is, and the quicker what comes', async () => {
    const openAfter = async (roundTrip: number, each: number): Promise<number> => {
      lane = new Answering(truth);
      progress = new Progress();
      const { ended } = await fetch();
      while ((await from())! > 8000) await lane.answerFrom(roundTrip, each);
      const { open } = lane;
      wanted = false;
      await lane.answerAll(0);
      await ended;
      wanted = true;
      await truth.updateMailbox(key, (now) => ({ ...now, sync: { ...now.sync, from: TOP } }));
      return open;
    };
    const far = await openAfter(600, 0.1);
    const near = await openAfter(20, 0.1);
    const slow = await openAfter(600, 2);
    expect([near, slow]).toEqual([2, 2]);
    expect(far).toBeGreaterThan(4);
  });

  it('is asked for as what was asked for comes: some servers give no receipt until all has gone that they were asked for', async () => {
    await fetch();
    await lane.answer([19_801, 20_000], 20);
    const { length } = lane.asked;
    expect(lane.open).toBeGreaterThan(1);
    for (const set of lane.asked.slice(1)) {
      const [first = 0, last = 0] = set.split(':').map(Number);
      lane.hear(first, last);
    }
    expect(lane.asked.length).toBeGreaterThan(length);
    expect(await from()).toBe(19_801);
  });

  it('is asked for no further than some times what has come: the pace of a few may be no pace to go by', async () => {
    await fetch();
    await lane.answer([19_801, 20_000]);
    await lane.answer([19_601, 19_800]);
    const onTheirWay = lane.asked.slice(2).map((set) => set.split(':').map(Number));
    const messages = onTheirWay.reduce((sum, [first = 0, last = 0]) => sum + last - first + 1, 0);
    expect(messages).toBeGreaterThan(800);
    expect(messages).toBeLessThanOrEqual(4 * 400);
  });

  it('comes whole, once what is left is little, however many UIDs that may be in', async () => {
    lane.noticed.exists = 500;
    await fetch();
    await lane.answer([19_801, 19_900]);
    await lane.answer([19_601, 19_650]);
    expect(lane.asked.at(-1)).toMatch(/^1:/);
    expect(lane.open).toBeLessThanOrEqual(2);
  });

  it('waits for what was heard to be in the store', async () => {
    await fetch();
    for (let i = 0; i < 3; i++) await lane.answerFrom(0, 0);
    expect(lane.open).toBeGreaterThan(2);
    lane.unstored = 100_000;
    while (lane.open > 2) await lane.answerFrom(0, 0);
    await lane.answerFrom(0, 0);
    expect(lane.open).toBe(2);
    lane.unstored = 0;
    await lane.answerFrom(0, 0);
    expect(lane.open).toBeGreaterThan(2);
  });

  it('of a mailbox that is looked at for the first time begins with the newest, and goes on once those are on screen', async () => {
    await truth.commit([{ kind: 'mailbox', mailbox: newMailbox(key) }]);
    const began = (now: Mailbox, highest: number): Mailbox => ({
      ...now,
      sync: { ...now.sync, uidNext: highest + 1 },
    });
    const newest = { first: TOP - 60, last: 4_294_967_295 };
    let known: number | undefined;
    turn = { ...turn, asked: () => (known = lane.asked.length) };
    void fetchOlder(lane as unknown as Lane, truth, key, newest, progress, turn, began);
    await settle();
    expect(lane.asked).toEqual(['19941:*', '19741:19940']);
    expect(known).toBe(2);
    lane.hear(TOP - 60, TOP - 11);
    const atCommits: number[] = [];
    const { absorbed } = lane;
    lane.absorbed = (update) => {
      atCommits.push(lane.asked.length);
      return absorbed(update);
    };
    await lane.answer([TOP - 10, TOP - 1], 10);
    expect(atCommits[0]).toBe(2);
    expect((await truth.mailbox(key))?.sync).toMatchObject({ from: TOP - 60, uidNext: TOP });
    await lane.answer([19_741, 19_940]);
    expect(await from()).toBe(19_741);
    expect(lane.asked.length).toBeGreaterThan(3);
  });

  it('waits on its way for no more memory than there is', async () => {
    await fetch();
    await lane.answer([19_801, 20_000], 1000, 20_000);
    for (let i = 0; i < 5; i++) {
      await lane.answerAll(0, 20_000);
      expect(lane.open).toBe(2);
    }
  });

  it('is asked for no further ahead than one window where that costs', async () => {
    turn = { ...turn, isDear: true };
    await fetch();
    await lane.answer([19_801, 20_000], 1000);
    for (let i = 0; i < 5; i++) {
      await lane.answerAll(0);
      expect(lane.open).toBe(2);
    }
  });

  it('gives way to what is wanted more', async () => {
    const { ended } = await fetch();
    wanted = false;
    await lane.answer([19_801, 20_000]);
    await lane.answer([19_601, 19_800]);
    await ended;
    expect(lane.asked).toHaveLength(2);
    expect(await from()).toBe(19_601);
  });

  it('gives way to new mail, also after some was removed', async () => {
    const { ended } = await fetch();
    lane.noticed.exists -= 5;
    await lane.answer([19_801, 20_000]);
    expect(lane.asked).toHaveLength(3);
    lane.noticed.exists += 1;
    await lane.answerAll(0);
    await ended;
    expect(lane.asked).toHaveLength(3);
  });

  it('is not asked for when all that there is has come, or is coming', async () => {
    lane.noticed.exists = 300;
    const { ended } = await fetch();
    expect(lane.asked).toHaveLength(2);
    await lane.answer([19_801, 20_000]);
    await lane.answer([19_601, 19_700]);
    await ended;
    expect(lane.asked).toHaveLength(2);
  });

  it('is looked for message by message where the server refuses a window', async () => {
    const { ended } = await fetch();
    await lane.fail(new CommandError('UID FETCH', 'NO', 'some are gone', undefined));
    await lane.answer([19_601, 19_800]);
    expect(await ended).toBeUndefined();
    expect(lane.asked).toContain('again UID FETCH');
    expect(await from()).toBe(19_801);
  });

  it('counts for nothing where the UIDs were found void meanwhile', async () => {
    const { ended } = await fetch();
    await truth.updateMailbox(key, (now) => ({ ...now, sync: { ...now.sync, from: 41 } }));
    await lane.answer([19_801, 20_000]);
    expect(await ended).toBeUndefined();
    expect(await from()).toBe(41);
  });
});
