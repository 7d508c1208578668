import { expect, it } from 'vitest';
import { CommandError } from '../../error.ts';
import type { Command } from '../../imap/index.ts';
import type { Lane } from '../lane.ts';
import { behindNoop } from './behind-noop.ts';

/** A lane whose NOOP is settled by `noop`. */
function bench(noop: Promise<void>): {
  readonly said: string[];
  readonly lane: Lane;
  ask(): Promise<number>;
} {
  const said: string[] = [];
  const runFirst = ({ name }: Command<unknown>): Promise<void> => {
    said.push(name);
    return noop;
  };
  return {
    said,
    lane: { runFirst } as unknown as Lane,
    async ask() {
      said.push('question');
      const turn = said.length;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return turn;
    },
  };
}

it('asks in the flight of the NOOP, and takes what is answered behind it', async () => {
  const { said, lane, ask } = bench(new Promise((resolve) => setTimeout(resolve, 1)));
  const answer = behindNoop(lane, ask);
  expect(said).toEqual(['NOOP', 'question']);
  expect(await answer).toBe(2);
  expect(said).toHaveLength(2);
});

it('asks again where the answer came before the server had told what is new', async () => {
  const { said, lane, ask } = bench(new Promise((resolve) => setTimeout(resolve, 40)));
  expect(await behindNoop(lane, ask)).toBe(3);
  expect(said).toEqual(['NOOP', 'question', 'question']);
});

it('gives no answer where the NOOP is refused', async () => {
  const refusal = new CommandError('NOOP', 'NO', 'not now', undefined);
  const { lane, ask } = bench(Promise.reject(refusal));
  await expect(behindNoop(lane, ask)).rejects.toBe(refusal);
});
