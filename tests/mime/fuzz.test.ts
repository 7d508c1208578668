/** A short run of the fuzzer, always the same; `pnpm fuzz` goes on from there. */
import { expect, it } from 'vitest';
import { fuzz, fuzzCase } from '../fuzz/fuzz.ts';
import { MESSAGES } from '../fuzz/samples.ts';
import { TARGETS } from '../fuzz/targets.ts';

it('nothing but the named errors escapes', { timeout: 120_000 }, async () => {
  const { done, findings } = await fuzz(TARGETS, { cases: 600, seconds: 60, seed: 1 });
  expect(findings).toEqual([]);
  expect(done).toBeGreaterThan(0);
});

it('an error that has no name is found, with the octets that repeat it', async () => {
  const broken = {
    name: 'broken',
    samples: MESSAGES,
    run(bytes: Uint8Array) {
      if (bytes.length % 7 === 0) throw new TypeError('of length 7 n');
    },
  };
  const { findings } = await fuzz([broken], { cases: 1000, seconds: 10, seed: 5 });
  const [finding] = findings;
  expect(finding?.what).toContain('of length 7 n');
  const again = await fuzzCase({ ...finding!, target: broken });
  expect(again).toMatchObject({
    what: expect.stringContaining('of length 7 n') as string,
    seed: finding!.seed,
  });
});
