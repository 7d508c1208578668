import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FetchItem } from '@postern/protocol/imap';
import { capture } from '../capture.ts';
import { race } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { cutResponses } from '../responses.ts';
import { Generated } from './generated.ts';
import { Reading } from './reading.ts';
import { touch } from './touch.ts';

const COUNT = 10_000;
const ROUNDS = 5;

const require = createRequire(join(process.cwd(), 'tests/package.json'));
const imapflow = (
  (await import(
    pathToFileURL(join(dirname(require.resolve('imapflow')), '../esm/handler/imap-parser.js')).href
  )) as { default: (line: Buffer, options: { literals: readonly Buffer[] }) => Promise<unknown> }
).default;
const { parser: emailjs } = require('emailjs-imap-handler') as {
  parser: (response: Uint8Array) => unknown;
};

interface Kind {
  readonly id: string;
  readonly items: readonly FetchItem[];
  readonly wire: string;
  readonly targets: { readonly imapflow: number; readonly emailjs?: number; readonly json?: number };
}

const KINDS: readonly [described: Kind, flagged: Kind] = [
  {
    id: 'ENVELOPE and BODYSTRUCTURE',
    items: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'],
    wire: 'UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE',
    targets: { imapflow: 8, emailjs: 8, json: 1 },
  },
  {
    id: 'UID FLAGS MODSEQ',
    items: ['FLAGS', 'MODSEQ'],
    wire: 'UID FLAGS MODSEQ',
    targets: { imapflow: 20 },
  },
];

/**
 * FETCH responses into values, beside imapflow's parser, emailjs-imap-handler and JSON.parse of the same values, on a real
 * server's bytes and on generated ones; once with the values handed over as they are, and once with every single one looked at,
 * on all sides.
 */
export async function fetchFigures(): Promise<Figure[]> {
  const captured = await capture(
    KINDS.map(({ wire }) => wire),
    COUNT,
  );
  const [described, flagged] = KINDS;
  const generated = new Generated(11);
  const sources: [Kind, string, Buffer][] = [
    ...captured.map(({ from, bytes }, i): [Kind, string, Buffer] => [KINDS[i] ?? described, from, bytes]),
    [described, 'generated', generated.described(COUNT)],
    [flagged, 'generated', generated.flagged(COUNT)],
  ];
  const figures: Figure[] = [];
  for (const [kind, from, bytes] of sources) {
    console.log(`${kind.id}: ${COUNT} responses, ${(bytes.length / 1e6).toFixed(2)} MB, ${from}`);
    figures.push(...(await compare(kind, from, bytes)));
  }
  return figures;
}

async function compare(kind: Kind, from: string, bytes: Buffer): Promise<Figure[]> {
  const reading = new Reading(COUNT);
  const tokens: string[] = [];
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  reading.read(bytes, kind.items, (message) => tokens.push(JSON.stringify(message, plain)));
  if (tokens.length !== COUNT) throw new Error(`${tokens.length} of ${COUNT} responses were read`);
  const cut = cutResponses(bytes);
  const figures: Figure[] = [];
  let last: unknown;
  let values = 0;
  const takers: Record<string, (value: unknown) => void> = {
    'handed over': (value) => (last = value),
    'every value touched': (value) => (values += touch(value)),
  };
  for (const [way, taker] of Object.entries(takers)) {
    const times = await race(
      {
        ours: () => reading.read(bytes, kind.items, taker),
        imapflow: async () => {
          // It takes the literals out of the list it is given.
          for (const { line, literals } of cut) taker(await imapflow(line, { literals: [...literals] }));
        },
        emailjs: () => {
          for (const { whole } of cut) taker(emailjs(whole));
        },
        json: () => {
          for (const text of tokens) taker(JSON.parse(text));
        },
      },
      ROUNDS,
    );
    const id = `${kind.id}, ${from}, ${way}`;
    const ours = times['ours'] ?? Number.NaN;
    const add = (peer: string, key: 'imapflow' | 'emailjs' | 'json'): void => {
      const theirs = times[key] ?? Number.NaN;
      const target = way === 'handed over' ? kind.targets[key] : undefined;
      figures.push({ id, unit: 'ms', ours, peer, theirs, ratio: theirs / ours, target });
    };
    add("imapflow's parser", 'imapflow');
    add('emailjs-imap-handler', 'emailjs');
    add('JSON.parse of the same values', 'json');
  }
  if (last === undefined || values === 0) throw new Error('nothing was taken');
  return figures;
}
