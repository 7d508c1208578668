/**
 * The base subject, to the letter of RFC 5256 §2.1: "all servers and disconnected clients MUST use exactly this algorithm". (What
 * people see as one conversation goes by `mime/subject.ts`, which also knows what programs have made of "Re" elsewhere.)
 *
 *     subj-leader  = (*subj-blob subj-refwd) / WSP
 *     subj-refwd   = ("re" / ("fw" ["d"])) *WSP [subj-blob] ":"
 *     subj-blob    = "[" *BLOBCHAR "]" *WSP
 *     subj-trailer = "(fwd)" / WSP
 */

export interface BaseSubject {
  /** Decoded, and not yet mapped for comparing. */
  readonly text: string;
  /** Something said that it is a reply or a forward. */
  readonly isReply: boolean;
}

/** Characters of a subject that count: what is longer is no honest one, and would be taken apart for long. */
const MAX_SUBJECT = 4000;

const BLOB = /^\[[^[\]]*\] */;
const LEADER = /^(?:\[[^[\]]*\] *)*(?:re|fwd?) *(?:\[[^[\]]*\] *)?:/i;
const TRAILER = /(?:\(fwd\)| )$/i;
const FORWARDED = /^\[fwd:(.*)\]$/is;

/** @param subject with its encoded words decoded. */
export function baseSubject(subject: string): BaseSubject {
  let text = subject.slice(0, MAX_SUBJECT).replace(/[ \t\r\n]+/g, ' ');
  let isReply = false;
  for (;;) {
    for (let trailer = TRAILER.exec(text); trailer; trailer = TRAILER.exec(text)) {
      isReply ||= trailer[0] !== ' ';
      text = text.slice(0, trailer.index);
    }
    const front = withoutLeaders(text);
    text = front.text;
    isReply ||= front.isReply;
    const forwarded = FORWARDED.exec(text);
    if (!forwarded) return { text, isReply };
    isReply = true;
    text = forwarded[1]!;
  }
}

/** Steps (3) to (5). */
function withoutLeaders(subject: string): BaseSubject {
  let text = subject;
  let isReply = false;
  for (;;) {
    if (text.startsWith(' ')) {
      text = text.slice(1);
      continue;
    }
    const leader = LEADER.exec(text)?.[0];
    // A blob is all there is of some subjects.
    const blob = leader === undefined ? BLOB.exec(text)?.[0] : undefined;
    const length = leader?.length ?? blob?.length ?? 0;
    if (length === 0 || (blob !== undefined && length === text.length)) return { text, isReply };
    isReply ||= leader !== undefined;
    text = text.slice(length);
  }
}
