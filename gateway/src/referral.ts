import { readReferrals, type Referral } from '@postern/protocol/imap';
import { UpstreamFailure } from './failure.ts';
import type { ListedServers } from './listed.ts';
import type { Target } from './target.ts';

/** Servers gone to one after the other for one sign-in; RFC 2221 §3 allows 10. */
const mostHops = 5;

/** A server does not sign the person in, and says where to go instead (RFC 2221 §4). */
export class ReferredElsewhere extends Error {
  override readonly name = 'ReferredElsewhere';
  readonly referrals: readonly Referral[];
  constructor(referrals: readonly Referral[]) {
    super('REFERRAL');
    this.referrals = referrals;
  }
}

/** What a greeting that turns everybody away says about where to go, before there is anything that could parse it. */
export function referralsInGreeting(line: string): readonly Referral[] {
  const urls = /^\* BYE \[REFERRAL ([^\]]+)\]/i.exec(line)?.[1];
  return urls === undefined ? [] : readReferrals({ name: 'REFERRAL', urls: urls.split(' ') });
}

/** The way that one sign-in takes from server to server. */
export class Hops {
  readonly #been = new Set<Target>();
  readonly #listed: ListedServers;
  /** What the person is called, in lower case. */
  readonly #names: readonly string[];

  constructor(first: Target, listed: ListedServers, names: readonly string[]) {
    this.#been.add(first);
    this.#listed = listed;
    this.#names = names.map((name) => name.toLowerCase());
  }

  /** Where to go next. Throws UpstreamFailure: `unlisted`, or `protocol` where the servers lead in a circle. */
  next(referrals: readonly Referral[]): Target {
    const ours = referrals.filter((referral) => this.#isOurs(referral));
    const targets = ours.flatMap(({ host, port }) => this.#listed.find(spell(host, port)) ?? []);
    if (ours.length === 0) throw new UpstreamFailure('unlisted', 'REFERRAL to another user');
    if (targets.length === 0) {
      const { host, port } = ours[0]!;
      throw new UpstreamFailure('unlisted', `REFERRAL to ${readable(spell(host, port))}`);
    }
    const next = targets.find((target) => !this.#been.has(target));
    if (!next || this.#been.size > mostHops) throw new UpstreamFailure('protocol', 'REFERRAL in a circle');
    this.#been.add(next);
    return next;
  }

  /** A URL in nobody's name, without a mechanism, means anonymous access (RFC 5092 §3.2): then nobody's password is due. */
  #isOurs({ user, auth }: Referral): boolean {
    return user === undefined ? auth !== undefined : this.#names.includes(user.toLowerCase());
  }
}

function spell(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** For the log, which never has what a server said but what is certainly a server's name. */
function readable(server: string): string {
  return /^[\w.:[\]-]{1,260}$/.test(server) ? server : 'no host';
}
