/**
 * The versions of one draft, whoever saved them and on whichever device: known by their Message-IDs, which are
 * `<line.version.before@domain>`, or `<line.version@domain>` where nothing is replaced and in what is sent. The version of a draft
 * that another program began is the beginning of a line of its own. Pure.
 */
import { newMessageId } from '../mime/index.ts';
import type { Draft } from './model.ts';

export interface DraftVersion {
  /** 32 hexadecimal digits: the same for all versions. */
  readonly line: string;
  readonly version: string;
  /** The version that this one takes the place of, its first 8 digits. */
  readonly before?: string | undefined;
}

const OURS = /^<([0-9a-f]{32})\.([0-9a-f]{32})(?:\.([0-9a-f]{8}))?@/;
const SHORT = 8;

/** @param messageId with angle brackets; empty: it belongs to no line. */
export function versionIn(messageId: string): DraftVersion | undefined {
  if (messageId === '') return undefined;
  const [, line, version, before] = OURS.exec(messageId) ?? [];
  if (line !== undefined && version !== undefined) return { line, version, before };
  const first = digest(messageId);
  return { line: first, version: first };
}

/** Postern has saved it, or sent it. */
export function isOurVersion(messageId: string): boolean {
  return OURS.test(messageId);
}

export function lineOf({ id, line }: Pick<Draft, 'id' | 'line'>): string {
  if (line !== undefined) return line;
  const hex = id.replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(hex) ? hex : digest(id);
}

/** The Message-ID of a new version. `random`: at least 16 unpredictable octets. */
export function newVersionId(
  line: string,
  domain: string,
  random: Uint8Array,
  before?: DraftVersion,
): string {
  const left = before ? `.${before.version.slice(0, SHORT)}` : '';
  return newMessageId(domain, random.subarray(0, 16)).replace(/^<([^@]*)@/, `<${line}.$1${left}@`);
}

/** By line, those of which there are several and none took the place of another: each of them was changed without the others. */
export function partedVersions<V extends DraftVersion>(versions: readonly V[]): ReadonlyMap<string, V[]> {
  const lines = new Map<string, V[]>();
  for (const each of versions) {
    const known = lines.get(each.line) ?? [];
    // A copy of it is no other version.
    if (!known.some(({ version }) => version === each.version)) lines.set(each.line, [...known, each]);
  }
  for (const [line, known] of lines) {
    const left = known.filter(
      ({ version }) => !known.some(({ before }) => before === version.slice(0, SHORT)),
    );
    if (left.length > 1) lines.set(line, left);
    else lines.delete(line);
  }
  return lines;
}

/** 32 hexadecimal digits that are the same for the same text on every device (FNV-1a, four times over). */
function digest(text: string): string {
  const words = [0x811c9dc5, 0x01000193, 0x5bd1e995, 0x27d4eb2f];
  for (let i = 0; i < text.length; i++)
    for (const [n, word] of words.entries())
      words[n] = Math.imul(word ^ (text.charCodeAt(i) + (n << 8)), 0x01000193) >>> 0;
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}
