import { decodeText } from '../bytes/index.ts';
import type { Uid } from './types.ts';

/** Whose octets a literal holds that is too large to be kept. */
export interface SectionPlace {
  /** 0 where there are no sequence numbers (RFC 9586 §3.3). */
  readonly seq: number;
  readonly uid: Uid | undefined;
  /** Upper case, without quotes. */
  readonly section: string;
  /** Where a part of the section begins (RFC 3501 §6.4.5, `<n>`); undefined: it is all of it. */
  readonly origin: number | undefined;
}

/** Octets at the beginning and at the end of the response in which the number, the UID and the section's name are looked for. */
const FRONT = 200;
const BACK = 1000;

/** Whose literal begins at the end of `head`; undefined where it is not a section of a FETCH response (RFC 3501 §7.4.2). */
export function sectionBefore(head: Uint8Array): SectionPlace | undefined {
  const front = decodeText(head.subarray(0, FRONT));
  // RFC 9586 §3.3: without sequence numbers, the UID stands in front.
  const only = /^\* (\d+) UIDFETCH /i.exec(front);
  const start =
    only ?? /^\* (\d+) FETCH \((?:[^"{]*? )??UID (\d+) /i.exec(front) ?? /^\* (\d+) FETCH /i.exec(front);
  const end = /(?:BODY|BINARY)\[([^\]]*)\](?:<(\d+)>)? +$/i.exec(decodeText(head.subarray(-BACK)));
  if (!start || !end) return undefined;
  const uid = only ? only[1] : start[2];
  return {
    seq: only ? 0 : Number(start[1]),
    uid: uid === undefined ? undefined : (Number(uid) as Uid),
    section: end[1]!.replaceAll('"', '').toUpperCase(),
    origin: end[2] === undefined ? undefined : Number(end[2]),
  };
}
