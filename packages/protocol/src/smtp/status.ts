/**
 * Why a server refused, from its enhanced status code (RFC 3463 and the registry that RFC 5248 made) or, where it gives
 * none, from its reply code (RFC 5321 §4.2.3). The screen words the reasons; a program decides by `permanent`.
 */
import type { CommandError } from '../error.ts';

/** One for each thing that a person can do about it. */
export type RefusalReason =
  | 'no-such-address'
  | 'no-such-domain'
  | 'bad-address'
  | 'sender-refused'
  | 'mailbox-disabled'
  | 'mailbox-full'
  | 'too-large'
  | 'too-many-recipients'
  | 'too-many-messages'
  | 'list-refused'
  | 'server-full'
  | 'busy'
  | 'unreachable'
  | 'misconfigured'
  | 'unsupported'
  | 'content-refused'
  | 'ascii-only'
  | 'policy'
  | 'unproven-sender'
  | 'encryption-needed'
  | 'sign-in-needed'
  | 'unknown';

/** `status-code = class "." subject "." detail` (RFC 3463 §2), in numbers. */
export interface EnhancedStatus {
  /** 2: success, 4: may work later, 5: for good. */
  readonly class: 2 | 4 | 5;
  readonly subject: number;
  readonly detail: number;
}

/** undefined where it is not a status code. */
export function parseEnhancedStatus(text: string): EnhancedStatus | undefined {
  const match = /^([245])\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  return { class: Number(match[1]) as 2 | 4 | 5, subject: Number(match[2]), detail: Number(match[3]) };
}

/** By subject (the first list), the reason of each detail; undefined: no better than the subject's own. */
const REGISTRY: readonly {
  readonly own: RefusalReason;
  readonly details: Readonly<Record<number, RefusalReason>>;
}[] = [
  { own: 'unknown', details: {} },
  {
    // X.1 addressing
    own: 'bad-address',
    details: {
      1: 'no-such-address',
      2: 'no-such-domain',
      6: 'no-such-address',
      7: 'sender-refused',
      8: 'sender-refused',
      9: 'unsupported',
      10: 'no-such-domain',
    },
  },
  {
    // X.2 mailbox
    own: 'mailbox-disabled',
    details: { 2: 'mailbox-full', 3: 'too-large', 4: 'list-refused' },
  },
  {
    // X.3 mail system
    own: 'busy',
    details: { 1: 'server-full', 3: 'unsupported', 4: 'too-large', 5: 'misconfigured' },
  },
  {
    // X.4 network and routing
    own: 'unreachable',
    details: { 5: 'busy', 6: 'misconfigured' },
  },
  {
    // X.5 protocol
    own: 'unsupported',
    details: { 3: 'too-many-recipients' },
  },
  {
    // X.6 content
    own: 'content-refused',
    details: { 7: 'ascii-only', 8: 'ascii-only', 9: 'ascii-only', 10: 'ascii-only' },
  },
  {
    // X.7 security and policy
    own: 'policy',
    details: {
      2: 'list-refused',
      3: 'encryption-needed',
      4: 'encryption-needed',
      5: 'encryption-needed',
      6: 'encryption-needed',
      8: 'sign-in-needed',
      9: 'sign-in-needed',
      10: 'encryption-needed',
      11: 'encryption-needed',
      12: 'sign-in-needed',
      13: 'sign-in-needed',
      14: 'sign-in-needed',
      16: 'too-large',
      17: 'no-such-address',
      18: 'no-such-domain',
      20: 'unproven-sender',
      21: 'unproven-sender',
      22: 'unproven-sender',
      23: 'unproven-sender',
      24: 'unproven-sender',
      25: 'unproven-sender',
      26: 'unproven-sender',
      27: 'sender-refused',
      28: 'too-many-messages',
      29: 'unproven-sender',
      30: 'encryption-needed',
    },
  },
];

/** What a reply code says by itself; 550 and 554 say nothing (RFC 5321 §4.2.2 has six meanings for them). */
const BY_CODE: Readonly<Record<number, RefusalReason>> = {
  421: 'busy',
  432: 'sign-in-needed',
  450: 'busy',
  451: 'busy',
  452: 'server-full',
  454: 'busy',
  455: 'unsupported',
  500: 'unsupported',
  501: 'unsupported',
  502: 'unsupported',
  503: 'unsupported',
  504: 'unsupported',
  521: 'no-such-domain',
  523: 'encryption-needed',
  530: 'sign-in-needed',
  534: 'sign-in-needed',
  535: 'sign-in-needed',
  538: 'encryption-needed',
  551: 'no-such-address',
  552: 'too-large',
  553: 'bad-address',
  555: 'unsupported',
  556: 'no-such-domain',
};

/** Why the server refused `command` (`MAIL`, `RCPT`, `DATA` …) with this reply. */
export function refusalReason(
  command: string,
  code: number | undefined,
  enhanced: string | undefined,
): RefusalReason {
  const status = enhanced === undefined ? undefined : parseEnhancedStatus(enhanced);
  const subject = status && REGISTRY[status.subject];
  const known = subject && (subject.details[status.detail] ?? subject.own);
  if (known !== undefined && known !== 'unknown') return known;
  // RCPT says nothing of the message: what is exceeded there is the recipient's storage (RFC 5321 §4.2.3).
  if (code === 552 && command === 'RCPT') return 'mailbox-full';
  return BY_CODE[code ?? 0] ?? 'unknown';
}

/** The reason of a refusal that was thrown. */
export function reasonOfError(error: CommandError): RefusalReason {
  return refusalReason(error.command, error.reply, error.code?.name);
}
