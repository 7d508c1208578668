/** Messages that were fetched whole, put into a mailbox of another server with their flags and dates (RFC 4549 §4.2.2.3). */
import { CommandError } from '../../error.ts';
import { isUtf8Message, multiAppend } from '../../imap/index.ts';
import type { Appended, AppendOptions } from '../../imap/index.ts';
import type { Flag, Uid } from '../../imap/types.ts';
import { RANGE } from '../fetch-parts.ts';
import type { Mailbox, MessageRow } from '../model.ts';
import { codeOf, verdictOn } from '../outbox.ts';
import { appendAsTaken } from './append-as-taken.ts';
import { Refused } from './context.ts';
import type { Settling } from './context.ts';
import type { Fetched } from './fetch-several.ts';
import { putSingly, putTogether } from './put-several.ts';
import type { PutSingly, Refusal } from './put-several.ts';

/** Commands under way at once where each takes one message: all of a batch, which is small. */
const AT_ONCE = 100;

export interface PutBatch extends PutSingly<MessageRow> {
  /** Where those are that are done: 0 where the server did not say. */
  readonly uids: ReadonlyMap<MessageRow, Uid | 0>;
  /** Together they were refused, and none of them was by itself: the server only says that it takes several at once. */
  readonly oneByOne: boolean;
}

/** @param oneByOne that is known of the server. Rejects with what says nothing of the messages. */
export async function putBatch(
  { lane }: Settling,
  to: Mailbox,
  batch: readonly Fetched<MessageRow>[],
  oneByOne: boolean,
): Promise<PutBatch> {
  const outcomes = new Map<MessageRow, 'done' | Refusal>();
  const uids = new Map<MessageRow, Uid | 0>();
  const whole: { readonly row: MessageRow; readonly copy: AppendOptions }[] = [];
  let failure: unknown;
  for (const { row, message, flags = row.flags, failure: why = new Refused('refused') } of batch) {
    // There is no APPEND of nothing.
    const refusal = message?.length ? undefined : refusalOfOne(why);
    if (refusal) outcomes.set(row, refusal);
    else if (message?.length) whole.push({ row, copy: copyOf(row, message, flags) });
    else {
      failure = why;
      break;
    }
  }
  const { capabilities } = await lane.session();
  const name = lane.nameOf(to);
  const together = whole.length > 1 && capabilities.has('MULTIAPPEND') && !oneByOne;
  const putAll = async (): Promise<void> => {
    const said = await lane.run(
      multiAppend(
        name,
        whole.map(({ copy }) => copy),
      ),
    );
    for (const [i, { row }] of whole.entries()) uids.set(row, uidIn(to, said[i]));
  };
  if (together && (await putTogether(putAll))) {
    for (const { row } of whole) outcomes.set(row, 'done');
    return { outcomes, uids, failure, oneByOne: false };
  }
  const putOne = async ({ row, copy }: (typeof whole)[number]): Promise<void> => {
    uids.set(row, uidIn(to, await appendAsTaken(lane, name, copy)));
  };
  const singly = await putSingly(whole, AT_ONCE, putOne, refusalOfOne);
  for (const [{ row }, outcome] of singly.outcomes) outcomes.set(row, outcome);
  const each = whole.every(({ row }) => outcomes.get(row) === 'done');
  return { outcomes, uids, failure: singly.failure ?? failure, oneByOne: together && each };
}

/** Under another UIDVALIDITY than the one that is known, its UID would be another message's. */
function uidIn({ sync }: Mailbox, said: Appended | undefined): Uid | 0 {
  return said?.uidValidity === sync.uidValidity ? said.uid : 0;
}

/** `message`, which is all of `row`, with `marks` and its date. Read piece by piece where it is large, so that it is not copied. */
function copyOf(row: MessageRow, message: Uint8Array, marks: readonly Flag[]): AppendOptions {
  const flags = marks.filter((flag) => flag !== '\\Recent' && flag !== '\\Deleted');
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    yield message;
  };
  const octets = message.length > RANGE ? { octets: message.length, chunks } : message;
  return { flags, internalDate: row.date, message: octets, utf8Header: isUtf8Message(message) };
}

/** Why one message cannot be put there, where that need not be so for the others. */
function refusalOfOne(error: unknown): Refusal | undefined {
  if (error instanceof Refused) return { reason: error.reason, words: error.words };
  if (!(error instanceof CommandError) || codeOf(error) === 'NOPERM') return undefined;
  const verdict = verdictOn(error);
  if (verdict.verdict !== 'fail' || !('reason' in verdict.state)) return undefined;
  const { reason, words } = verdict.state;
  return reason === 'refused' || reason === 'too-large' ? { reason, words } : undefined;
}
