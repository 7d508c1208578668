import { isDeepStrictEqual } from 'node:util';
import { ProtocolError, UsageError } from '@postern/protocol/error';
import * as imap from '@postern/protocol/imap';
import { plain } from '@postern/protocol/sasl';
import type { Random } from './random.ts';

const all: imap.SearchKey = { key: 'ALL' };
const uids = [[1, 9]] as const;

/** Those with results of their own, or with something to do while they are under way. */
const COMMANDS: readonly (() => imap.Command<unknown>)[] = [
  () => imap.capability(),
  () => imap.noop(),
  () => imap.login('ada', 'secret'),
  () => imap.authenticate(plain('ada', 'secret')),
  () => imap.id(null),
  () => imap.namespace(),
  () => imap.enable(['CONDSTORE', 'IMAP4rev2']),
  () => imap.idle(),
  () => imap.list('', '*', { returnStatus: ['MESSAGES'] }),
  () => imap.lsub('', '*'),
  () => imap.status('INBOX', ['MESSAGES', 'UIDNEXT']),
  () => imap.select('INBOX'),
  () => imap.select('INBOX', { condstore: true }),
  () => imap.unselect(),
  () => imap.uidFetch(uids, ['FLAGS', 'ENVELOPE', { section: '1' }], { onSection: () => undefined }),
  () => imap.uidSearch(all),
  () => imap.uidExtendedSearch(all, { count: true, partial: [1, 10] }),
  () => imap.uidSort([{ by: 'DATE' }], all),
  () => imap.uidThread('REFERENCES', all),
  () => imap.uidStore(uids, { mode: 'add', flags: ['\\Seen'] }),
  () => imap.uidMove(uids, 'Trash'),
  () => imap.append('INBOX', { message: new Uint8Array(10) }),
  () => imap.getQuotaRoot('INBOX'),
  () => imap.getAcl('INBOX'),
  () => imap.listRights('INBOX', 'ada'),
  () => imap.myRights('INBOX'),
  () => imap.getMetadata('', ['/shared/comment']),
  () => imap.logout(),
];

function events(connection: imap.Connection): imap.ConnectionEvent[] {
  const heard: imap.ConnectionEvent[] = [];
  for (let event = connection.next(); event; event = connection.next()) heard.push(event);
  return heard;
}

/** However they arrive, the same octets mean the same. */
function compareArrivals(bytes: Uint8Array, random: Random): void {
  const whole = new imap.Connection({ greeted: true });
  whole.receive(bytes.slice());
  const expected = events(whole);
  const pieces = new imap.Connection({ greeted: true });
  const heard: imap.ConnectionEvent[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.below(2) === 0 ? 5 : 500);
    pieces.receive(bytes.slice(at, at + length));
    heard.push(...events(pieces));
    at += length;
  }
  if (!isDeepStrictEqual(heard, expected)) throw new Error('in pieces it means something else');
}

/** Fed in pieces of any length, with commands under way; only a peer's broken grammar, by its name, may come out. */
export function readTranscript(bytes: Uint8Array, random: Random): void {
  if (random.below(3) === 0) return compareArrivals(bytes, random);
  const connection = new imap.Connection();
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.below(2) === 0 ? 5 : 500);
    try {
      connection.receive(bytes.slice(at, at + length));
      for (const event of events(connection)) {
        if (event.type === 'receipt' && !event.ok && event.error instanceof TypeError) throw event.error;
        if (event.type === 'idling') connection.done(event.tag);
      }
      connection.output();
    } catch (error) {
      if (error instanceof ProtocolError) return;
      throw error;
    }
    if (random.below(2) === 0) send(connection, random.pick(COMMANDS)());
    at += length;
  }
  connection.end();
  events(connection);
}

/** What the commands above need: they are said whatever the server offers, as it answers whatever it likes. */
const OFFERED = new Set(
  'ACL ENABLE METADATA MOVE NAMESPACE QUOTA SORT THREAD=REFERENCES UIDPLUS UNSELECT'.split(' '),
);

function send(connection: imap.Connection, chosen: imap.Command<unknown>): void {
  const command: imap.Command<unknown> = {
    ...chosen,
    write: (capabilities, enabled) => chosen.write(new Set([...capabilities, ...OFFERED]), enabled),
  };
  if (!command.states.includes(connection.state) || !connection.canSend(command)) return;
  try {
    connection.send(command);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
}
