import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const docs = join(root, 'docs');

/** What a page says about code and tests: links to files, and names of test files with what their tests are called. */
function claimsIn(page: string): { links: string[]; tests: [file: string, title: string][] } {
  const text = readFileSync(join(docs, page), 'utf8');
  const links = [...text.matchAll(/\]\((\.\.\/[^)]+)\)/g)].map(([, path = '']) => path);
  const tests: [string, string][] = [];
  for (const line of text.split('\n')) {
    let file = '';
    for (const [, code, title] of line.matchAll(/`([\w/.-]+\.test\.ts)`|"([^"]+)"/g)) {
      if (code !== undefined) file = code.replace(/^sync\//, 'packages/protocol/src/sync/');
      if (file !== '') tests.push([file, title ?? '']);
    }
  }
  return { links, tests };
}

it.each(['founding-texts.md', 'never-lost.md'])('every file and test that docs/%s names is there', (page) => {
  const { links, tests } = claimsIn(page);
  expect(links.filter((path) => !existsSync(join(docs, path)))).toEqual([]);
  expect(tests.length).toBeGreaterThan(20);
  const missing = tests.filter(([file, title]) => {
    const path = join(root, file);
    // A title may be cut where its test fills something in.
    const parts = title.split('…').map((part) => part.trim());
    if (!existsSync(path)) return true;
    const source = readFileSync(path, 'utf8').replaceAll("\\'", "'").replaceAll('\\\\', '\\');
    return !parts.every((part) => source.includes(part));
  });
  expect(missing).toEqual([]);
});
