import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FetchItem } from '@postern/protocol/imap';
import { capture } from '../capture.ts';
import { Generated } from './generated.ts';

/** Messages, and so responses, of each. */
export const COUNT = 10_000;

export interface Kind {
  readonly id: string;
  readonly items: readonly FetchItem[];
  readonly wire: string;
}

export const DESCRIBED: Kind = {
  id: 'ENVELOPE and BODYSTRUCTURE',
  items: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODYSTRUCTURE'],
  wire: 'UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE',
};
export const FLAGGED: Kind = { id: 'UID FLAGS MODSEQ', items: ['FLAGS', 'MODSEQ'], wire: 'UID FLAGS MODSEQ' };
const KINDS = [DESCRIBED, FLAGGED];

export type Source = 'captured' | 'generated';

export interface Material {
  /** Which server said it, or that none did. */
  readonly from: string;
  readonly bytes: Buffer;
}

/** Beside the benchmark's own code, where the processes of all races find it. */
const place = (name: string): string => join(dirname(process.argv[1] ?? ''), `fetch-${name}`);
const octetsOf = ({ id }: Kind, source: Source): string => place(`${source}-${id.replaceAll(' ', '-')}.bin`);
const told = place('from.txt');

/** Has a server answer, and invents as many answers, for the races to come. */
export async function makeMaterial(): Promise<void> {
  const captured = await capture(
    KINDS.map(({ wire }) => wire),
    COUNT,
  );
  const generated = new Generated(11);
  const made = [generated.described(COUNT), generated.flagged(COUNT)];
  writeFileSync(told, captured[0]?.from ?? '');
  for (const [index, kind] of KINDS.entries()) {
    writeFileSync(octetsOf(kind, 'captured'), captured[index]?.bytes ?? '');
    writeFileSync(octetsOf(kind, 'generated'), made[index] ?? '');
  }
}

export function material(kind: Kind, source: Source): Material {
  if (!existsSync(told)) throw new Error('no answers were captured');
  const from = source === 'captured' ? readFileSync(told, 'utf8') : 'generated';
  return { from, bytes: readFileSync(octetsOf(kind, source)) };
}
