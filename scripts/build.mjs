// pnpm build: bundles the two servers for Node and the web app for browsers; what has not changed is left alone.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { contentStamp, isFresh, remember, root } from './stamp.mjs';

const common = ['package.json', 'pnpm-lock.yaml', 'tsconfig.base.json', 'scripts/build.mjs'];

/** What is built: from which sources, and a file that is there when it was. */
export const parts = [
  {
    name: 'gateway',
    sources: [...common, 'gateway', 'packages/protocol'],
    output: 'gateway/dist/main.js',
    build: () => bundle('gateway', { index: 'src/index.ts', main: 'src/main.ts' }),
  },
  {
    name: 'mailserver',
    sources: [...common, 'packages/mailserver'],
    output: 'packages/mailserver/dist/index.js',
    build: () => bundle('packages/mailserver', { index: 'src/index.ts' }),
  },
  {
    name: 'web',
    sources: [...common, 'web', 'packages/protocol'],
    output: 'web/dist/index.html',
    build: buildWeb,
  },
];

/** The parts whose sources have changed since they were built. */
export function staleParts() {
  return parts.filter(({ name, sources, output }) => !isFresh(name, sources, output));
}

export async function buildPart({ name, sources, build }) {
  const stamp = contentStamp(sources);
  await build();
  remember(name, stamp);
}

/** One file an entry; our own packages go in, those of others stay where they are installed. */
async function bundle(folder, input) {
  const { rolldown } = await import('rolldown');
  const bundled = await rolldown({
    cwd: join(root, folder),
    input,
    platform: 'node',
    external: (id) => /^[^./]/.test(id) && !id.startsWith('@postern/'),
    logLevel: 'warn',
  });
  await bundled.write({ dir: join(root, folder, 'dist'), format: 'esm', sourcemap: true, cleanDir: true });
  await bundled.close();
}

async function buildWeb() {
  const { build } = await import('vite');
  await build({ root: join(root, 'web'), logLevel: 'warn' });
  await precompress(join(root, 'web', 'dist'));
}

const compressible = new Set(['.html', '.js', '.css', '.json', '.webmanifest', '.svg', '.txt', '.wasm']);
/** Octets: below this a packet is a packet. */
const worthwhile = 1024;

async function precompress(folder) {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    if (body.length < worthwhile) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    const [brotli, gzipped] = await Promise.all([
      promisify(brotliCompress)(body, quality),
      promisify(gzip)(body, { level: constants.Z_BEST_COMPRESSION }),
    ]);
    if (brotli.length < body.length) await writeFile(`${path}.br`, brotli);
    if (gzipped.length < body.length) await writeFile(`${path}.gz`, gzipped);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  const wanted = names.length > 0 ? parts.filter(({ name }) => names.includes(name)) : staleParts();
  for (const part of wanted) {
    const began = Date.now();
    try {
      await buildPart(part);
    } catch (error) {
      console.error(`${part.name} could not be built.\n\n${error.message}`);
      process.exit(1);
    }
    console.log(`built ${part.name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  }
  if (wanted.length === 0) console.log('everything is built');
}
