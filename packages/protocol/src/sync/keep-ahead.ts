/** Fetching what nobody has opened yet: many messages in one command where their parts are small. */
import type { BodyPart, Uid } from '../imap/types.ts';
import { decodeTransfer } from '../mime/index.ts';
import type { Change } from './change.ts';
import { fetchBodies, fetchSections } from './fetch-parts.ts';
import type { Wanted } from './keep-plan.ts';
import type { Lane } from './lane.ts';
import { KeptDepth } from './model.ts';
import type { Descriptor, Mailbox } from './model.ts';
import { shownParts, wholeParts } from './parts.ts';
import { descriptorsQuery, partQuery } from './store.ts';
import { firstWords, MAX_KEPT_AHEAD, partChanges, PREVIEW_RANGE } from './texts.ts';
import type { Truth } from './truth.ts';
import { partsWith, twinsAsked } from './twins.ts';
import type { Described, Twin } from './twins.ts';

/** What one message needs in this round. */
interface Need extends Described {
  readonly parts: readonly BodyPart[];
  /** Which of the parts its first words come from, unless they are known. */
  readonly words: BodyPart | undefined;
  /** What is here of it afterwards. */
  readonly depth: KeptDepth;
}

/**
 * Keeps the small parts of a few messages of `home`, and their first words; of one that is wanted at no depth, those alone. Messages
 * whose parts sit in the same sections share a command. Gives those of which more is wanted than is here then: large parts.
 */
export async function keepAhead(
  lane: Lane,
  truth: Truth,
  home: Mailbox,
  wanted: readonly Wanted[],
): Promise<readonly Wanted[]> {
  const descriptors = await truth.store.read(descriptorsQuery(wanted.map(({ row }) => row.key)));
  const needs: Need[] = [];
  const later: Wanted[] = [];
  for (const each of wanted) {
    const { row, depth } = each;
    const descriptor = descriptors.get(row.key);
    if (!descriptor || row.uid === 0) continue;
    const need = await needOf(truth, each, descriptor);
    if (need.depth < depth) later.push(each);
    needs.push(need);
  }
  const twins = await twinsAsked(
    lane,
    truth,
    home,
    needs.filter(({ depth }) => depth > KeptDepth.nothing),
  );
  const whole = new Map<string, Need[]>();
  const words = new Map<string, Need[]>();
  const settled: Change[] = [];
  for (const each of needs) {
    const { given, need } = await withoutGiven(truth, each, twins.get(each.row.key));
    settled.push(...given);
    if (need.parts.length > 0) add(whole, need.parts, need);
    else if (need.words) add(words, [need.words], need);
    else settled.push(...settledBy(need));
  }
  await truth.commit(settled);
  for (const some of whole.values()) await fetchWhole(lane, truth, home, some);
  for (const some of words.values()) await fetchWords(lane, truth, home, some);
  return later;
}

/** What the message's twins have of what it needs, and what is left to be fetched. */
async function withoutGiven(
  truth: Truth,
  need: Need,
  twins: readonly Twin[] | undefined,
): Promise<{ readonly given: Change[]; readonly need: Need }> {
  if (!twins) return { given: [], need };
  const { row, parts, words } = need;
  const there = await partsWith(truth, twins, parts);
  const given = parts.flatMap((part) => {
    const bytes = there.get(part.section);
    return bytes ? partChanges(row.key, part, bytes, part.section === words?.section) : [];
  });
  const preview = twins.find(({ descriptor }) => descriptor.preview !== undefined)?.descriptor.preview;
  const known = preview !== undefined || (words && there.has(words.section));
  if (words && preview !== undefined) given.push({ kind: 'preview', key: row.key, preview });
  const left = parts.filter(({ section }) => !there.has(section));
  return { given, need: { ...need, parts: left, words: known ? undefined : words } };
}

function add(groups: Map<string, Need[]>, parts: readonly BodyPart[], need: Need): void {
  const sections = parts.map(({ section }) => section).join(' ');
  groups.set(sections, [...(groups.get(sections) ?? []), need]);
}

/** The first words of a message without any text are none. */
function settledBy({ row, depth, descriptor }: Need): Change[] {
  const { preview, structure } = descriptor;
  const changes: Change[] = [];
  if (preview === undefined && textsOf(structure).length === 0)
    changes.push({ kind: 'preview', key: row.key, preview: '' });
  if (depth > KeptDepth.nothing) changes.push({ kind: 'kept', keys: [row.key], depth });
  return changes;
}

function textsOf(structure: Descriptor['structure']): BodyPart[] {
  return shownParts(structure).filter(({ type }) => type === 'text');
}

async function needOf(truth: Truth, { row, depth, begun }: Wanted, descriptor: Descriptor): Promise<Need> {
  const { structure, preview } = descriptor;
  const texts = textsOf(structure);
  const [words] = texts;
  const wordless = preview === undefined ? words : undefined;
  if (depth === KeptDepth.nothing) return { row, descriptor, parts: [], words: wordless, depth };
  const shown = shownParts(structure);
  const all = depth === KeptDepth.whole ? wholeParts(structure) : shown;
  const [parts, reached] = isSmall(all)
    ? [all, depth]
    : isSmall(shown)
      ? [shown, KeptDepth.texts]
      : [[], KeptDepth.nothing];
  const missing: BodyPart[] = [];
  for (const part of parts)
    if (!begun || !(await truth.store.read(partQuery(row.key, part.section)))) missing.push(part);
  return { row, descriptor, parts: missing, words: wordless, depth: reached };
}

/** A size that the server does not know may be any. */
function isSmall(parts: readonly BodyPart[]): boolean {
  const octets = parts.reduce((sum, part) => sum + part.octets, 0);
  return octets <= MAX_KEPT_AHEAD && parts.every((part) => part.octets >= 0);
}

async function fetchWhole(lane: Lane, truth: Truth, home: Mailbox, needs: readonly Need[]): Promise<void> {
  await begin(lane, home, needs);
  const messages = needs.map(({ row, parts }) => ({ uid: row.uid as Uid, parts }));
  // In one flight: what it is known by elsewhere costs no round trip.
  const nameless = needs.filter(({ descriptor }) => descriptor.emailId === undefined);
  const [got] = await Promise.all([
    fetchBodies(lane, messages),
    truth.emailIds.ask(
      lane,
      nameless.map(({ row }) => row.uid as Uid),
    ),
  ]);
  const changes: Change[] = [];
  for (const { row, parts, words, depth } of needs) {
    const there = got.get(row.uid as Uid);
    for (const part of parts) {
      const body = there?.get(part.section);
      if (body && !body.hollow)
        changes.push(...partChanges(row.key, part, body.bytes, part.section === words?.section));
      else if (part.section === words?.section) changes.push({ kind: 'preview', key: row.key, preview: '' });
    }
    changes.push({ kind: 'kept', keys: [row.key], depth });
  }
  await truth.commit(changes);
}

async function fetchWords(lane: Lane, truth: Truth, home: Mailbox, needs: readonly Need[]): Promise<void> {
  const section = needs[0]?.words?.section ?? '1';
  await begin(lane, home, needs);
  const uids = needs.map(({ row }) => row.uid as Uid);
  const got = await fetchSections(lane, uids, [{ section, origin: 0, count: PREVIEW_RANGE }]);
  const changes = needs.map(({ row, words }): Change => {
    const encoded = got.get(row.uid as Uid)?.sections.get(section)?.data;
    const preview = words && encoded ? firstWords(words, decodeTransfer(encoded, words.encoding)) : '';
    return { kind: 'preview', key: row.key, preview };
  });
  await truth.commit(changes);
}

async function begin(lane: Lane, home: Mailbox, needs: readonly Need[]): Promise<void> {
  await lane.select(home, { uids: needs.map(({ row }) => row.uid) });
  await lane.compressed();
}
