import { beforeEach, describe, expect, it } from 'vitest';
import { CommandError, ConnectionLost } from '../error.ts';
import type { Command } from '../imap/index.ts';
import type { FetchedMessage, Uid } from '../imap/types.ts';
import { fetchOlder } from './fetch-older.ts';
import type { Lane } from './lane.ts';
import { MemoryStore } from './memory-store.ts';
import type { MailboxKey } from './model.ts';
import { newMailbox } from './new-mailbox.ts';
import { Progress } from './progress.ts';
import { Truth } from './truth.ts';

const key = 1 as MailboxKey;
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What of a connection is needed here, in a test's hands. */
class Answering {
  now = (): number => this.time;
  time = 0;
  noticed = { exists: 1000, unknown: new Set<Uid>(), lost: false, suspect: false };
  onFetch: ((message: FetchedMessage) => void) | undefined;
  /** Sets of UIDs, as they were asked for. */
  readonly asked: string[] = [];
  readonly #answers: { resolve(): void; reject(error: Error): void }[] = [];
  compressed = async (): Promise<void> => {};
  absorbed = async (): Promise<void> => {};

  runFirst = (command: Command<unknown>): Promise<unknown> => {
    this.asked.push(/[\d:,*]+/.exec(JSON.stringify(command.write(new Set(), new Set())))?.[0] ?? '');
    return new Promise((resolve, reject) =>
      this.#answers.push({ resolve: () => resolve({ value: undefined }), reject }),
    );
  };
  run = async (command: Command<unknown>): Promise<unknown> => {
    this.asked.push(`again ${command.name}`);
    return { value: undefined };
  };

  /** The oldest question is answered with a message of each UID. */
  async answer([first, last]: readonly [number, number]): Promise<void> {
    for (let uid = first; uid <= last; uid++) this.onFetch?.({ seq: uid, uid, size: 1 } as never);
    this.#answers.shift()?.resolve();
    await settle();
    await settle();
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
  const from = async (): Promise<number | undefined> => (await truth.mailbox(key))?.sync.from;
  const fetch = async (): Promise<{ readonly ended: Promise<unknown> }> => {
    const ended = fetchOlder(
      lane as unknown as Lane,
      truth,
      key,
      { first: 801, last: 1000 },
      progress,
      () => wanted,
    ).catch((error: unknown) => error);
    await settle();
    return { ended };
  };

  beforeEach(async () => {
    lane = new Answering();
    progress = new Progress();
    wanted = true;
    const mailbox = newMailbox(key);
    await truth.commit([
      { kind: 'mailbox', mailbox: { ...mailbox, sync: { ...mailbox.sync, from: 1001, uidNext: 1001 } } },
    ]);
  });

  it('is asked for while what was asked for before is still coming', async () => {
    await fetch();
    expect(lane.asked).toEqual(['801:1000', '601:800']);
    expect(await from()).toBe(1001);
    await lane.answer([801, 1000]);
    expect(await from()).toBe(801);
    expect(lane.asked).toHaveLength(3);
  });

  it('counts as here only as far as it came whole', async () => {
    const { ended } = await fetch();
    await lane.answer([801, 1000]);
    await lane.fail(new ConnectionLost('cut'));
    expect(await ended).toBeInstanceOf(ConnectionLost);
    expect(await from()).toBe(801);
  });

  it('comes in larger windows where the line is quick, in smaller ones where it is slow', async () => {
    await fetch();
    await lane.answer([801, 1000]);
    await lane.answer([601, 800]);
    expect(progress.chunk).toBeGreaterThan(400);
    const { chunk } = progress;
    lane.time += 1900;
    await lane.answer([201, 600]);
    expect(progress.chunk).toBeLessThan(chunk);
  });

  it('gives way to what is wanted more', async () => {
    const { ended } = await fetch();
    wanted = false;
    await lane.answer([801, 1000]);
    await lane.answer([601, 800]);
    await ended;
    expect(lane.asked).toEqual(['801:1000', '601:800']);
    expect(await from()).toBe(601);
  });

  it('is not asked for when all that there is has come', async () => {
    lane.noticed.exists = 200;
    const { ended } = await fetch();
    await lane.answer([801, 1000]);
    await lane.answer([601, 600]);
    await ended;
    expect(lane.asked).toEqual(['801:1000', '601:800']);
  });

  it('is looked for message by message where the server refuses a window', async () => {
    const { ended } = await fetch();
    await lane.fail(new CommandError('UID FETCH', 'NO', 'some are gone', undefined));
    await lane.answer([601, 800]);
    expect(await ended).toBeUndefined();
    expect(lane.asked).toContain('again UID FETCH');
    expect(await from()).toBe(801);
  });
});
