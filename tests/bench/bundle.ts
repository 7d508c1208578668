/**
 * What the protocol package adds to what a browser downloads: minified, brotli. Beside emailjs-imap-client with postal-mime,
 * which do in a browser what imapflow with mailparser do in Node (those name Node's modules, and cannot be bundled for one).
 * On neither side the socket counts, a WebSocket here, a TCP shim there; nor their tables for TextDecoder, which every
 * browser has.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import type { Figure } from './figures.ts';

/** Octets; what the package may cost as the web app uses it, worker and page together. */
const AIM = 120_000;
const web = join(process.cwd(), 'web/src');

export async function bundleFigures(): Promise<Figure[]> {
  const client = await size(
    `export { Session } from '@postern/protocol/imap';
     export * from '@postern/protocol/imap';
     export { signIn } from '@postern/protocol/sign-in';
     export { parseMessage } from '@postern/protocol/mime';`,
  );
  const peers = await size(
    `export { default as ImapClient } from 'emailjs-imap-client'; export { default as PostalMime } from 'postal-mime';`,
  );
  const worker = imported(join(web, 'engine/worker.ts'));
  const page = imported(join(web, 'main.ts'));
  const [ofWorker, ofPage, both] = [await size(worker), await size(page), await size(worker, page)];
  console.log(
    `The web app's worker has ${ofWorker} octets of the protocol package, its page ${ofPage}; built together, ${both}.`,
  );
  const figure = (id: string, ours: number, peer: string, theirs: number, target?: number): Figure => {
    return { id, unit: 'kB', ours: ours / 1000, peer, theirs: theirs / 1000, ratio: theirs / ours, target };
  };
  return [
    figure('bundle of IMAP and MIME, minified, brotli', client, 'emailjs-imap-client and postal-mime', peers),
    figure("bundle of all that the web app uses, its worker's and its page's", both, 'our aim', AIM, 1),
  ];
}

/** Octets of modules and all that they import; what several import is there once. */
async function size(...sources: readonly string[]): Promise<number> {
  const entries = new Map(sources.map((source, at) => [join(process.cwd(), `tests/entry-${at}.js`), source]));
  const bundle = await rolldown({
    cwd: join(process.cwd(), 'tests'),
    input: [...entries.keys()],
    platform: 'browser',
    external: ['emailjs-tcp-socket', 'text-encoding'],
    logLevel: 'silent',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (entries.has(id) ? id : undefined),
        load: (id) => entries.get(id),
      },
    ],
  });
  const { output } = await bundle.generate({
    format: 'esm',
    minify: true,
    ...(sources.length === 1 ? { codeSplitting: false } : {}),
  });
  await bundle.close();
  return output
    .map((chunk) => (chunk.type === 'chunk' ? brotliCompressSync(chunk.code).length : 0))
    .reduce((sum, octets) => sum + octets, 0);
}

/** A module that exports what `entry` and the files of the web app that it reaches import from the protocol package. */
function imported(entry: string): string {
  const names = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file) || !existsSync(file)) return;
    seen.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, list = '', from = ''] of code.matchAll(
      /import (?!type)\{([^}]*)\} from '(@postern\/[^']+)'/g,
    )) {
      const found = names.get(from) ?? new Set();
      for (const name of list.split(',').map((each) => each.trim().split(' as ')[0] ?? '')) {
        if (name !== '' && !name.startsWith('type ')) found.add(name);
      }
      names.set(from, found);
    }
    for (const [, from = ''] of code.matchAll(
      /(?:\bfrom|\bimport|\bimport\()\s*'(\.[^']+\.(?:ts|svelte))'/g,
    )) {
      visit(join(dirname(file), from));
    }
  };
  visit(entry);
  if (names.size === 0) throw new Error(`${entry} imports nothing of the protocol package`);
  return [...names].map(([from, each]) => `export { ${[...each].join(', ')} } from '${from}';`).join('\n');
}
