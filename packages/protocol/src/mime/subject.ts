/** Subjects: what `Re:` and `Fwd:` are called, how one is added, and what is left without them (RFC 5256 §2.1). */

/** "Re" as programs translate it. RFC 5256 knows only the first; the others are the same in other languages. */
const REPLY =
  're|aw|antw|antwort|sv|vs|bls|res|rif|odp|ynt|atb|yan|vá|ref|απ|σχετ|отв|השב|رد|回复|回覆|答复|答覆|返信|회신';
/** "Fwd". */
const FORWARD =
  'fwd?|wg|vb|vl|enc|rv|tr|trs|pd|ilt|továbbítás|doorst|rvs|πρθ|пересл|הועבר|转发|轉寄|轉發|転送|전달';

const COUNT = '(?:\\s*(?:\\[[^[\\]]*\\]|\\(\\d{1,4}\\)))?\\s*[:：]\\s*';
const BLOB = /^\[[^[\]]*\]\s*/;
const LEADER = new RegExp(`^(?:\\[[^[\\]]*\\]\\s*)*(?:${REPLY}|${FORWARD})${COUNT}`, 'iu');
const TRAILER = new RegExp(`\\s*\\((?:${FORWARD}|${REPLY})\\)\\s*$`, 'iu');
const REPLY_PREFIX = new RegExp(`^(?:(?:${REPLY})${COUNT})+`, 'iu');
const FORWARD_PREFIX = new RegExp(`^(?:(?:${FORWARD})${COUNT})+`, 'iu');

/** Characters of a subject that are looked at. */
const MAX_SUBJECT = 2000;
/** Characters of a subject that are taken over into an answer: nobody writes, or reads, more. */
const MAX_ANSWERED = 20_000;

/**
 * What messages of one conversation have in common: the subject less `Re:`, `Fwd:`, list tags and `(fwd)`, RFC 5256 §2.1.
 * @param subject decoded. Compare the results without regard to case.
 */
export function baseSubject(subject: string): string {
  let base = subject.slice(0, MAX_SUBJECT).replace(/\s+/gu, ' ').trim();
  for (;;) {
    const before = base;
    base = base.replace(TRAILER, '').trim();
    base = withoutLeaders(base);
    // A forwarded subject within `[fwd: …]`.
    const inner = /^\[fwd:(.*)\]$/iu.exec(base)?.[1];
    if (inner !== undefined) base = inner.trim();
    if (base === before) return base;
  }
}

/** Whether the subject says that it answers or forwards another (RFC 5256 §2.1, "is a reply or forward"). */
export function isReplySubject(subject: string): boolean {
  const plain = subject.slice(0, MAX_SUBJECT).replace(/\s+/gu, ' ').trim();
  return LEADER.test(plain) || TRAILER.test(plain) || /^\[fwd:.*\]$/iu.test(plain);
}

function withoutLeaders(subject: string): string {
  let base = subject;
  for (;;) {
    const before = base;
    base = base.replace(LEADER, '').trimStart();
    const rest = base.replace(BLOB, '');
    // A list's tag goes, but not if it is all there is; `[fwd: …]` is no tag.
    if (rest !== '' && !/^\[fwd:[^[\]]*\]$/iu.test(base)) base = rest;
    if (base === before) return base;
  }
}

/** `Re: ` and the subject, with no second `Re:` whatever it is called and counted like (`AW:`, `Re[2]:`). */
export function replySubject(subject: string): string {
  return `Re: ${withoutPrefix(subject, REPLY_PREFIX)}`.trim();
}

/** `Fwd: ` and the subject, with no second one. */
export function forwardSubject(subject: string): string {
  return `Fwd: ${withoutPrefix(subject, FORWARD_PREFIX)}`.trim();
}

function withoutPrefix(subject: string, prefix: RegExp): string {
  const plain = subject.slice(0, MAX_ANSWERED).replace(/\s+/gu, ' ').trim();
  return plain.slice(0, MAX_SUBJECT).replace(prefix, '') + plain.slice(MAX_SUBJECT);
}
