/** No response, however large, takes much more memory than the largest there can be; no time is measured. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Of the largest response: as it comes and as values, and what the collector has not come to yet. */
const MOST = 3;

it('memory stays within a small multiple of the largest response', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-memory-'));
  try {
    const file = join(folder, 'memory.json');
    const script = join(import.meta.dirname, '../../scripts/bench.mjs');
    const run = spawnSync(process.execPath, [script, 'memory', '--json', file], { encoding: 'utf8' });
    if (run.status !== 0) throw new Error(run.stderr);
    console.log(run.stdout);
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: { name: string; ratio: number }[] };
    expect(rows.filter(({ ratio }) => ratio > MOST)).toEqual([]);
    // What is kept is seen by the measurement.
    expect(rows.find(({ name }) => name.startsWith('parts in literals'))?.ratio).toBeGreaterThan(0.9);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
