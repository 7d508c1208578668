/**
 * Messages from other projects' test suites, read by Postern and by mailparser. Where the two disagree, the table below says
 * why; a disagreement that is not in it fails, and so does one that is no more.
 */
import { parseMessage } from '@postern/protocol/mime';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { byPostern, disagreements } from './compare.ts';
import { DISAGREEMENTS } from './disagreements.ts';
import type { Field } from './disagreements.ts';

const CORPUS = new URL('../../../shared/corpus/', import.meta.url).pathname;
const present = existsSync(join(CORPUS, 'eml'));
if (!present) console.warn(`No test messages at ${CORPUS}: the tests that read them are skipped.`);

function messages(): string[] {
  const files = readdirSync(join(CORPUS, 'eml'), { recursive: true, withFileTypes: true });
  return files
    .filter(
      (file) =>
        file.isFile() && /\.(?:eml|txt|msg|raw|golden)$/.test(file.name) && file.name !== 'SOURCE.txt',
    )
    .map((file) => relative(join(CORPUS, 'eml'), join(file.parentPath, file.name)))
    .filter((path) => !path.includes('expected'))
    .sort();
}

describe.skipIf(!present)('messages of the corpus', () => {
  it('are read as mailparser reads them, but for what the table says', async () => {
    const found = new Map<Field, string[]>();
    const paths = messages();
    for (const path of paths) {
      const bytes = readFileSync(join(CORPUS, 'eml', path));
      for (const field of await disagreements(bytes)) {
        found.set(field, [...(found.get(field) ?? []), path]);
      }
    }
    expect(paths.length).toBeGreaterThan(200);
    for (const field of Object.keys(DISAGREEMENTS) as Field[]) {
      const listed = Object.values(DISAGREEMENTS[field]).flat().sort();
      expect(found.get(field) ?? [], field).toEqual(listed);
    }
  });

  it('cost no exception when cut or damaged anywhere', () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) & 0x7fffffff;
      return seed % below;
    };
    for (const path of messages()) {
      const whole = new Uint8Array(readFileSync(join(CORPUS, 'eml', path))).subarray(0, 50_000);
      for (let round = 0; round < 5; round++) {
        const bytes = whole.slice(0, round === 0 ? random(whole.length + 1) : whole.length);
        for (let hit = 0; hit < 20 && bytes.length > 0; hit++) bytes[random(bytes.length)] = random(256);
        byPostern(parseMessage(bytes));
      }
    }
  });
});
