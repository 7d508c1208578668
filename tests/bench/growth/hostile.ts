/** Inputs that cost quadratic time in parsers that are not careful, each in any size. */
import {
  addressesOf,
  ancestorsOf,
  baseSubject,
  choosePresentation,
  decodeText,
  decodeTransfer,
  decodeWords,
  flow,
  forwardSubject,
  mailingListOf,
  messageIds,
  parameterValue,
  parseAddresses,
  parseAuthenticationResults,
  parseDate,
  parseDeliveryStatus,
  parseHeaders,
  parseMailto,
  parseMessage,
  parseParameters,
  previewOf,
  quotedStretches,
  textOfHtml,
  Threads,
  unflow,
  unpackTnef,
  unpackUuencoded,
} from '@postern/protocol/mime';
import { winmail } from '../../support/winmail.ts';

export interface HostileInput {
  readonly name: string;
  /** Made outside the measurement; `size`: about the characters, or the messages, of it. */
  make(size: number): () => unknown;
}

/** `piece` repeated to about `size` characters, with something before and behind. */
function text(
  name: string,
  piece: string,
  read: (whole: string) => unknown,
  before = '',
  behind = '',
): HostileInput {
  return {
    name,
    make(size) {
      const whole = before + piece.repeat(Math.ceil(size / piece.length)) + behind;
      return () => read(whole);
    },
  };
}

function octets(
  name: string,
  piece: string,
  read: (whole: Uint8Array) => unknown,
  before = '',
): HostileInput {
  return {
    name,
    make(size) {
      const whole = Buffer.from(before + piece.repeat(Math.ceil(size / piece.length)), 'latin1');
      return () => read(whole);
    },
  };
}

function rtf(name: string, piece: string): HostileInput {
  return {
    name,
    make(size) {
      const document = `{\\rtf1\\fromhtml1 ${piece.repeat(Math.ceil(size / piece.length))}`;
      const whole = winmail({ rtf: Buffer.from(document, 'latin1') });
      if (unpackTnef(whole)?.rtf === undefined) throw new Error(`${name}: it is not read`);
      return () => unpackTnef(whole);
    },
  };
}

const message = (bytes: Uint8Array) => {
  const { structure } = parseMessage(bytes);
  return [
    choosePresentation(structure, { prefer: 'html' }),
    choosePresentation(structure, { prefer: 'plain' }),
  ];
};
const parameter = (raw: string) => parameterValue(parseParameters(raw).parameters, 'filename');
const MULTIPART = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';

const READ: readonly HostileInput[] = [
  octets(
    'multiparts in multiparts',
    '--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
    message,
    MULTIPART,
  ),
  octets('messages in messages', 'Content-Type: message/rfc822\r\n\r\n', message),
  octets('empty parts', '--b\r\n', message, MULTIPART),
  octets('parts with headers', '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n', message, MULTIPART),
  octets('almost delimiters', '--bb\r\n', message, MULTIPART),
  octets('dashes', '-', message, MULTIPART),
  octets('header fields', 'X: y\r\n', parseHeaders),
  octets('folded lines', ' x\r\n', parseHeaders, 'Subject: x\r\n'),
  octets('a long field name', 'x', parseHeaders),
  octets('colons', ':', parseHeaders),
  text('quotes in addresses', '"', parseAddresses),
  text('nested comments in addresses', '(', parseAddresses, 'a@b '),
  text('angle brackets in addresses', '<', parseAddresses),
  text('commas in addresses', ',', parseAddresses),
  text('many addresses', 'Ada <ada@example.org>, ', parseAddresses),
  text('words in an address', 'a ', parseAddresses),
  text('groups', 'g: a@b; ', parseAddresses),
  text('open groups', 'g:', parseAddresses),
  text('backslashes', '\\', parseAddresses, '"'),
  text('encoded words', '=?utf-8?Q?=C3=A9?= ', decodeWords),
  text('encoded words that never end', '=?utf-8?Q?', decodeWords),
  text('beginnings of encoded words', '=?', decodeWords),
  text('encoded words apart by white space', '=?utf-8?B?ww==?=     ', decodeWords),
  text('question marks', '?', decodeWords, '=?utf-8?Q?'),
  text('escapes of Japanese', '\x1b$B', decodeWords),
  text('parameters', '; a=b', parameter, 'attachment'),
  text('continued parameters', "; filename*1*=utf-8''x", parameter, 'attachment'),
  text('semicolons', ';', parameter),
  text('comments in parameters', '(', parameter, 'a; b='),
  text('quotes in parameters', '"', parameter, 'a; b='),
  text('identifiers', '<a@b> ', messageIds),
  text('open identifiers', '<', messageIds),
  text('one reference, repeated', '<a@b>', (raw) => ancestorsOf(raw, raw)),
  text('Re:', 'Re: ', (raw) => [baseSubject(raw), forwardSubject(raw)]),
  text('brackets in a subject', '[', baseSubject),
  text('list tags', '[a] ', baseSubject),
  text('(fwd)', ' (fwd)', baseSubject, 'x'),
  text('digits in a date', '1', parseDate),
  text('words in a date', 'Mon, ', parseDate),
  text('comments in a date', '(', parseDate),
  text('elements in HTML', '<div>', textOfHtml),
  text('open tags in HTML', '<', textOfHtml),
  text('attributes in HTML', ' a="', textOfHtml, '<a'),
  text('comments in HTML', '<!--', textOfHtml),
  text('references in HTML', '&amp', textOfHtml),
  text('quotes in HTML', '<blockquote>x', textOfHtml),
  text('lists in HTML', '<ol><li>x', textOfHtml),
  text('ends in HTML', '</p>', textOfHtml),
  text('styles in HTML', '<style>', textOfHtml),
  text('marks of quotes', '>', (raw) => [quotedStretches(raw), unflow(raw, false), flow(raw)]),
  text('quoted lines', '> x \n', (raw) => [quotedStretches(raw), unflow(raw, true), flow(raw)]),
  text('colons at the end of lines', 'On x:\n', (raw) => [quotedStretches(raw), previewOf(raw, 'plain')]),
  text('an attribution without end', 'On Monday ', (raw) => [quotedStretches(raw), previewOf(raw, 'plain')]),
  text('spaces', ' ', (raw) => [flow(raw), unflow(raw, true), previewOf(raw, 'html')]),
  text('one word', 'x', (raw) => [flow(raw), quotedStretches(raw)]),
  text('checks of authentication', ' a.b=c', parseAuthenticationResults, 'x; spf=pass'),
  text('open comments of authentication', '(', parseAuthenticationResults, 'x; '),
  octets('URLs of a list', '<https://x/>,', (raw) => mailingListOf(parseHeaders(raw)), 'List-Unsubscribe: '),
  octets('brackets of a list', '<', (raw) => mailingListOf(parseHeaders(raw)), 'List-Unsubscribe: '),
  text('fields of a mailto URL', '&to=a@b', parseMailto, 'mailto:?'),
  octets('recipients of a report', 'Final-Recipient: rfc822; a@b\r\n\r\n', parseDeliveryStatus),
  octets('empty lines of a report', '\r\n', parseDeliveryStatus),
  octets('begin lines', 'begin 644 x\n', unpackUuencoded),
  octets('uuencoded lines without end', 'M\n', unpackUuencoded, 'begin 644 x\n'),
  octets('uuencoded files', 'begin 644 x\n#86)C\n`\nend\n', unpackUuencoded),
  octets('files of winmail.dat', '\x02\x02\x90\x06\0\0\0\0\0\0\0', unpackTnef, '\x78\x9f\x3e\x22\x01\0'),
  octets('zeros of winmail.dat', '\0', unpackTnef, '\x78\x9f\x3e\x22\x01\0'),
  rtf('groups of RTF', '{a'),
  rtf('words of RTF', '\\f1 '),
  rtf('letters of RTF', "\\'e9\\u8364 ?"),
  rtf('tags of HTML in RTF', '{\\*\\htmltag <b>}'),
  rtf('fonts of RTF', "{\\fonttbl{\\f1\\fcharset204 a;}}\\f1 \\'e9"),
  octets('equals signs', '=', (raw) => decodeTransfer(raw, 'quoted-printable')),
  octets('spaces at the end of lines', ' ', (raw) => decodeTransfer(raw, 'quoted-printable')),
  octets('no base64', '*', (raw) => decodeTransfer(raw, 'base64')),
  octets('octets of no charset', '\xe9', (raw) => decodeText(raw, undefined)),
  octets('shifts of UTF-7', '+', (raw) => decodeText(raw, 'utf-7')),
  octets('escapes of ISO-2022-JP', '\x1b(B', (raw) => decodeText(raw, 'iso-2022-jp')),
  {
    name: 'groups of an ENVELOPE',
    make(size) {
      const list = Array.from({ length: size / 10 }, () => ({ name: null, mailbox: 'g', host: null }));
      return () => addressesOf(list);
    },
  },
];

/** Messages into threads, asked for at the end. */
function threads(
  name: string,
  references: (index: number) => number[],
  subject: (index: number) => string,
): HostileInput {
  return {
    name,
    make(size) {
      const list = Array.from({ length: size / 100 }, (_, index) => ({
        key: String(index),
        id: `<${index}@x>`,
        references: references(index).map((one) => `<${one}@x>`),
        subject: subject(index),
        date: index,
      }));
      return () => {
        const all = new Threads();
        for (const one of list) all.add(one);
        return all.all();
      };
    },
  };
}

const last = (index: number, count: number) =>
  Array.from({ length: Math.min(index, count) }, (_, back) => index - Math.min(index, count) + back);

export const HOSTILE: readonly HostileInput[] = [
  ...READ,
  threads(
    'a chain of answers',
    (index) => last(index, 1),
    () => 'x',
  ),
  threads(
    'a chain with many references',
    (index) => last(index, 20),
    () => 'x',
  ),
  threads(
    'a chain that comes backwards',
    (index) => [index + 1],
    () => 'x',
  ),
  threads(
    'answers to one',
    () => [0],
    () => 'Re: x',
  ),
  threads(
    'answers to one that is missing',
    () => [-1],
    () => 'Re: x',
  ),
  threads(
    'one subject',
    () => [],
    () => 'x',
  ),
  threads(
    'one subject, all answers',
    () => [],
    () => 'Re: x',
  ),
  threads(
    'one subject, every second an answer',
    () => [],
    (index) => (index % 2 === 0 ? 'x' : 'Re: x'),
  ),
];
