import { encodeCharset } from './charset.ts';

/** Header fields in their order. */
export type Fields = ReadonlyArray<readonly [name: string, value: string]>;

/** A MIME part ready to be put into a message: its own header fields, and its encoded body. */
export interface Part {
  readonly fields: Fields;
  readonly body: Buffer;
}

export type TransferEncoding = '7bit' | '8bit' | 'quoted-printable' | 'base64';

export interface TextOptions {
  readonly subtype?: 'plain' | 'html';
  /** utf-8 unless given. */
  readonly charset?: string;
  /** 7bit for ASCII, else quoted-printable, unless given. */
  readonly encoding?: TransferEncoding;
  /** format=flowed (RFC 3676): paragraphs are broken softly. */
  readonly flowed?: boolean;
}

/** A text part. Lines are separated by "\n" in `text`. */
export function text(content: string, options: TextOptions = {}): Part {
  const { subtype = 'plain', charset = 'utf-8', flowed = false } = options;
  const lines = (flowed ? softLines(content) : content).replace(/\n/g, '\r\n');
  const octets = encodeCharset(lines.endsWith('\r\n') ? lines : `${lines}\r\n`, charset);
  const ascii = octets.every((octet) => octet < 0x80);
  const longLines = lines.split('\r\n').some((line) => line.length > 900);
  const encoding = options.encoding ?? (ascii && !longLines ? '7bit' : 'quoted-printable');
  const parameters = `charset=${charset}${flowed ? '; format=flowed' : ''}`;
  return {
    fields: [
      ['Content-Type', `text/${subtype}; ${parameters}`],
      ['Content-Transfer-Encoding', encoding],
    ],
    body: transferEncode(octets, encoding),
  };
}

export interface FileOptions {
  /** Shown in the message by `cid:`; makes the part inline. */
  readonly contentId?: string;
  readonly disposition?: 'attachment' | 'inline';
  /** Further parameters of Content-Type, ready to be appended. */
  readonly parameters?: string;
}

/** A file in base64. Its name is written as RFC 2231 asks when it is not ASCII. */
export function file(name: string, type: string, content: Buffer, options: FileOptions = {}): Part {
  const disposition = options.disposition ?? (options.contentId === undefined ? 'attachment' : 'inline');
  return {
    fields: [
      ['Content-Type', `${type}${options.parameters ?? ''}; ${parameterText('name', name)}`],
      ['Content-Transfer-Encoding', 'base64'],
      ['Content-Disposition', `${disposition}; ${parameterText('filename', name)}`],
      ...(options.contentId === undefined ? [] : ([['Content-ID', `<${options.contentId}>`]] as const)),
    ],
    body: transferEncode(content, 'base64'),
  };
}

/** A whole message as a part (RFC 2046 §5.2.1). */
export function attachedMessage(name: string, content: Buffer): Part {
  return {
    fields: [
      ['Content-Type', `message/rfc822; ${parameterText('name', name)}`],
      ['Content-Disposition', `attachment; ${parameterText('filename', name)}`],
    ],
    body: content,
  };
}

/** Parts together (RFC 2046 §5.1). The boundary must not occur in them. */
export function multipart(subtype: string, boundary: string, parts: readonly Part[], preamble = ''): Part {
  const chunks: Buffer[] = [Buffer.from(preamble)];
  for (const part of parts)
    chunks.push(Buffer.from(`\r\n--${boundary}\r\n${fieldText(part.fields)}\r\n`), part.body);
  chunks.push(Buffer.from(`\r\n--${boundary}--\r\n`));
  return {
    fields: [['Content-Type', `multipart/${subtype}; boundary="${boundary}"`]],
    body: Buffer.concat(chunks),
  };
}

/** Header fields and a body as a message. */
export function assemble(fields: Fields, part: Part): Buffer {
  const all: Fields = [...fields, ['MIME-Version', '1.0'], ...part.fields];
  return Buffer.concat([Buffer.from(`${fieldText(all)}\r\n`, 'latin1'), part.body]);
}

/** Fields as header lines, folded at spaces near column 76. */
export function fieldText(fields: Fields): string {
  return fields.map(([name, value]) => `${folded(`${name}: ${value}`)}\r\n`).join('');
}

function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + word.length > 76) {
      lines.push(current);
      current = ` ${word}`;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current].join('\r\n');
}

function parameterText(name: string, value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return `${name}="${value.replace(/["\\]/g, '\\$&')}"`;
  return `${name}*=utf-8''${encodeURIComponent(value).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`;
}

export function transferEncode(octets: Buffer, encoding: TransferEncoding): Buffer {
  if (encoding === 'base64') {
    const lines = octets.toString('base64').match(/.{1,76}/g) ?? [];
    return Buffer.from(`${lines.join('\r\n')}\r\n`);
  }
  return encoding === 'quoted-printable' ? quotedPrintable(octets) : octets;
}

function quotedPrintable(octets: Buffer): Buffer {
  const lines = octets
    .toString('latin1')
    .split('\r\n')
    .map((line) => {
      const escaped = line
        .replace(
          /[^\x20-\x3c\x3e-\x7e\t]/g,
          (c) => `=${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .replace(/[ \t]$/, (c) => (c === ' ' ? '=20' : '=09'));
      return softBroken(escaped);
    });
  return Buffer.from(lines.join('\r\n'), 'latin1');
}

/** A line of quoted-printable cut into pieces of 76 characters at most, no escape torn apart. */
function softBroken(escaped: string): string {
  if (escaped.length <= 76) return escaped;
  let done = '';
  let line = '';
  for (const unit of escaped.match(/=..|./g) ?? []) {
    if (line.length + unit.length > 75) {
      done += `${line}=\r\n`;
      line = '';
    }
    line += unit;
  }
  return done + line;
}

/** Paragraphs broken at about 72 columns, with a space before each soft break. */
function softLines(content: string): string {
  return content
    .split('\n')
    .map((line) =>
      line.startsWith('>') || line === '-- ' ? line : line.replace(/(.{55,72}) (?=\S)/g, '$1 \n'),
    )
    .join('\n');
}

/** Header text: as it stands when ASCII, else encoded words (RFC 2047) of whole characters. */
export function headerText(value: string, charset = 'utf-8', form: 'B' | 'Q' = 'B'): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  const words: string[] = [];
  let chunk = '';
  const flush = (): void => {
    const octets = encodeCharset(chunk, charset);
    const data = form === 'B' ? octets.toString('base64') : qWord(octets);
    words.push(`=?${charset}?${form}?${data}?=`);
    chunk = '';
  };
  for (const character of value) {
    const length = encodeCharset(chunk + character, charset).length;
    if (length > (form === 'B' ? 42 : 18)) flush();
    chunk += character;
  }
  flush();
  return words.join(' ');
}

function qWord(octets: Buffer): string {
  return [...octets]
    .map((octet) => {
      const character = String.fromCharCode(octet);
      if (character === ' ') return '_';
      return /[A-Za-z0-9!*+\-/]/.test(character)
        ? character
        : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}
