import { decodeHeaderText } from '../message/decode.ts';
import { collated } from './collated.ts';

/** The subject two messages of one conversation have in common (RFC 5256 §2.1), and whether something was removed. */
export interface BaseSubject {
  readonly text: string;
  /** It was marked as a reply or as forwarded (RFC 5256 §3, THREAD). */
  readonly isReply: boolean;
}

/** The base subject of a Subject field's value (one character per octet), by the steps of RFC 5256 §2.1. */
export function baseSubject(value: string): BaseSubject {
  let text = decodeHeaderText(value).replace(/\s+/g, ' ');
  let isReply = false;
  for (;;) {
    for (let before = ''; before !== text;) {
      before = text;
      text = text.replace(/ $/, '');
      if (/\(fwd\)$/i.test(text)) isReply = true;
      text = text.replace(/\(fwd\)$/i, '');
    }
    for (let before = ''; before !== text;) {
      before = text;
      text = text.replace(/^ /, '');
      const leader = /^(?:\[[^[\]]*\] *)*(?:re|fwd?) *(?:\[[^[\]]*\] *)?:/i.exec(text);
      if (leader !== null) {
        isReply = true;
        text = text.slice(leader[0].length);
        continue;
      }
      const withoutBlob = text.replace(/^\[[^[\]]*\] */, '');
      if (withoutBlob !== '') text = withoutBlob;
    }
    const forwarded = /^\[fwd:(.*)\]$/i.exec(text);
    if (forwarded === null) return { text: collated(text), isReply };
    isReply = true;
    text = forwarded[1] ?? '';
  }
}
