/** Answering and forwarding: to whom, under which subject, in which thread, over which text (RFC 5322 §3.6). */
import type { MailAddress } from './address.ts';
import { forwardedHtml, quotedHtml } from './quote-html.ts';
import { boundedReferences } from './references.ts';
import { forwardSubject, replySubject } from './subject.ts';

/** The message that is answered, decoded. */
export interface Original {
  readonly from: readonly MailAddress[];
  readonly replyTo: readonly MailAddress[];
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly subject: string;
  /** With angle brackets. */
  readonly messageId: string | undefined;
  readonly references: readonly string[];
  /** In-Reply-To; stands in where there are no references. */
  readonly inReplyTo?: readonly string[];
  /** Milliseconds since 1970-01-01T00:00Z. */
  readonly date: number | undefined;
  /** As shown: HTML by `textOfHtml`, format=flowed by `unflow`. */
  readonly text: string;
  /** The same as HTML: the content of a body, cleaned and balanced by who has a DOM; pictures by `cid:` go along as attachments. */
  readonly html?: string;
}

/** What compose starts from. */
export interface DraftFields {
  readonly to: readonly MailAddress[];
  readonly cc: readonly MailAddress[];
  readonly bcc: readonly MailAddress[];
  readonly subject: string;
  readonly text: string;
  /** The same as HTML, where the original has any. */
  readonly html?: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
}

/** The words, in the language of the person who answers. */
export interface ReplyWords {
  /** "On 3 November 2025 Ada wrote:", one line. */
  onWrote(original: Original): string;
  /** The lines above a forwarded text: a title, From, Date, Subject, To. */
  forwardedHeader(original: Original): string;
}

/** Characters of the original that are quoted; nobody scrolls through more. */
const MAX_QUOTED = 200_000;

/**
 * `me`: the addresses of the person. They are left out of the recipients, and who answers a message of their own writes to
 * its recipients again. `forward-attached`: the original goes along as a file (`OutgoingAttachment.message`), so the text is
 * empty. `text` and `html` begin with the attribution or the header, with nothing above.
 */
export function reply(
  original: Original,
  me: readonly MailAddress[],
  mode: 'reply' | 'reply-all' | 'forward' | 'forward-attached',
  words: ReplyWords,
): DraftFields {
  if (mode === 'forward' || mode === 'forward-attached') {
    return forward(original, words, mode === 'forward');
  }
  const mine = new Set(me.map(key));
  const { to, cc } = recipients(original, mine, mode === 'reply-all');
  const attribution = words.onWrote(original);
  const html = original.html === undefined ? undefined : quotedHtml(attribution, original.html);
  return {
    to,
    cc,
    bcc: [],
    subject: replySubject(original.subject),
    text: `${attribution}\n${quoted(original.text)}\n`,
    ...(html === undefined ? {} : { html }),
    ...(original.messageId === undefined ? {} : { inReplyTo: original.messageId }),
    references: thread(original),
  };
}

/** Kept in the thread of the original, but no answer to it. */
function forward(original: Original, words: ReplyWords, inline: boolean): DraftFields {
  const header = words.forwardedHeader(original).trimEnd();
  const html = inline && original.html !== undefined ? forwardedHtml(header, original.html) : undefined;
  return {
    to: [],
    cc: [],
    bcc: [],
    subject: forwardSubject(original.subject),
    text: inline ? `${header}\n\n${original.text.slice(0, MAX_QUOTED).trimEnd()}\n` : '',
    ...(html === undefined ? {} : { html }),
    references: thread(original),
  };
}

/** RFC 5322 §3.6.3: Reply-To, else From; for all, the other recipients too. */
function recipients(original: Original, mine: ReadonlySet<string>, all: boolean) {
  const taken = new Set<string>();
  const pick = (list: readonly MailAddress[], others = true): MailAddress[] =>
    list.filter((one) => {
      const id = key(one);
      if (one.address === '' || taken.has(id) || (others && mine.has(id))) return false;
      taken.add(id);
      return true;
    });
  const own = original.from.length > 0 && original.from.every((one) => mine.has(key(one)));
  const authors = original.replyTo.some((one) => one.address !== '') ? original.replyTo : original.from;
  if (own) {
    const to = pick(original.to);
    const cc = all ? pick(original.cc) : [];
    return to.length + cc.length > 0 ? { to, cc } : { to: pick(authors, false), cc };
  }
  const to = pick(authors);
  // A list that points Reply-To at itself hides the author, who wants the answer too.
  const cc = all ? pick([...original.from, ...original.to, ...original.cc]) : [];
  return to.length > 0 ? { to, cc } : { to: pick(authors, false), cc };
}

function key({ address }: MailAddress): string {
  return address.trim().toLowerCase();
}

/** RFC 5322 §3.6.4. */
function thread(original: Original): string[] {
  const { references, inReplyTo = [], messageId } = original;
  const before = references.length > 0 ? references : inReplyTo.length === 1 ? inReplyTo : [];
  const ids = messageId === undefined ? before : [...before.filter((id) => id !== messageId), messageId];
  return boundedReferences(ids);
}

/** Behind `>`, less the signature. */
function quoted(text: string): string {
  const lines = text.slice(0, MAX_QUOTED).split(/\r\n|\n|\r/);
  const signature = lines.findLastIndex((line) => line === '-- ' || line === '--');
  // A mark far up is no signature's, or one that more text follows.
  const own = signature >= 0 && lines.length - signature <= 20 ? lines.slice(0, signature) : lines;
  while (own.at(-1)?.trim() === '') own.pop();
  return own.map((line) => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)).join('\n');
}
