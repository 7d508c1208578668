import { encodeText } from '../../bytes/index.ts';
import { readableName, readWireName } from '../mailbox-name.ts';
import { CLOSE, OPEN, type Reader } from '../reader.ts';
import type { Namespace, Namespaces } from '../response.ts';
import type { ListedMailbox, MailboxStatus, ModSeq, Uid, UidValidity } from '../types.ts';

const ATTRIBUTES = new Map(
  (
    '\\Noinferiors \\Noselect \\Marked \\Unmarked \\NonExistent \\HasChildren \\HasNoChildren \\Subscribed \\Remote ' +
    '\\All \\Archive \\Drafts \\Flagged \\Junk \\Sent \\Trash \\Important'
  )
    .split(' ')
    .map((attribute) => [attribute.toLowerCase(), attribute]),
);

/** `mailbox-list` (RFC 3501 §7.2.2) with the extended data of RFC 5258. Throws where the name is NIL. */
export function readListed(reader: Reader): ListedMailbox {
  const attributes: string[] = [];
  reader.skipSpaces();
  reader.list(() => {
    const attribute = reader.astring();
    attributes.push(ATTRIBUTES.get(attribute.toLowerCase()) ?? attribute);
  });
  reader.skipSpaces();
  const delimiter = reader.nstring() || null;
  reader.skipSpaces();
  const wireName = readMailbox(reader);
  return { name: readableName(wireName), wireName, delimiter, attributes, ...readListData(reader) };
}

/** `mbox-list-extended` (RFC 5258 §6, RFC 9051 §6.3.9.7): CHILDINFO and OLDNAME; what is not known is passed over. */
function readListData(reader: Reader): Pick<ListedMailbox, 'childInfo' | 'oldName'> {
  reader.skipSpaces();
  if (reader.peek !== OPEN) return {};
  const data: { childInfo?: string[]; oldName?: string } = {};
  reader.list(() => {
    const tag = reader.astring().toUpperCase();
    reader.skipSpaces();
    if (tag === 'CHILDINFO') {
      const criteria: string[] = [];
      reader.list(() => criteria.push(reader.astring().toUpperCase()));
      data.childInfo = criteria;
    } else if (tag === 'OLDNAME') {
      reader.list(() => (data.oldName = readMailboxWord(reader)));
    } else {
      reader.skipValue();
    }
  });
  return data;
}

/** A mailbox that other arguments follow. */
export function readMailboxWord(reader: Reader): string {
  reader.skipSpaces();
  if (!reader.atString) return reader.atom();
  const octets = reader.stringBytes();
  if (!octets) throw reader.error('a shorter name');
  return readWireName(octets);
}

/** Quirk: a name that is neither quoted nor an atom, because it has spaces, goes to the end of the line. */
function readMailbox(reader: Reader): string {
  if (reader.atNil) throw reader.error('a mailbox');
  if (reader.atString) {
    const octets = reader.stringBytes();
    if (!octets) throw reader.error('a shorter name');
    return readWireName(octets);
  }
  const line = reader.bytes.subarray(reader.pos, reader.end);
  // Extended data, and the items of STATUS, begin with a parenthesis.
  const open = line.indexOf(OPEN);
  let end = open === -1 ? line.length : open;
  while (end > 0 && line[end - 1] === 0x20) end--;
  if (end === 0) throw reader.error('a mailbox');
  reader.pos += end;
  return readWireName(line.subarray(0, end));
}

/** `"STATUS" SP mailbox SP "(" [status-att-list] ")"` (RFC 3501 §7.2.4). Unknown items are passed over. */
export function readMailboxStatus(reader: Reader): MailboxStatus {
  reader.skipSpaces();
  const status: { -readonly [K in keyof MailboxStatus]: MailboxStatus[K] } = {
    wireName: readMailbox(reader),
  };
  reader.skipSpaces();
  if (reader.atEnd) return status;
  reader.list(() => {
    const item = reader.word();
    reader.skipSpaces();
    // Quirk: an item without its value.
    if (reader.peek === CLOSE) return;
    switch (item) {
      case 'MESSAGES':
        status.messages = Math.max(0, reader.number());
        return;
      case 'UNSEEN':
        status.unseen = Math.max(0, reader.number());
        return;
      case 'UIDNEXT':
        status.uidNext = reader.number() as Uid;
        return;
      case 'UIDVALIDITY':
        status.uidValidity = reader.number() as UidValidity;
        return;
      case 'HIGHESTMODSEQ':
        status.highestModSeq = reader.bigNumber() as ModSeq;
        return;
      case 'SIZE':
        status.size = Math.max(0, reader.number());
        return;
      case 'RECENT':
        status.recent = Math.max(0, reader.number());
        return;
      case 'DELETED':
        status.deleted = Math.max(0, reader.number());
        return;
      case 'DELETED-STORAGE':
        status.deletedOctets = Math.max(0, reader.number());
        return;
      case 'APPENDLIMIT':
        status.appendLimit = reader.takeNil() ? null : reader.number();
        return;
      case 'MAILBOXID':
        reader.list(() => (status.mailboxId = reader.astring()));
        return;
      default:
        reader.skipValue();
    }
  });
  return status;
}

/** `NAMESPACE` (RFC 2342 §6): personal, other users', shared. */
export function readNamespaces(reader: Reader): Namespaces {
  return { personal: readGroup(reader), others: readGroup(reader), shared: readGroup(reader) };
}

function readGroup(reader: Reader): Namespace[] {
  const group: Namespace[] = [];
  reader.skipSpaces();
  reader.list(() => {
    reader.expect(OPEN);
    const wirePrefix = readWireName(encodeText(reader.astring()));
    reader.skipSpaces();
    const delimiter = reader.nstring() || null;
    for (reader.skipSpaces(); !reader.take(CLOSE); reader.skipSpaces()) reader.skipValue();
    const prefix = /^inbox./i.test(wirePrefix)
      ? `INBOX${readableName(wirePrefix).slice(5)}`
      : readableName(wirePrefix);
    group.push({ prefix, wirePrefix, delimiter });
  });
  return group;
}
