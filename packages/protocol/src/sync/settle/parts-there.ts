/** Where the server has the files of a message that is to be put there, as IMAP URLs (RFC 5092) for CATENATE. */
import { formatImapUrl } from '../../imap/index.ts';
import type { BodyPart, BodyStructure, Uid } from '../../imap/types.ts';
import { isBase64Of } from '../binary.ts';
import { LEAST_FILE } from '../catenating.ts';
import type { DraftFile } from '../draft-message.ts';
import type { DraftCopy, Mailbox, MessageKey } from '../model.ts';
import { partAt } from '../parts.ts';
import { rowAt } from '../rows.ts';
import { descriptorsQuery } from '../store.ts';
import type { Settling } from './context.ts';

/** A part that the server has. */
export interface PartThere {
  readonly url: string;
  /** As it stands there: in lines of another length it has more or fewer than if it were made here. */
  readonly octets: number;
}

/** A message that the home server has. */
interface There {
  readonly mailbox: Mailbox;
  readonly uid: Uid;
  readonly structure: BodyStructure;
}

/**
 * By `DraftFile.from`. Only of what is certain: a part of `copy` that was put there from here under that very id, or the part that
 * the file was taken from, as long as it has the octets that it has to have. For a mailbox that was numbered anew UIDVALIDITY makes it
 * [BADURL], never another message's part.
 */
export async function urlsOf(
  settling: Settling,
  files: readonly DraftFile[],
  copy: DraftCopy | undefined,
): Promise<ReadonlyMap<number, PartThere>> {
  const urls = new Map<number, PartThere>();
  const { lane } = settling;
  const large = files.filter(({ octets }) => octets >= LEAST_FILE);
  if (large.length === 0 || !lane.isHome) return urls;
  if (!lane.catenating.isOffered((await lane.session()).capabilities)) return urls;
  for (const file of large) {
    const url = (await urlInCopy(settling, file, copy)) ?? (await urlOfSource(settling, file));
    if (url !== undefined) urls.set(file.from, url);
  }
  return urls;
}

async function urlInCopy(
  settling: Settling,
  { id, octets }: DraftFile,
  copy: DraftCopy | undefined,
): Promise<PartThere | undefined> {
  const at = copy?.files?.indexOf(id) ?? -1;
  const mailbox = copy && at >= 0 ? await settling.truth.mailbox(copy.mailbox) : undefined;
  if (!copy || mailbox?.sync.uidValidity !== copy.uidValidity) return undefined;
  const rows = await settling.truth.rows(mailbox.key);
  const row = rows.uids.indexOf(copy.uid);
  const key = row < 0 ? undefined : rowAt(rows, row).key;
  const there = key === undefined ? undefined : await thereAs(settling, mailbox, copy.uid, key);
  return urlOf(there, `${at + 2}`, (part) => part.octets === octets);
}

async function urlOfSource(
  settling: Settling,
  { source, decoded }: DraftFile,
): Promise<PartThere | undefined> {
  const [row] = source ? await settling.truth.locate([source.key], undefined) : [];
  if (!source || !row || row.uid === 0) return undefined;
  const there = await thereAs(settling, row.home, row.uid, row.key);
  // What is left out when it is decoded would be in it again.
  return urlOf(there, source.section, ({ octets }) => isBase64Of(octets, decoded));
}

async function thereAs(
  { truth, servers }: Settling,
  mailbox: Mailbox,
  uid: Uid,
  key: MessageKey,
): Promise<There | undefined> {
  if (servers.isElsewhere(mailbox)) return undefined;
  const structure = (await truth.store.read(descriptorsQuery([key]))).get(key)?.structure;
  return structure && { mailbox, uid, structure };
}

/** What describes the part is not taken over, only its octets: they have to be in base64, as it will be said of them. */
function urlOf(
  there: There | undefined,
  section: string,
  isAsWanted: (part: BodyPart) => boolean,
): PartThere | undefined {
  const part = there && partAt(there.structure, section);
  if (!there || part?.encoding !== 'base64' || !isAsWanted(part)) return undefined;
  const { mailbox, uid } = there;
  const { uidValidity } = mailbox.sync;
  if (uidValidity === 0) return undefined;
  const url = formatImapUrl({ form: 'absolute', mailbox: mailbox.name, uidValidity, uid, section });
  return { url, octets: part.octets };
}
