/**
 * base64 and quoted-printable, both ways, in MB/s of the decoded octets: beside a plain copy of the same octets
 * (`Uint8Array.set`, what no codec can be faster than), and libbase64 and libqp, which mailparser uses. libbase64 decodes with
 * `Buffer.from(…, 'base64')`, which is not JavaScript. All of them take octets and give octets.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
  Base64Encoder,
  concatBytes,
  decodeBase64,
  decodeQuotedPrintable,
  encodeQuotedPrintable,
} from '@postern/protocol/bytes';
import type { Race } from './alone.ts';
import { race } from './figures.ts';
import type { Figure } from './figures.ts';

interface PeerCodec {
  encode(octets: Buffer): string;
  wrap(text: string, length: number): string;
  decode(text: string): Buffer;
}

/** One comparison in one direction. */
interface Kind {
  readonly id: string;
  /** Octets of the decoded content. */
  readonly octets: number;
  readonly ours: () => Uint8Array;
  readonly peers: Readonly<Record<string, () => unknown>>;
  /** What they have to give. */
  readonly result: Uint8Array;
}

const ROUNDS = 15;
/** As much as a photograph from a telephone, made small. A round is over before a busy machine takes the processor away. */
const OCTETS = 400_000;

const fromTests = createRequire(join(process.cwd(), 'tests/package.json'));
const fromMailparser = createRequire(fromTests.resolve('mailparser'));
const libbase64 = fromMailparser('libbase64') as PeerCodec;
const libqp = createRequire(fromMailparser.resolve('libmime'))('libqp') as PeerCodec;

/** The letters of a language that needs some quoting, in lines as people's programs break them. */
const PROSE =
  'Sehr geehrte Frau Müller, für Ihre freundlichen Grüße danke ich herzlich und hoffe, dass Sie gut über die Straße kommen. ';

function prose(lineLength: number): Buffer {
  const text = PROSE.repeat(Math.ceil(OCTETS / PROSE.length)).slice(0, OCTETS);
  const lines: string[] = [];
  for (let at = 0; at < text.length; at += lineLength) lines.push(text.slice(at, at + lineLength).trim());
  return Buffer.from(lines.join('\r\n'));
}

const latin1 = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');

function base64(name: string, content: Buffer): Kind[] {
  const wire = Buffer.from(libbase64.wrap(content.toString('base64'), 76));
  const ours = (): Uint8Array => {
    const encoder = new Base64Encoder();
    return concatBytes([encoder.push(content), encoder.finish()]);
  };
  return [
    {
      id: `base64 of ${name}, decoded`,
      octets: content.length,
      ours: () => decodeBase64(wire),
      peers: {
        'libbase64, which is Node (native)': () => libbase64.decode(latin1(wire)),
      },
      result: content,
    },
    {
      id: `base64 of ${name}, encoded in lines`,
      octets: content.length,
      ours,
      peers: { libbase64: () => Buffer.from(libbase64.wrap(libbase64.encode(content), 76), 'latin1') },
      result: wire,
    },
  ];
}

function quotedPrintable(name: string, content: Buffer): Kind[] {
  const text = encodeQuotedPrintable(content);
  const wire = Buffer.from(text);
  return [
    {
      id: `quoted-printable of ${name}, decoded`,
      octets: content.length,
      ours: () => decodeQuotedPrintable(wire),
      peers: { libqp: () => libqp.decode(latin1(wire)) },
      result: content,
    },
    {
      id: `quoted-printable of ${name}, encoded`,
      octets: content.length,
      ours: () => Buffer.from(encodeQuotedPrintable(content), 'latin1'),
      peers: { libqp: () => Buffer.from(libqp.wrap(libqp.encode(content), 76), 'latin1') },
      result: wire,
    },
  ];
}

/** Nothing is timed that does not come out right. */
async function compare({ id, octets, ours, peers, result }: Kind): Promise<Figure[]> {
  if (Buffer.compare(Buffer.from(ours()), result) !== 0) throw new Error(`${id}: came out wrong`);
  const copy = (): Uint8Array => {
    const out = new Uint8Array(result.length);
    out.set(result);
    return out;
  };
  const times = await race({ ours, 'a plain copy': copy, ...peers }, ROUNDS);
  const speed = (name: string): number => octets / 1e3 / (times[name] ?? Number.NaN);
  return ['a plain copy', ...Object.keys(peers)].map((peer) => {
    const [own, theirs] = [speed('ours'), speed(peer)];
    return { id, unit: 'MB/s', ours: own, peer, theirs, ratio: own / theirs, target: undefined };
  });
}

const noise = Buffer.from(
  Uint32Array.from({ length: OCTETS / 4 }, (_, i) => Math.imul(i, 2_654_435_761)).buffer,
);

export const CODEC_RACES: readonly Race[] = [
  ...base64('an attachment', noise),
  ...quotedPrintable('German in lines of 72', prose(72)),
  ...quotedPrintable('German in paragraphs of 600', prose(600)),
].map((kind) => ({ id: kind.id, run: () => compare(kind) }));
