/**
 * The text of an RTF document, and the HTML that Outlook wrapped into one: [MS-OXRTFEX]. What a program would draw (fonts,
 * colours, pictures, tables) is left out.
 */
import { concatBytes, decodeLatin1 } from '../../bytes/index.ts';
import { decodeText } from '../charset.ts';
import { wellFormed } from '../text.ts';
import { FONT_CHARSETS, codePageCharset } from './code-pages.ts';
import { rtfTokens } from './rtf-token.ts';
import type { RtfToken } from './rtf-token.ts';

export interface RichText {
  /** `html`: it was HTML before it was RTF. Nothing to trust. */
  readonly kind: 'html' | 'text';
  /** Lines parted by `\n`. */
  readonly text: string;
}

/** Octets of RTF that are read: a person reads less, and a picture is not read at all. */
const MAX_RTF = 8 * 1024 * 1024;
/** Groups within groups that are kept apart; Outlook writes about ten. */
const MAX_DEPTH = 200;
/** Fonts of one document. */
const MAX_FONTS = 1000;
/** Tokens among which `\fromhtml1` and `\fromtext` stand (§2.1.3.1 says ten). */
const MAX_PREAMBLE = 20;

/** Words that stand for text. */
const TEXTS: Readonly<Record<string, string>> = {
  par: '\n',
  line: '\n',
  row: '\n',
  sect: '\n',
  page: '\n',
  tab: '\t',
  cell: '\t',
  nbsp: '\u00a0',
  nbhyphen: '\u2011',
  shy: '\u00ad',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  endash: '–',
  emdash: '—',
  emspace: '\u2003',
  enspace: '\u2002',
};
/** Destinations without `\*` whose content is no text of the document. */
const UNREAD = new Set(
  'fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf footnote fldinst xe tc'.split(
    ' ',
  ),
);

/** Never throws. undefined where it is no RTF. */
export function readRtf(rtf: Uint8Array): RichText | undefined {
  if (decodeLatin1(rtf.subarray(0, 5)) !== '{\\rtf') return undefined;
  const document = rtf.subarray(0, MAX_RTF);
  const reader = new RtfReader(isFromHtml(document));
  for (const token of rtfTokens(document)) reader.take(token);
  return reader.finish();
}

function isFromHtml(rtf: Uint8Array): boolean {
  let count = 0;
  for (const token of rtfTokens(rtf)) {
    if (token.kind === 'word' && token.word === 'fromhtml') return token.value === 1;
    const begun = token.kind === 'text' || (token.kind === 'word' && token.word === 'fonttbl');
    if (++count > MAX_PREAMBLE || begun) break;
  }
  return false;
}

/** What a group inherits and gives back at its end. */
interface Group {
  /** `tag`: `{\*\htmltag …}`, HTML as it was. */
  readonly destination: 'body' | 'tag' | 'fonts' | 'unread';
  /** Between `\htmlrtf` and `\htmlrtf0`: what was put in for programs that read no HTML. */
  readonly forRtf: boolean;
  readonly font: number;
  /** Letters that stand in for one `\u` (§ "Unicode RTF" of the RTF specification). */
  readonly standIns: number;
}

class RtfReader {
  readonly #html: boolean;
  readonly #pieces: string[] = [];
  readonly #groups: Group[] = [];
  readonly #fonts = new Map<number, string>();
  #group: Group = { destination: 'body', forRtf: false, font: -1, standIns: 1 };
  /** Groups deeper than are kept apart. */
  #deeper = 0;
  #octets: Uint8Array[] = [];
  #charset = 'windows-1252';
  #optional = false;
  #skip = 0;

  constructor(html: boolean) {
    this.#html = html;
  }

  take(token: RtfToken): void {
    if (token.kind === 'text') return this.#text(token.octets);
    if (token.kind === 'optional') {
      this.#optional = true;
      return;
    }
    if (token.kind === 'word') {
      const optional = this.#optional;
      this.#optional = false;
      return this.#word(token.word, token.value, optional);
    }
    this.#flush();
    this.#skip = 0;
    this.#optional = false;
    if (token.kind === 'open') this.#open();
    else this.#close();
  }

  finish(): RichText {
    this.#flush();
    const text = wellFormed(this.#pieces.join(''));
    return { kind: this.#html ? 'html' : 'text', text: this.#html ? text : text.replace(/\s+$/, '') };
  }

  #open(): void {
    if (this.#groups.length < MAX_DEPTH) this.#groups.push(this.#group);
    else this.#deeper++;
  }

  #close(): void {
    if (this.#deeper > 0) this.#deeper--;
    else this.#group = this.#groups.pop() ?? this.#group;
  }

  #text(octets: Uint8Array): void {
    this.#optional = false;
    const skipped = Math.min(this.#skip, octets.length);
    this.#skip -= skipped;
    if (skipped < octets.length && this.#isShown()) this.#octets.push(octets.subarray(skipped));
  }

  #isShown(): boolean {
    const { destination, forRtf } = this.#group;
    return destination === 'tag' || (destination === 'body' && !(this.#html && forRtf));
  }

  #word(word: string, value: number | undefined, optional: boolean): void {
    this.#flush();
    const { destination } = this.#group;
    if (destination === 'unread') return;
    if (destination === 'fonts') return this.#fontWord(word, value);
    if (optional) {
      const tag = word === 'htmltag' && this.#html;
      this.#set({ destination: tag ? 'tag' : 'unread' });
    } else if (word === 'fonttbl') this.#set({ destination: 'fonts' });
    else if (UNREAD.has(word)) this.#set({ destination: 'unread' });
    else if (word === 'u') this.#unicode(value ?? 0);
    else if (word === 'uc') this.#set({ standIns: Math.min(Math.max(value ?? 1, 0), 10) });
    else if (word === 'f') this.#set({ font: value ?? -1 });
    else if (word === 'plain') this.#set({ font: -1 });
    else if (word === 'htmlrtf') this.#set({ forRtf: value !== 0 });
    else if (word === 'ansicpg') this.#charset = codePageCharset(value ?? 0) ?? this.#charset;
    else if (Object.hasOwn(TEXTS, word) && this.#isShown()) this.#pieces.push(TEXTS[word]!);
  }

  #fontWord(word: string, value: number | undefined): void {
    if (word === 'f') this.#set({ font: value ?? -1 });
    const charset = word === 'fcharset' ? FONT_CHARSETS.get(value ?? 0) : undefined;
    if (charset !== undefined && this.#fonts.size < MAX_FONTS) this.#fonts.set(this.#group.font, charset);
  }

  /** Signed sixteen bits; the letters after it are for programs that cannot. */
  #unicode(value: number): void {
    if (this.#isShown()) this.#pieces.push(String.fromCharCode(value & 0xffff));
    this.#skip = this.#group.standIns;
  }

  #set(change: Partial<Group>): void {
    this.#group = { ...this.#group, ...change };
  }

  /** Letters of several octets stand in one run. */
  #flush(): void {
    if (this.#octets.length === 0) return;
    const bytes = concatBytes(this.#octets);
    this.#octets = [];
    const charset = this.#fonts.get(this.#group.font) ?? this.#charset;
    this.#pieces.push(isAscii(bytes) ? decodeLatin1(bytes) : decodeText(bytes, charset).text);
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const octet of bytes) if (octet >= 0x80) return false;
  return true;
}
