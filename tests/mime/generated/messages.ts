/** Messages made by code, each named by the feature that it is about. */
import { base64Lines, encodeIn, quotedPrintable } from './encode.ts';

export interface GeneratedMessage {
  readonly name: string;
  readonly bytes: Buffer;
}

const BASE = {
  From: 'Ada <ada@example.org>',
  To: 'Bob <bob@example.org>',
  Subject: 'Tea',
  Date: 'Mon, 3 Nov 2025 10:20:30 +0100',
  'Message-ID': '<1@example.org>',
  'MIME-Version': '1.0',
};

/** Fields with raw octets are given as Latin-1. */
function message(
  name: string,
  fields: Record<string, string>,
  body: string | Buffer = 'Hello\r\n',
): GeneratedMessage {
  const header = Object.entries({ ...BASE, ...fields })
    .map(([field, value]) => `${field}: ${value}\r\n`)
    .join('');
  return { name, bytes: Buffer.concat([Buffer.from(`${header}\r\n`, 'latin1'), Buffer.from(body)]) };
}

/** Charsets with something to write in them. */
const WRITING: readonly (readonly [charset: string, text: string])[] = [
  ['utf-8', 'Grüße, 日本語, Привет 😀'],
  ['iso-8859-1', 'Grüße aus Köln'],
  ['iso-8859-2', 'Zażółć gęślą jaźń'],
  ['iso-8859-4', 'Ķekavas iela'],
  ['iso-8859-5', 'Привет, мир'],
  ['iso-8859-7', 'Καλημέρα κόσμε'],
  ['iso-8859-8', 'שלום עולם'],
  ['iso-8859-9', 'İstanbul, güneş'],
  ['iso-8859-10', 'Þingvellir og Ŋ'],
  ['iso-8859-13', 'Žąsų šeima'],
  ['iso-8859-14', 'Ŵyth a ŷd'],
  ['iso-8859-15', 'Für 5 € œuvre'],
  ['windows-1250', 'Příliš žluťoučký kůň'],
  ['windows-1251', 'Съешь ещё этих булок'],
  ['windows-1252', '“Quotes” – and €'],
  ['windows-1253', 'Ελληνικά γράμματα'],
  ['windows-1254', 'Çağdaş ışık'],
  ['windows-1255', 'עברית קלה'],
  ['windows-1256', 'مرحبا بالعالم'],
  ['windows-1257', 'Šiltas vėjas'],
  ['windows-1258', 'ăâđêôơư'],
  ['koi8-r', 'Широкая электрификация'],
  ['koi8-u', 'Їжак і ґава'],
  ['ibm866', 'Южные губернии'],
  ['macintosh', 'Café “naïf”'],
  ['shift_jis', '日本語の手紙です'],
  ['euc-jp', '日本語の手紙です'],
  ['iso-2022-jp', '日本語の手紙です'],
  ['euc-kr', '안녕하세요 여러분'],
  ['gbk', '你好，世界'],
  ['big5', '你好，世界'],
];

const ENCODINGS: readonly (readonly [name: string, encode: (octets: Buffer) => string | Buffer])[] = [
  ['8bit', (octets) => octets],
  ['quoted-printable', quotedPrintable],
  ['base64', base64Lines],
];

const texts = WRITING.flatMap(([charset, text]) =>
  ENCODINGS.map(([encoding, encode]) =>
    message(
      `text ${charset} ${encoding}`,
      { 'Content-Type': `text/plain; charset=${charset}`, 'Content-Transfer-Encoding': encoding },
      encode(encodeIn(charset, text)),
    ),
  ),
);

const htmls = WRITING.map(([charset, text]) =>
  message(
    `html ${charset}`,
    { 'Content-Type': `text/html; charset="${charset}"`, 'Content-Transfer-Encoding': 'base64' },
    base64Lines(encodeIn(charset, `<p>${text}</p>`)),
  ),
);

function encodedWord(charset: string, form: 'Q' | 'B', octets: Buffer): string {
  const q = [...octets].map((octet) => `=${octet.toString(16).toUpperCase().padStart(2, '0')}`).join('');
  return `=?${charset}?${form}?${form === 'B' ? octets.toString('base64') : q}?=`;
}

const subjects = WRITING.flatMap(([charset, text]) =>
  (['Q', 'B'] as const).map((form) =>
    message(`subject ${charset} ${form}`, {
      Subject: `Re: ${encodedWord(charset, form, encodeIn(charset, text))} end`,
    }),
  ),
);

const names = WRITING.map(([charset, text]) =>
  message(`display name ${charset}`, {
    From: `${encodedWord(charset, 'B', encodeIn(charset, text))} <x@example.org>`,
  }),
);

const ADDRESSES: readonly (readonly [name: string, value: string])[] = [
  ['bare', 'a@example.org'],
  ['angle brackets alone', '<a@example.org>'],
  ['phrase', 'Ada King Lovelace <a@example.org>'],
  ['quoted', '"Lovelace, Ada" <a@example.org>'],
  ['quoted pair', '"A \\"B\\" C" <a@example.org>'],
  ['comment as name', 'a@example.org (Ada)'],
  ['comment in between', 'Ada (the first) <a@example.org>'],
  ['several', 'a@example.org, Bob <b@example.org>, "C" <c@example.org>'],
  ['folded', 'a@example.org,\r\n Bob\r\n <b@example.org>'],
  ['group', 'team: a@example.org, Bob <b@example.org>;'],
  ['group and more', 'team: a@example.org; c@example.org'],
  ['empty group', 'undisclosed-recipients:;'],
  ['plus and dots', 'a.b+c@mail.example.org'],
  ['dotted phrase', 'J. R. Doe <a@example.org>'],
  ['apostrophe', "Miles O'Brien <a@example.org>"],
  ['single quotes', "'Ada' <a@example.org>"],
  ['address as name', '"a@example.org" <a@example.org>'],
  ['quoted local part', '"a b"@example.org'],
  ['literal domain', 'a@[192.0.2.1]'],
  ['trailing comma', 'a@example.org,'],
  ['leading comma', ', a@example.org'],
  ['semicolons', 'a@example.org; b@example.org'],
  ['route', '<@relay.example:a@example.org>'],
  ['no domain', 'root'],
  ['white space in angle brackets', 'Ada < a@example.org >'],
  ['tabs', 'Ada\tKing <a@example.org>'],
  ['upper case', 'ADA@EXAMPLE.ORG'],
  ['international domain', 'a@xn--bcher-kva.example'],
  ['slash and equals', '/G=Ada/S=King/@example.org'],
  ['unclosed quote', '"Ada <a@example.org>'],
  ['unclosed bracket', 'Ada <a@example.org'],
  ['same twice', 'a@example.org, a@example.org'],
];

const addresses = ADDRESSES.map(([name, value]) => message(`address: ${name}`, { To: value }));

const DATES: readonly string[] = [
  'Mon, 3 Nov 2025 10:20:30 +0100',
  '3 Nov 2025 10:20:30 +0100',
  '3 Nov 2025 10:20 +0100',
  'Mon, 03 Nov 2025 10:20:30 GMT',
  'Mon, 3 Nov 2025 10:20:30 EST',
  'Mon, 3 Nov 2025 10:20:30 -0000',
  'Mon, 3 Nov 2025 10:20:30 +0530',
  'Mon, 3 Nov 2025 10:20:30 +1345',
  'Mon,  3 Nov 2025\r\n 10:20:30 +0100',
  'Mon, 3 Nov 2025 10:20:30 +0100 (CET)',
  'Mon, 3 Nov 25 10:20:30 +0100',
  'Mon, 3 Nov 1995 10:20:30 -0800',
  'Thu, 29 Feb 2024 23:59:59 +0000',
  'Sun, 1 Jan 2023 00:00:00 +0000',
  'mon, 3 nov 2025 10:20:30 +0100',
  'Mon, 3 Nov 2025 10:20:30 UT',
  'Mon, 3 Nov 2025 10:20:30 PDT',
  'Tue, 3 Nov 2025 10:20:30 +0100',
  'Wed, 31 Dec 1969 23:59:59 +0000',
  'Fri, 1 Jan 2100 00:00:00 +0000',
];

const dates = DATES.map((date) => message(`date: ${date.replace(/\r\n/g, ', folded')}`, { Date: date }));

const FILE_NAMES = [
  'plain.txt',
  'two words.pdf',
  'Übersicht.pdf',
  '請求書.xlsx',
  "quote's.txt",
  'semi;colon.txt',
  '100%.txt',
  'a=b.txt',
  '😀.png',
  `${'long '.repeat(20)}name.doc`,
];

function extended(text: string): string {
  return [...Buffer.from(text)]
    .map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

const NAME_FORMS: readonly (readonly [name: string, write: (text: string) => string])[] = [
  ['quoted', (text) => `attachment; filename="${Buffer.from(text).toString('latin1')}"`],
  ['extended', (text) => `attachment; filename*=utf-8'en'${extended(text)}`],
  [
    'continued',
    (text) =>
      `attachment;${(extended(text).match(/.{1,30}/g) ?? []).map((piece, index) => `\r\n filename*${index}*=${index === 0 ? "utf-8''" : ''}${piece}`).join(';')}`,
  ],
  ['encoded word', (text) => `attachment; filename="${encodedWord('utf-8', 'B', Buffer.from(text))}"`],
];

function multipart(subtype: string, parts: readonly string[], more = ''): [Record<string, string>, string] {
  const boundary = `b-${subtype}`;
  const body = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
  return [{ 'Content-Type': `multipart/${subtype}; boundary="${boundary}"${more}` }, body];
}

/** The same as one part of another. */
function inside(subtype: string, parts: readonly string[], more = ''): string {
  const [fields, body] = multipart(subtype, parts, more);
  return `Content-Type: ${fields['Content-Type']!}\r\n\r\n${body}`;
}

const part = (type: string, body: string, more = '') => `Content-Type: ${type}\r\n${more}\r\n${body}`;
const PLAIN = part('text/plain; charset=utf-8', 'Plain text');
const HTML = part('text/html; charset=utf-8', '<p>HTML text</p>');
const ATTACHED = 'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=a.bin\r\n';
const PDF = part('application/pdf', 'JVBERi0xLjQK', ATTACHED);
const PICTURE = part(
  'image/png',
  'iVBORw0KGgo=',
  'Content-Transfer-Encoding: base64\r\nContent-ID: <p@x>\r\n',
);

const files = FILE_NAMES.flatMap((name) =>
  NAME_FORMS.map(([form, write]) => {
    const [fields, body] = multipart('mixed', [
      PLAIN,
      part(
        'application/octet-stream',
        'AAEC',
        `Content-Transfer-Encoding: base64\r\nContent-Disposition: ${write(name)}\r\n`,
      ),
    ]);
    return {
      name: `file name ${form}: ${name.slice(0, 20)}`,
      bytes: message('', fields, Buffer.from(body, 'latin1')).bytes,
    };
  }),
);

const STRUCTURES: readonly (readonly [
  name: string,
  subtype: string,
  parts: readonly string[],
  more?: string,
])[] = [
  ['alternative', 'alternative', [PLAIN, HTML]],
  ['alternative, HTML first', 'alternative', [HTML, PLAIN]],
  ['alternative of one', 'alternative', [PLAIN]],
  ['mixed of text and file', 'mixed', [PLAIN, PDF]],
  ['mixed of HTML and file', 'mixed', [HTML, PDF]],
  ['mixed of two texts', 'mixed', [PLAIN, PLAIN]],
  ['mixed of text, file, text', 'mixed', [PLAIN, PDF, PLAIN]],
  ['mixed of files alone', 'mixed', [PDF, PDF]],
  ['mixed of nothing', 'mixed', []],
  ['related', 'related', [HTML, PICTURE]],
  [
    'related with start',
    'related',
    [PICTURE, part('text/html', '<p>x</p>', 'Content-ID: <r>\r\n')],
    '; start="<r>"',
  ],
  ['alternative of related', 'alternative', [PLAIN, inside('related', [HTML, PICTURE])]],
  ['mixed of alternative', 'mixed', [inside('alternative', [PLAIN, HTML]), PDF]],
  [
    'mixed of alternative of related',
    'mixed',
    [inside('alternative', [PLAIN, inside('related', [HTML, PICTURE])]), PDF],
  ],
  ['related of alternative', 'related', [inside('alternative', [PLAIN, HTML]), PICTURE]],
  [
    'signed',
    'signed',
    [PLAIN, part('application/pgp-signature', 'sig')],
    '; protocol="application/pgp-signature"',
  ],
  [
    'encrypted',
    'encrypted',
    [part('application/pgp-encrypted', 'Version: 1'), part('application/octet-stream', 'x')],
  ],
  ['embedded message', 'mixed', [PLAIN, part('message/rfc822', 'Subject: inner\r\n\r\ninner text')]],
  ['digest', 'digest', ['\r\nSubject: one\r\n\r\nfirst', '\r\nSubject: two\r\n\r\nsecond']],
  [
    'delivery report',
    'report',
    [PLAIN, part('message/delivery-status', 'Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b')],
    '; report-type=delivery-status',
  ],
  ['unknown multipart', 'x-unknown', [PLAIN, PDF]],
  ['part without header', 'mixed', ['\r\nno header']],
  [
    'text file attached',
    'mixed',
    [PLAIN, part('text/plain', 'file', 'Content-Disposition: attachment; filename=a.txt\r\n')],
  ],
  [
    'text file inline',
    'mixed',
    [PLAIN, part('text/plain', 'file', 'Content-Disposition: inline; filename=a.txt\r\n')],
  ],
  [
    'HTML file attached',
    'mixed',
    [PLAIN, part('text/html', '<p>', 'Content-Disposition: attachment; filename=a.html\r\n')],
  ],
  [
    'calendar as alternative',
    'alternative',
    [PLAIN, HTML, part('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR')],
  ],
  ['picture in place', 'mixed', [PLAIN, PICTURE]],
  ['empty file', 'mixed', [PLAIN, part('application/x-empty', '', ATTACHED)]],
];

const structures = STRUCTURES.map(([name, subtype, parts, more]) =>
  message(`structure: ${name}`, ...multipart(subtype, parts, more)),
);

const contents = [0, 1, 2, 3, 56, 57, 58, 75, 76, 77, 1000, 4095, 4096, 65_537].map((length) => {
  const content = Buffer.from(Uint8Array.from({ length }, (_, index) => (index * 131) ^ (index >> 8)));
  return message(
    `content of ${length} octets`,
    ...multipart('mixed', [PLAIN, part('application/octet-stream', base64Lines(content), ATTACHED)]),
  );
});

const TRANSFERS: readonly (readonly [name: string, encoding: string, body: string])[] = [
  ['soft line breaks', 'quoted-printable', 'one =\r\ntwo =20\r\nthree'],
  ['lower-case hex', 'quoted-printable', '=c3=a9 =C3=A9'],
  ['space before a soft break', 'quoted-printable', 'one = \r\ntwo'],
  ['spaces at the end of a line', 'quoted-printable', 'one   \r\ntwo'],
  ['not hex', 'quoted-printable', '50=ZZ off, = and =X'],
  ['bare line feeds', 'quoted-printable', 'a=\nb\nc'],
  ['base64 in one line', 'base64', Buffer.from('x'.repeat(300)).toString('base64')],
  ['base64 with spaces', 'base64', 'SGVs bG8g\tdGhl cmU='],
  ['base64 without padding', 'base64', 'SGVsbG8'],
  ['base64 of two pieces', 'base64', 'SGVsbG8=\r\ndGhlcmU='],
  ['base64 with dirt', 'base64', 'SGVs*bG8!'],
  ['upper-case name', 'BASE64', 'SGVsbG8='],
  ['unknown', 'x-unknown', 'as it is'],
  ['binary', 'binary', 'as it is'],
  ['nothing', 'base64', ''],
];

const transfers = TRANSFERS.map(([name, encoding, body]) =>
  message(
    `transfer: ${name}`,
    { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Transfer-Encoding': encoding },
    body,
  ),
);

const FLOWED: readonly (readonly [name: string, parameters: string, body: string])[] = [
  ['paragraph', 'format=flowed', 'one \r\ntwo \r\nthree\r\n\r\nfour'],
  ['delsp', 'format=flowed; delsp=yes', 'on \r\ne \r\ntwo'],
  ['quotes', 'format=flowed', '> one \r\n> two\r\n>> three'],
  ['stuffed', 'format=flowed', ' From x\r\n  two'],
  ['signature', 'format=flowed', 'text \r\n-- \r\nAda'],
  ['fixed', 'format=fixed', 'one \r\ntwo'],
];

const flowed = FLOWED.map(([name, parameters, body]) =>
  message(`flowed: ${name}`, { 'Content-Type': `text/plain; charset=utf-8; ${parameters}` }, body),
);

const HEADERS: readonly (readonly [name: string, fields: Record<string, string>])[] = [
  ['folded subject', { Subject: 'one\r\n two\r\n\tthree' }],
  ['empty subject', { Subject: '' }],
  ['long subject', { Subject: 'word '.repeat(300) }],
  ['two encoded words', { Subject: '=?utf-8?Q?a?= =?utf-8?Q?b?=' }],
  ['two encoded words, folded', { Subject: '=?utf-8?Q?a?=\r\n =?utf-8?Q?b?=' }],
  ['words split in mid-character', { Subject: '=?utf-8?B?5pel5g==?= =?utf-8?B?nKw=?=' }],
  ['underscore', { Subject: '=?utf-8?Q?a_b=5Fc?=' }],
  ['not an encoded word', { Subject: 'a =? b ?= c' }],
  ['language', { Subject: '=?utf-8*en?Q?hello?=' }],
  ['raw UTF-8', { Subject: Buffer.from('Grüße 日本').toString('latin1') }],
  ['two recipients fields', { To: 'a@example.org', Cc: 'b@example.org', 'Reply-To': 'c@example.org' }],
  ['comment in the type', { 'Content-Type': 'text/plain (comment); charset=utf-8' }],
  ['upper-case type', { 'CONTENT-TYPE': 'TEXT/PLAIN; CHARSET=UTF-8' }],
  ['type in quotes', { 'Content-Type': 'text/plain; charset="utf-8"' }],
  ['no type', {}],
  ['unknown text', { 'Content-Type': 'text/x-unknown; charset=utf-8' }],
  ['an image alone', { 'Content-Type': 'image/png; name=a.png', 'Content-Transfer-Encoding': 'base64' }],
  [
    'a file alone',
    { 'Content-Type': 'application/pdf', 'Content-Disposition': 'attachment; filename=a.pdf' },
  ],
];

const headers = HEADERS.map(([name, fields]) => message(`header: ${name}`, fields));

export const GENERATED: readonly GeneratedMessage[] = [
  ...texts,
  ...htmls,
  ...subjects,
  ...names,
  ...addresses,
  ...dates,
  ...files,
  ...structures,
  ...contents,
  ...transfers,
  ...flowed,
  ...headers,
];
