import { withMessages } from '../commands/around.ts';
import { uidFetch } from '../commands/fetch.ts';
import type { SectionItem } from '../commands/fetch-item.ts';
import { status } from '../commands/mailbox.ts';
import { select } from '../commands/select.ts';
import { wireOctets } from '../mailbox-name.ts';
import { decodeText } from '../../bytes/index.ts';
import type { Session } from '../session.ts';
import { MAX_UID } from '../sets.ts';
import type { Uid } from '../types.ts';
import { type ImapUrl, parseImapUrl } from '../url.ts';

/** A session that can select. */
export type UrlReader = Pick<Session, 'run' | 'selected'>;

/**
 * The octets that a URL names (RFC 5092), relative to the server or to the selected mailbox, in pieces. `refused` makes the
 * error for one that names none.
 */
export async function fetchUrl(
  reader: UrlReader,
  text: string,
  refused: (url: string) => Error,
): Promise<readonly Uint8Array[]> {
  const url = parseImapUrl(text);
  const item = url && sectionOf(url);
  if (
    url?.uid === undefined ||
    !item ||
    url.server ||
    url.search !== undefined ||
    url.urlAuth !== undefined
  ) {
    throw refused(text);
  }
  if (!(await open(reader, url))) throw refused(text);
  const pieces: Uint8Array[] = [];
  let found = false;
  // A large section comes in pieces, and is left out of the response.
  const onSection = ({ data }: { readonly data: Uint8Array }): void => {
    found = true;
    pieces.push(data.slice());
  };
  const command = uidFetch([url.uid], [item], { onSection });
  const uid = url.uid as Uid;
  await reader.run(
    withMessages(command, (message) => {
      const data = message.uid === uid ? message.sections?.[0]?.data : undefined;
      if (!data) return;
      found = true;
      pieces.push(data);
    }),
  );
  if (!found) throw refused(text);
  return pieces;
}

/** The item that a URL's section is in FETCH: `HEADER.FIELDS (TO)` names its fields. */
function sectionOf({ section = '', partial }: ImapUrl): SectionItem | undefined {
  const match = /^([\dA-Z.]*)(?: \(([!-~ ]+)\))?$/i.exec(section);
  if (!match) return undefined;
  return {
    section: match[1]!,
    ...(match[2] && { fields: match[2].split(' ') }),
    ...(partial && { partial: [partial.origin, partial.octets ?? MAX_UID] }),
  };
}

/** Selects the mailbox that the URL names, if it is another; false where it is not that mailbox any more. */
async function open(reader: UrlReader, { mailbox, uidValidity }: ImapUrl): Promise<boolean> {
  if (mailbox === undefined) return reader.selected !== undefined;
  if (reader.selected && isNamed(mailbox, reader.selected.name)) {
    if (uidValidity === undefined) return true;
    return (await reader.run(status(mailbox, ['UIDVALIDITY'])))?.uidValidity === uidValidity;
  }
  const selected = await reader.run(select(mailbox, { readOnly: true }));
  return uidValidity === undefined || selected.uidValidity === uidValidity;
}

/** `selected` as SELECT was given it: as a person reads it, or as the server spells it. */
function isNamed(mailbox: string, selected: string): boolean {
  const inbox = mailbox.toUpperCase() === 'INBOX' && selected.toUpperCase() === 'INBOX';
  return inbox || mailbox === selected || decodeText(wireOctets(mailbox)) === selected;
}
