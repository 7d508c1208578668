/** What a hostile or broken IMAP server can say at any length. */
import { Connection, select } from '@postern/protocol/imap';
import type { HostileInput } from './hostile.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

/** `piece` repeated, within a response, or as responses; by `chunk` octets at a time. */
function said(name: string, piece: string, before = '', behind = '', chunk = 64 * 1024): HostileInput {
  return {
    name: `IMAP: ${name}`,
    make(size) {
      const whole = bytes(`${before}${piece.repeat(Math.ceil(size / piece.length))}${behind}\r\n`);
      return () => read(new Connection({ greeted: true }), whole, chunk);
    },
  };
}

/** Inside one item of a FETCH. */
const item = (name: string, piece: string, before = '', behind = ''): HostileInput =>
  said(name, piece, `* 1 FETCH (UID 5 ${before}`, `${behind})`);

function read(connection: Connection, whole: Uint8Array, chunk: number): void {
  for (let at = 0; at < whole.length; at += chunk) {
    connection.receive(whole.slice(at, at + chunk));
    while (connection.next() !== undefined);
  }
}

/** With a mailbox of as many messages as there are responses selected. */
function mailbox(name: string, line: (index: number, count: number) => string): HostileInput {
  return {
    name: `IMAP: ${name}`,
    make(size) {
      const count = Math.ceil(size / 20);
      const lines = Array.from({ length: count }, (_, index) => `* ${line(index, count)}\r\n`);
      const whole = bytes(lines.join(''));
      const known = bytes(
        Array.from({ length: count }, (_, index) => `* ${index + 1} FETCH (UID ${index * 2 + 2})\r\n`).join(
          '',
        ),
      );
      return () => {
        const connection = new Connection();
        read(connection, bytes('* PREAUTH\r\n'), 100);
        connection.send(select('INBOX'));
        read(connection, bytes(`* ${count} EXISTS\r\nP1 OK\r\n`), 100);
        read(connection, known, 64 * 1024);
        read(connection, whole, 64 * 1024);
      };
    },
  };
}

export const HOSTILE_IMAP: readonly HostileInput[] = [
  said('empty lines', '\r\n'),
  said('spaces', ' ', '* OK'),
  said('NULs', '\0'),
  said('lines of text', 'Server Unavailable.\r\n'),
  said('BYE', '* BYE\r\n'),
  said('continuation requests', '+ \r\n'),
  said('receipts for nothing', 'P9 OK\r\n'),
  said('octets one at a time', 'x', '* OK ', '', 1),
  said('a literal one octet at a time', 'x', '* 1 FETCH (BODY[] {50000000}\r\n', '', 1),
  said('empty literals', '{0}\r\n', '* X '),
  said('short literals', '{1}\r\na ', '* X '),
  said('short literals one octet at a time', '{1}\r\na ', '* X ', '', 1),
  said('braces', '{', '* X '),
  said('literals that are none', '{5} \r\n', '* OK '),
  said('open parentheses', '(', '* LIST '),
  said('numbers of SEARCH', ' 1', '* SEARCH'),
  said('digits', '9', '* SEARCH '),
  said('SEARCH responses', '* SEARCH 1\r\n'),
  said('ranges', '5:1,', '* VANISHED ', '1'),
  said('ranges from the highest down', '9:8,', '* ESEARCH UID ALL ', '1'),
  said('updates of a search', ' ADDTO (0 1)', '* ESEARCH UID'),
  said('threads', '(1)', '* THREAD '),
  said('threads within threads', '(1', '* THREAD '),
  said('capabilities', ' LITERAL +', '* CAPABILITY'),
  said('URLs', ' imap://x/', '* NO [REFERRAL', '] x'),
  said('brackets', '[', '* OK '),
  said('closing brackets', ']', '* OK [X '),
  said('codes', '[X ', '* OK '),
  said('shifts of UTF-7', '&', '* LIST () "/" "', '"'),
  said('names in UTF-7', '&AOk-', '* LIST () "/" "', '"'),
  said('namespaces', '("" "/")', '* NAMESPACE (', ') NIL NIL'),
  item('flags', 'a ', 'FLAGS (', ')'),
  item('lists of flags', 'FLAGS (a) '),
  item('items that cannot be read', 'RFC822.SIZE x '),
  item('open parentheses in FETCH', '('),
  item('open parentheses in BODYSTRUCTURE', '(', 'BODYSTRUCTURE '),
  item('open parentheses in ENVELOPE', '(', 'ENVELOPE '),
  item('NIL in BODYSTRUCTURE', 'NIL ', 'BODYSTRUCTURE (', ')'),
  item('quotes', '"', 'ENVELOPE ("', '")'),
  item('escaped quotes', '\\"', 'ENVELOPE ("', '")'),
  item('escaped quotes before parentheses', '\\")', 'ENVELOPE ("', '")'),
  item('NIL behind an escaped quote', ' NIL', 'ENVELOPE ("\\"', '")'),
  item('parentheses behind an escaped quote', ')', 'ENVELOPE ("\\"', '")'),
  item('strings that end early', '"\\") NIL "', 'ENVELOPE (', ')'),
  item('backslashes', '\\', 'ENVELOPE ("', '")'),
  item('strings', '"a" ', 'ENVELOPE (', ')'),
  item('addresses', '(NIL NIL "a" "b")', 'ENVELOPE (NIL NIL (', '))'),
  item('parameters', '"a" "b" ', 'BODYSTRUCTURE ("text" "plain" (', ') NIL NIL "7bit" 1 1)'),
  item('parts', '("text" "plain" NIL NIL NIL "7bit" 1 1)', 'BODYSTRUCTURE (', ' "mixed")'),
  item('header fields of a section', 'a ', 'BODY[HEADER.FIELDS (', ')] NIL'),
  item('letters of a section', 'A', 'BODY[', '] NIL'),
  item('sections', 'BODY[1] NIL '),
  item('sections with literals', 'BODY[1] {1}\r\na '),
  item('labels', '"\\\\a" ', 'X-GM-LABELS (', ')'),
  mailbox('EXPUNGE from the bottom', () => '1 EXPUNGE'),
  mailbox('EXPUNGE from the top', (index, count) => `${count - index} EXPUNGE`),
  mailbox('EXPUNGE of every other message', (index, count) => `${(index % (count / 2 - 1)) + 1} EXPUNGE`),
  mailbox('EXISTS', (_, count) => `${count} EXISTS`),
  mailbox('EXISTS up and down', (index) => `${index % 2} EXISTS`),
  mailbox('flags of messages', (index) => `${index + 1} FETCH (FLAGS (\\Seen))`),
  mailbox('UIDs again and again', (index) => `1 FETCH (UID ${index + 1})`),
];
