/**
 * `pnpm bench memory`: how much memory the process takes at its peak while one of the largest responses that are read at all
 * comes in, piece by piece, and is made into values. Each in a process of its own; the result is a multiple of the largest
 * response there can be. No time is measured.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Connection, RESPONSE_LIMIT } from '@postern/protocol/imap';
import type { ConnectionEvent } from '@postern/protocol/imap';
import { LARGEST, STREAMED } from './memory/largest.ts';
import type { LargestResponse } from './memory/largest.ts';

/** Peak of the process's memory so far, in octets. */
const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** Reads it as a session would, the last event kept as whoever it is for keeps it. Octets of memory it took. */
function measure({ pieces }: LargestResponse): number {
  const connection = new Connection({ greeted: true });
  let last: ConnectionEvent | undefined;
  const feed = (piece: Uint8Array): void => {
    connection.receive(piece);
    for (let event = connection.next(); event; event = connection.next()) last = event;
  };
  // What is laid out once for all, and what making the pieces takes, is no part of it.
  for (const piece of STREAMED.pieces()) feed(piece);
  globalThis.gc?.();
  const before = peak();
  for (const piece of pieces()) feed(piece);
  const took = peak() - before;
  if (last === undefined) throw new Error('nothing was read');
  return took;
}

const args = process.argv.slice(2);
const only = args.indexOf('--only');
if (only >= 0) {
  const response = LARGEST.find(({ name }) => name === args[only + 1]);
  if (response) console.log(measure(response));
} else {
  const rows = LARGEST.map(({ name, octets }) => {
    const run = spawnSync(process.execPath, ['--expose-gc', process.argv[1] ?? '', '--only', name], {
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`${name}: ${run.stderr}`);
    return { name, octets, took: Number(run.stdout), ratio: Number(run.stdout) / RESPONSE_LIMIT };
  });
  const megabytes = (count: number): string => `${(count / 1024 / 1024).toFixed(1)} MiB`;
  console.table(
    rows.map(({ name, octets, took, ratio }) => ({
      response: name,
      'on the wire': megabytes(octets),
      'memory at its peak': megabytes(took),
      'of the largest response': `${ratio.toFixed(2)}×`,
    })),
  );
  const file = args[args.indexOf('--json') + 1];
  if (args.includes('--json') && file) writeFileSync(file, `${JSON.stringify({ rows }, null, 2)}\n`);
}
