/**
 * `pnpm bench protocol`: FETCH responses of 10,000 messages into typed values, beside imapflow's parser,
 * emailjs-imap-handler and JSON.parse of the same values, in one run. Ratios, never absolute times, are the result.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Connection, select, uidFetch } from '@postern/protocol/imap';
import type { FetchedMessage, FetchItem } from '@postern/protocol/imap';
import { bundleFigures } from './bundle.ts';
import { capture } from './capture.ts';
import { codecFigures } from './codecs.ts';
import { race, report } from './figures.ts';
import type { Figure } from './figures.ts';
import { mimeFigures } from './mime.ts';
import { cutResponses } from './responses.ts';

const COUNT = 10_000;
const ROUNDS = 7;
const CHUNK = 64 * 1024;

const require = createRequire(join(process.cwd(), 'tests/package.json'));
const imapflow = (
  (await import(
    pathToFileURL(join(dirname(require.resolve('imapflow')), '../esm/handler/imap-parser.js')).href
  )) as { default: (line: Buffer, options: { literals: readonly Buffer[] }) => Promise<unknown> }
).default;
const { parser: emailjs } = require('emailjs-imap-handler') as {
  parser: (response: Uint8Array) => unknown;
};

const text = (line: string): Uint8Array => new TextEncoder().encode(line);

/** Everything that stands between a socket and typed values: framing, parsing, sequence numbers to UIDs. */
function ours(bytes: Uint8Array, items: readonly FetchItem[]): FetchedMessage[] {
  const messages: FetchedMessage[] = [];
  const connection = new Connection();
  const feed = (chunk: Uint8Array): void => {
    connection.receive(chunk);
    for (let event = connection.next(); event; event = connection.next()) {
      if (event.type === 'news' && event.news.type === 'fetch') messages.push(event.news.message);
    }
    connection.output();
  };
  feed(text('* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE] ready\r\n'));
  const selected = connection.send(select('INBOX'));
  feed(
    text(`* ${COUNT} EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT ${COUNT + 1}]\r\n${selected} OK\r\n`),
  );
  const fetched = connection.send(uidFetch([[1, COUNT]], items));
  for (let at = 0; at < bytes.length; at += CHUNK) feed(bytes.subarray(at, at + CHUNK));
  feed(text(`${fetched} OK done\r\n`));
  return messages;
}

const full: readonly FetchItem[] = ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'];
const kinds = [
  {
    id: 'FETCH with ENVELOPE and BODYSTRUCTURE',
    items: full,
    wire: 'UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE',
    target: 8,
    json: 1,
  },
  {
    id: 'FETCH (UID FLAGS MODSEQ)',
    items: ['FLAGS', 'MODSEQ'] as const,
    wire: 'UID FLAGS MODSEQ',
    target: 20,
    json: undefined,
  },
];

const captures = await capture(
  kinds.map(({ wire }) => wire),
  COUNT,
);
const figures: Figure[] = [];
for (const [i, { id, items, target, json }] of kinds.entries()) {
  const captured = captures[i];
  if (!captured) throw new Error('nothing was captured');
  const { bytes, from } = captured;
  const values = ours(bytes, items);
  if (values.length !== COUNT) throw new Error(`${values.length} of ${COUNT} responses were read`);
  const cut = cutResponses(bytes);
  const tokens = JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  console.log(`${id}: ${COUNT} responses, ${(bytes.length / 1e6).toFixed(2)} MB from ${from}`);
  const times = await race(
    {
      ours: () => ours(bytes, items),
      imapflow: async () => {
        for (const { line, literals } of cut) await imapflow(line, { literals });
      },
      emailjs: () => {
        for (const { whole } of cut) emailjs(whole);
      },
      json: () => JSON.parse(tokens),
    },
    ROUNDS,
  );
  const add = (peer: string, key: string, wanted: number | undefined): void => {
    const [own = Number.NaN, theirs = Number.NaN] = [times['ours'], times[key]];
    figures.push({ id, unit: 'ms', ours: own, peer, theirs, ratio: theirs / own, target: wanted });
  };
  add("imapflow's parser", 'imapflow', target);
  add('emailjs-imap-handler', 'emailjs', i === 0 ? target : undefined);
  add('JSON.parse of the same values', 'json', json);
}
figures.push(...(await mimeFigures()), ...(await codecFigures()), ...(await bundleFigures()));
report('Parsing, in Node; medians of seven rounds in turn', figures, process.argv);
