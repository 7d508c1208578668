/**
 * Messages from files into a mailbox: many in one command, all or none, where the server has MULTIAPPEND (RFC 3502), else one by
 * one. One that is refused is named, and keeps none of the others out. Octets are read from the store as they go out, so
 * that no more than one message is in memory. What was under way when the connection was lost is looked for before it goes again.
 */
import { CommandError } from '../../error.ts';
import { multiAppend, uidFetch } from '../../imap/index.ts';
import type { AppendOptions } from '../../imap/index.ts';
import type { SelectedMailbox, Uid } from '../../imap/types.ts';
import type { ImportAction, ImportFile } from '../action.ts';
import type { Change } from '../change.ts';
import type { Lane } from '../lane.ts';
import type { Mailbox } from '../model.ts';
import { verdictOn } from '../outbox.ts';
import { outgoingQuery } from '../store.ts';
import type { Store } from '../store.ts';
import { appendAsTaken } from './append-as-taken.ts';
import { limitOf } from './append-limit.ts';
import { behindNoop } from './behind-noop.ts';
import { at, begin, fetchSince, isMissing, mailboxFor, Refused, withTryCreate } from './context.ts';
import type { Settling } from './context.ts';
import { movedOn, noteAll } from './moved-on.ts';
import { unlessElsewhere } from './renamed-target.ts';
import { putSingly, putTogether } from './put-several.ts';
import type { Refusal } from './put-several.ts';

const FLAGS = ['\\Seen'];
/** Messages, and octets, of one command: what is lost with it has to be sent again. */
const MOST_AT_ONCE = 1000;
const MOST_OCTETS_AT_ONCE = 32 * 1024 * 1024;
/** Commands under way at once where each takes one message. */
const SINGLES_AT_ONCE = 8;

export async function settleImport(settling: Settling, action: ImportAction): Promise<void> {
  const mailbox = await mailboxFor(settling, action.mailbox);
  // What was refused is tried again where the person has asked for it; not where this goes on after it was put off.
  const isAsked = action.state.name === 'waiting';
  const files = action.files.map((file): ImportFile => {
    return isAsked && typeof file.state === 'object' ? { ...file, state: 'waiting' } : file;
  });
  try {
    await at(settling, mailbox, (there) => putAll(there, { ...action, files }, mailbox));
  } finally {
    settling.stale(mailbox.key);
  }
}

async function putAll(settling: Settling, action: ImportAction, mailbox: Mailbox): Promise<void> {
  const { truth, lane } = settling;
  let current = await check(settling, action, mailbox);
  const limit = await limitOf(settling, mailbox);
  const large = { reason: 'too-large', words: '' } as const;
  current = marked(current, ({ octets, state }) =>
    state === 'waiting' && octets > limit ? large : undefined,
  );
  for (;;) {
    const { capabilities } = await lane.session();
    const together = capabilities.has('MULTIAPPEND') && !current.oneByOne;
    const batch = batchOf(current, together ? MOST_AT_ONCE : SINGLES_AT_ONCE);
    if (batch.size === 0) break;
    const noted = await noteAll(settling, mailbox);
    const { files } = marked(current, ({ outgoing }) => (batch.has(outgoing) ? 'sent' : undefined));
    current = await begin(settling, current, { files, noted });
    current =
      together && batch.size > 1
        ? await putAtOnce(settling, current, mailbox)
        : await putOneByOne(settling, current, mailbox);
  }
  const left = current.files.filter(({ state }) => state !== 'done');
  const [first] = left;
  if (!first || typeof first.state !== 'object')
    return truth.commit([{ kind: 'action-removed', id: action.id }]);
  // Those that are there are done with, whatever becomes of the others.
  await truth.commit([{ kind: 'action', action: { ...current, files: left }, onlyIfThere: true }]);
  throw new Refused(first.state.reason, first.state.words);
}

function marked(
  action: ImportAction,
  mark: (file: ImportFile) => ImportFile['state'] | undefined,
): ImportAction {
  return { ...action, files: action.files.map((file) => ({ ...file, state: mark(file) ?? file.state })) };
}

function batchOf({ files }: ImportAction, most: number): Set<string> {
  const batch = new Set<string>();
  let octets = 0;
  for (const file of files) {
    if (file.state !== 'waiting') continue;
    octets += file.octets;
    if (batch.size === most || (batch.size > 0 && octets > MOST_OCTETS_AT_ONCE)) break;
    batch.add(file.outgoing);
  }
  return batch;
}

async function putAtOnce(settling: Settling, action: ImportAction, mailbox: Mailbox): Promise<ImportAction> {
  const { lane, truth } = settling;
  const { capabilities } = await lane.session();
  const messages = sentOf(action).map((file) => messageOf(truth.store, file, capabilities));
  const taken = await putTogether(() =>
    withTryCreate(settling, mailbox, () => lane.run(multiAppend(lane.nameOf(mailbox), messages))),
  );
  if (taken)
    return progressed(
      settling,
      marked(action, ({ state }) => (state === 'sent' ? 'done' : undefined)),
    );
  const single: ImportAction = { ...action, oneByOne: true };
  if (!single.noted?.uidValidity)
    return progressed(
      settling,
      marked(single, ({ state }) => (state === 'sent' ? 'waiting' : undefined)),
    );
  await truth.commit([{ kind: 'action', action: single, onlyIfThere: true }]);
  // All or none (RFC 3502 §6.3.11): a server that put some of them there all the same shall not get them twice.
  return check(settling, single, mailbox);
}

async function putOneByOne(
  settling: Settling,
  action: ImportAction,
  mailbox: Mailbox,
): Promise<ImportAction> {
  const { lane, truth } = settling;
  const { capabilities } = await lane.session();
  // The first one may have to make the mailbox for all.
  const put = (file: ImportFile): Promise<unknown> =>
    withTryCreate(settling, mailbox, () =>
      appendAsTaken(lane, lane.nameOf(mailbox), messageOf(truth.store, file, capabilities)),
    );
  const { outcomes, failure } = await putSingly(sentOf(action), SINGLES_AT_ONCE, put, refusalOf);
  const states = new Map([...outcomes].map(([{ outgoing }, outcome]) => [outgoing, outcome]));
  const now = await progressed(
    settling,
    marked(action, ({ outgoing }) => states.get(outgoing)),
  );
  if (failure !== undefined) throw failure;
  return now;
}

function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof CommandError)) return undefined;
  const verdict = verdictOn(error);
  if (verdict.verdict !== 'fail' || !('reason' in verdict.state)) return undefined;
  return { reason: verdict.state.reason, words: verdict.state.words };
}

function sentOf({ files }: ImportAction): readonly ImportFile[] {
  return files.filter(({ state }) => state === 'sent');
}

/** Without BINARY a message with NUL goes as it is: some servers take it, the others say that they do not. */
function messageOf(
  store: Store,
  { outgoing, octets, date, nul }: ImportFile,
  capabilities: ReadonlySet<string>,
): AppendOptions {
  return {
    flags: FLAGS,
    internalDate: date,
    ...(nul && capabilities.has('BINARY') && { form: 'binary' }),
    message: {
      octets,
      async *chunks() {
        const row = await store.read(outgoingQuery(outgoing));
        if (row) yield row.bytes;
      },
    },
  };
}

/** Commits how far it came; the octets of what is there are not needed any more. */
async function progressed({ truth }: Settling, action: ImportAction): Promise<ImportAction> {
  const done = action.files.filter(({ state }) => state === 'done');
  const left: ImportAction = { ...action, done: (action.done ?? 0) + done.length };
  const current = { ...left, files: action.files.filter(({ state }) => state !== 'done') };
  await truth.commit([
    { kind: 'action', action: current, onlyIfThere: true },
    ...done.map(({ outgoing }): Change => ({ kind: 'outgoing-removed', id: outgoing })),
  ]);
  return current;
}

/** What may have been under way is looked for by its Message-ID, or by all of its octets where it has none. */
async function check(settling: Settling, action: ImportAction, mailbox: Mailbox): Promise<ImportAction> {
  const { lane } = settling;
  const sent = sentOf(action);
  const { noted } = action;
  if (sent.length === 0 || !noted) return action;
  let selected: SelectedMailbox | undefined;
  let there: ReadonlySet<string> = new Set();
  try {
    selected = await lane.select(mailbox, { again: true });
  } catch (error) {
    if (!(await isMissing(lane, mailbox, error))) throw error;
    const holds = async (strange: Lane): Promise<boolean> =>
      (await sentIn(settling, strange, sent, 1)).size > 0;
    await unlessElsewhere(settling, action, mailbox, noted, holds);
  }
  if (selected) {
    const since = noted.uidValidity === selected.uidValidity ? noted.uidNext : 1;
    there = await behindNoop(lane, () => sentIn(settling, lane, sent, since));
    await lane.absorbed();
  }
  const missing = sent.filter(({ outgoing }) => !there.has(outgoing));
  // The person decides: what is tried again is put there.
  const moved = new Map(
    [...(await movedOn(settling, mailbox, noted, selected, missing))].map(([{ outgoing }, { name }]) => [
      outgoing,
      { reason: 'perhaps-there', words: name } as const,
    ]),
  );
  const checked = marked(action, ({ state, outgoing }) => {
    if (state !== 'sent') return undefined;
    return there.has(outgoing) ? 'done' : (moved.get(outgoing) ?? 'waiting');
  });
  return progressed(settling, checked);
}

/** Which of the files, by the rows of their octets, are in the selected mailbox from UID `since` on. */
async function sentIn(
  { truth }: Settling,
  lane: Lane,
  sent: readonly ImportFile[],
  since: number,
): Promise<Set<string>> {
  const byId = new Map<string, (number | undefined)[]>();
  const nameless: { readonly uid: Uid; readonly size: number | undefined }[] = [];
  for (const { uid, size, envelope } of await fetchSince(lane, since)) {
    const messageId = /<[^<>\s]+>/.exec(envelope?.messageId ?? '')?.[0];
    if (messageId !== undefined) byId.set(messageId, [...(byId.get(messageId) ?? []), size]);
    else if (uid !== undefined) nameless.push({ uid, size });
  }
  const there = new Set<string>();
  for (const { outgoing, octets } of sent.filter(({ messageId }) => messageId === '')) {
    const row = await truth.store.read(outgoingQuery(outgoing));
    const at = row ? await sameAmong(lane, nameless, octets, row.bytes) : -1;
    if (at < 0) continue;
    nameless.splice(at, 1);
    there.add(outgoing);
  }
  for (const [messageId, sizes] of byId)
    for (const file of namedAmong(
      sent.filter((each) => each.messageId === messageId),
      sizes,
    ))
      there.add(file.outgoing);
  return there;
}

/** Files with one Message-ID, of which messages of those sizes are there. */
function namedAmong(files: readonly ImportFile[], sizes: readonly (number | undefined)[]): ImportFile[] {
  const left = [...sizes];
  const same = files.filter(({ octets }) => {
    const at = left.indexOf(octets);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  // Quirk: Exchange makes a message of its own size of what it is given. Where sizes tell, they tell of all.
  return same.length > 0 ? same : files.slice(0, sizes.length);
}

async function sameAmong(
  lane: Lane,
  candidates: readonly { readonly uid: Uid; readonly size: number | undefined }[],
  octets: number,
  bytes: Uint8Array,
): Promise<number> {
  for (const [at, { uid, size }] of candidates.entries()) {
    if (size !== octets) continue;
    let same = false;
    lane.onFetch = ({ sections = [] }) => {
      for (const { data } of sections) same ||= data !== null && isEqual(data, bytes);
    };
    try {
      await lane.run(uidFetch([uid], [{ section: '' }]));
    } finally {
      lane.onFetch = undefined;
    }
    if (same) return at;
  }
  return -1;
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}
