import { describe, expect, it } from 'vitest';
import type { Command } from '../../imap/index.ts';
import type { FetchedMessage, Uid } from '../../imap/types.ts';
import { ConnectionLost } from '../../error.ts';
import type { Lane } from '../lane.ts';
import { fetchSeveral } from './fetch-several.ts';

/** Whole messages in batches: in order, few commands, and no more in memory than two batches may have. */
const K = 1024;
const M = 1024 * K;

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

/** A server that has messages of these sizes under the UIDs 1, 2, 3 …, and gives at most 512 KiB at once. */
class FakeLane {
  onFetch: ((message: FetchedMessage) => void) | undefined;
  readonly commands: string[] = [];
  readonly #sizes: readonly number[];
  broken = false;

  constructor(sizes: readonly number[]) {
    this.#sizes = sizes;
  }

  async runFirst<R>(command: Command<R>): Promise<R> {
    await turns(10);
    const text = command.write(new Set()).join('');
    this.commands.push(text);
    if (this.broken) throw new ConnectionLost('gone');
    const [, set = '', first = '', most = ''] =
      /^UID FETCH (\S+) \(UID (?:FLAGS )?BODY\.PEEK\[\]<(\d+)\.(\d+)>\)$/.exec(text)!;
    for (const range of set.split(',')) {
      const [from = 0, to = from] = range.split(':').map(Number);
      for (let uid = from; uid <= to; uid++) {
        const size = this.#sizes[uid - 1] ?? 0;
        const data = new Uint8Array(Math.max(0, Math.min(size - Number(first), Number(most)))).fill(uid);
        const sections = [{ section: '', origin: Number(first), data }];
        this.onFetch?.({ uid: uid as Uid, sections } as unknown as FetchedMessage);
      }
    }
    return command.collect().settle({ code: undefined, text: '' });
  }
}

function open(
  sizes: readonly number[],
  said = sizes,
): { lane: FakeLane; batches: ReturnType<typeof fetchSeveral> } {
  const lane = new FakeLane(sizes);
  const rows = said.map((size, i) => ({ uid: (i + 1) as Uid, size }));
  return { lane, batches: fetchSeveral(lane as unknown as Lane, rows) };
}

async function take(
  batches: ReturnType<typeof fetchSeveral>,
): Promise<(readonly [number, number | undefined])[]> {
  const { value } = await batches.next();
  return (value ?? []).map(({ row, message }) => [row.uid, message?.length] as const);
}

describe('messages on their way into another mailbox', () => {
  it('come by one command where they are small', async () => {
    const { lane, batches } = open([10, 20, 30]);
    expect(await take(batches)).toEqual([
      [1, 10],
      [2, 20],
      [3, 30],
    ]);
    expect(await take(batches)).toEqual([]);
    expect(lane.commands).toEqual(['UID FETCH 1:3 (UID FLAGS BODY.PEEK[]<0.524288>)']);
  });

  it('are fetched ahead by one batch, and no further', async () => {
    const { lane, batches } = open(Array.from({ length: 12 }, () => 300 * K));
    expect(await take(batches)).toHaveLength(3);
    await turns(100);
    expect(lane.commands).toHaveLength(2);
    expect(await take(batches)).toHaveLength(3);
    await turns(100);
    expect(lane.commands).toHaveLength(3);
    await batches.return(undefined);
  });

  it('are not fetched ahead where two of them are too much at once', async () => {
    const { lane, batches } = open([3 * M, 3 * M]);
    expect(await take(batches)).toEqual([[1, 3 * M]]);
    await turns(100);
    expect(lane.commands.filter((command) => command.includes(' 2 '))).toEqual([]);
    expect(await take(batches)).toEqual([[2, 3 * M]]);
  });

  it('come whole, too, where the server has told another size', async () => {
    const { batches } = open([10, 700 * K, 30], [10, 20, 600 * K]);
    expect(await take(batches)).toEqual([
      [1, 10],
      [2, 700 * K],
      [3, 30],
    ]);
  });

  it('leave the lane to others when whoever wanted them goes, and when the connection ends', async () => {
    const { lane, batches } = open(Array.from({ length: 12 }, () => 300 * K));
    await take(batches);
    lane.broken = true;
    await batches.return(undefined);
    expect(lane.onFetch).toBeUndefined();
    const other = open([10, 20]);
    other.lane.broken = true;
    await expect(other.batches.next()).rejects.toBeInstanceOf(ConnectionLost);
    expect(other.lane.onFetch).toBeUndefined();
  });
});
