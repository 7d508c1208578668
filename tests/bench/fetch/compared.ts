import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FetchedMessage } from '@postern/protocol/imap';
import type { Race } from '../alone.ts';
import { race } from '../figures.ts';
import type { Figure } from '../figures.ts';
import { cutResponses } from '../responses.ts';
import { COUNT, DESCRIBED, FLAGGED, material } from './material.ts';
import type { Kind, Source } from './material.ts';
import { Reading } from './reading.ts';
import { touch } from './touch.ts';

/** More of the short ones, which are over before all of their code is compiled. */
const ROUNDS = new Map([
  [DESCRIBED, 6],
  [FLAGGED, 25],
]);

const require = createRequire(join(process.cwd(), 'tests/package.json'));

type Taker = (value: unknown) => void;

interface Peer {
  readonly name: string;
  /** How much faster ours is to be, values handed over. */
  readonly targets: ReadonlyMap<Kind, number>;
  /** What reads all responses once. What it needs is made before, and not timed: `read` gives the messages as we read them. */
  reader(
    bytes: Buffer,
    read: (taker: (message: FetchedMessage) => void) => void,
    taker: Taker,
  ): Promise<() => unknown>;
}

const PEERS: readonly Peer[] = [
  {
    name: "imapflow's parser",
    targets: new Map([
      [DESCRIBED, 8],
      [FLAGGED, 20],
    ]),
    async reader(bytes, _, taker) {
      const file = join(dirname(require.resolve('imapflow')), '../esm/handler/imap-parser.js');
      const { default: parse } = (await import(pathToFileURL(file).href)) as {
        default: (line: Buffer, options: { literals: readonly Buffer[] }) => Promise<unknown>;
      };
      const cut = cutResponses(bytes);
      return async () => {
        // It takes the literals out of the list it is given.
        for (const { line, literals } of cut) taker(await parse(line, { literals: [...literals] }));
      };
    },
  },
  {
    name: 'emailjs-imap-handler',
    targets: new Map([[DESCRIBED, 8]]),
    reader(bytes, _, taker) {
      const { parser } = require('emailjs-imap-handler') as { parser: (response: Uint8Array) => unknown };
      const cut = cutResponses(bytes);
      return Promise.resolve(() => {
        for (const { whole } of cut) taker(parser(whole));
      });
    },
  },
  {
    name: 'JSON.parse of the same values',
    targets: new Map([[DESCRIBED, 1]]),
    reader(_, read, taker) {
      const tokens: string[] = [];
      const plain = (_: string, value: unknown): unknown =>
        typeof value === 'bigint' ? String(value) : value;
      read((message) => tokens.push(JSON.stringify(message, plain)));
      return Promise.resolve(() => {
        for (const text of tokens) taker(JSON.parse(text));
      });
    },
  },
];

/** What becomes of the values: taken as they are, or every single one looked at, on both sides. */
const WAYS = ['handed over', 'every value touched'] as const;

/**
 * FETCH responses into values, beside imapflow's parser, emailjs-imap-handler and JSON.parse of the same values, on a real
 * server's bytes and on generated ones. Ours races each of them anew.
 */
export const FETCH_RACES: readonly Race[] = [DESCRIBED, FLAGGED].flatMap((kind) =>
  (['captured', 'generated'] as const).flatMap((source) =>
    WAYS.flatMap((way) =>
      PEERS.map((peer) => ({
        id: `${kind.id}, ${source}, ${way}, ${peer.name}`,
        run: () => compare(kind, source, way, peer),
      })),
    ),
  ),
);

async function compare(
  kind: Kind,
  source: Source,
  way: (typeof WAYS)[number],
  peer: Peer,
): Promise<Figure[]> {
  const { from, bytes } = material(kind, source);
  const reading = new Reading(COUNT);
  const read = (taker: (message: FetchedMessage) => void): void => reading.read(bytes, kind.items, taker);
  let count = 0;
  // Counted, not kept: values that once lived long would be laid out for a long life ever after.
  read(() => count++);
  if (count !== COUNT) throw new Error(`${count} of ${COUNT} responses were read`);
  let last: unknown;
  let values = 0;
  const handed = way === 'handed over';
  const taker: Taker = handed ? (value) => (last = value) : (value) => (values += touch(value));
  const theirs = await peer.reader(bytes, read, taker);
  const times = await race({ ours: () => read(taker), theirs }, ROUNDS.get(kind) ?? 1);
  if (last === undefined && values === 0) throw new Error('nothing was taken');
  const [own, others] = [times['ours'] ?? Number.NaN, times['theirs'] ?? Number.NaN];
  return [
    {
      id: `${kind.id}, ${from}, ${way}`,
      unit: 'ms',
      ours: own,
      peer: peer.name,
      theirs: others,
      ratio: others / own,
      target: handed ? peer.targets.get(kind) : undefined,
    },
  ];
}
