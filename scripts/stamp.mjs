// Content stamps: what a build was made from, so that it is made again only when that has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, 'node_modules', '.cache', 'postern');
const skipped = new Set(['node_modules', 'dist', '.cache', '.vite']);

function* files(path) {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory()) return yield path;
  for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
    if (!skipped.has(entry.name) && !entry.name.endsWith('.test.ts')) yield* files(join(path, entry.name));
}

/** A hash over the names and contents of files and folders (given relative to the project), tests left out. */
export function contentStamp(paths) {
  const hash = createHash('sha256').update(process.version.split('.')[0]);
  for (const path of paths)
    for (const file of files(join(root, path)))
      hash
        .update(`\0${file.slice(root.length)}\0`)
        .update(createHash('sha256').update(readFileSync(file)).digest());
  return hash.digest('hex');
}

/** Whether `name` was last made from what `paths` hold now, and `output` is still there. */
export function isFresh(name, paths, output) {
  const file = join(cache, `${name}.stamp`);
  return (
    existsSync(join(root, output)) && existsSync(file) && readFileSync(file, 'utf8') === contentStamp(paths)
  );
}

/** Remembers `stamp`, taken before the work began, so that a change during the work is not taken for done. */
export function remember(name, stamp) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, `${name}.stamp`), stamp);
}
