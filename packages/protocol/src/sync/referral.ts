/**
 * Mailbox referrals (RFC 2193): where a server says that a mailbox lives, and which of that may be followed. A place on another
 * server is only gone to as the same person: a URL in another name, or in nobody's, is not theirs (RFC 5092 §3.2).
 */
import { CommandError } from '../error.ts';
import { readReferrals } from '../imap/index.ts';
import type { Referral } from '../imap/index.ts';
import type { ResponseCode } from '../imap/types.ts';

/** Where a mailbox lives that is not on the home server. */
export interface Place {
  /** `host:port`, an IPv6 address in brackets. */
  readonly server: string;
  /** Its name there, decoded. */
  readonly mailbox: string;
}

/** Why a mailbox on another server cannot be used. */
export type AstrayReason =
  /** Whoever runs Postern does not let it go there. */
  | 'unlisted'
  /** It is another person's there, or anybody's. */
  | 'stranger'
  /** The server there does not take the person's password. */
  | 'refused'
  /** The servers send us from one to the other. */
  | 'loop';

/** A mailbox lives where nobody will come without an administrator's doing. */
export class Astray extends CommandError {
  readonly server: string;
  readonly why: AstrayReason;
  constructor(command: string, server: string, why: AstrayReason) {
    super(command, 'NO', `the mailbox is on another server, ${server}: ${why}`, REFERRED);
    this.server = server;
    this.why = why;
  }
}

const REFERRED: ResponseCode = { name: 'REFERRAL', urls: [] };
/** RFC 5530 §3. */
const UNAVAILABLE: ResponseCode = { name: 'ATOM', code: 'UNAVAILABLE' };

/** The server on which a mailbox lives cannot be reached now: the home server's connection is none the worse. */
export class OutOfReach extends CommandError {
  readonly server: string;
  constructor(command: string, server: string) {
    super(command, 'NO', `${server} cannot be reached`, UNAVAILABLE);
    this.server = server;
  }
}

/** Whether a command was refused because what it is about lives elsewhere. */
export function isReferred(error: unknown): error is CommandError {
  return error instanceof CommandError && error.code?.name === 'REFERRAL' && !(error instanceof Astray);
}

/** What a password can be given to: `AUTH=` of any other kind asks for what nobody here has. */
const MECHANISMS = new Set(['*', 'PLAIN', 'LOGIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256']);

/**
 * The places that a refusal names and that are to be tried, in the server's order. `names`: what the person is called, in lower
 * case. Rejects with Astray where there is none.
 */
export function placesIn(refusal: CommandError, names: ReadonlySet<string>): readonly [Place, ...Place[]] {
  const referrals = readReferrals(refusal.code as Extract<ResponseCode, { name: 'REFERRAL' }>);
  const [first, ...others] = referrals.filter((referral) => isOurs(referral, names)).map(placeOf);
  if (first) return [first, ...others];
  throw new Astray(refusal.command, referrals[0] ? serverOf(referrals[0]) : '?', 'stranger');
}

/** Where a mailbox is, and where it is to be. */
export interface Renaming {
  readonly from: Place;
  readonly to: Place;
}

/**
 * What a refused RENAME is to be elsewhere (RFC 2193 §4.3): the first pair of URLs that are both ours, on one server if there is
 * such a pair. Rejects with Astray where there is none.
 */
export function renamingIn(refusal: CommandError, names: ReadonlySet<string>): Renaming {
  const referrals = readReferrals(refusal.code as Extract<ResponseCode, { name: 'REFERRAL' }>);
  const pairs: Renaming[] = [];
  for (let i = 0; i + 1 < referrals.length; i += 2) {
    const pair = referrals.slice(i, i + 2);
    const [from, to] = pair.map(placeOf);
    if (from && to && pair.every((referral) => isOurs(referral, names))) pairs.push({ from, to });
  }
  const renaming = pairs.find(({ from, to }) => from.server === to.server) ?? pairs[0];
  if (renaming) return renaming;
  throw new Astray(refusal.command, referrals[0] ? serverOf(referrals[0]) : '?', 'stranger');
}

function isOurs({ user, auth, mailbox }: Referral, names: ReadonlySet<string>): boolean {
  if (mailbox === undefined || (auth !== undefined && !MECHANISMS.has(auth))) return false;
  // With neither, the URL means anonymous access (RFC 5092 §3.2).
  return user === undefined ? auth !== undefined : names.has(user.toLowerCase());
}

function placeOf(referral: Referral): Place {
  return { server: serverOf(referral), mailbox: referral.mailbox ?? '' };
}

function serverOf({ host, port }: Referral): string {
  return `${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`;
}
