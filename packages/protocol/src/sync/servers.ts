/**
 * The servers that one loop of the engine is connected to: the home server, and those on which its REFERRALs say that some
 * mailboxes live (RFC 2193). What a job does with a mailbox it does on the lane that leads to it; nobody else has to know.
 */
import { CommandError, GatewayRefused } from '../error.ts';
import { rename } from '../imap/index.ts';
import type { MailboxName } from '../imap/index.ts';
import type { Clock, Transport } from '../port.ts';
import { Lane } from './lane.ts';
import type { LanePorts } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { isConnectionMatter } from './problem.ts';
import { Astray, isReferred, OutOfReach, placesIn, renamingIn } from './referral.ts';
import type { AstrayReason, Place, Renaming } from './referral.ts';
import type { Residence, Residences } from './residences.ts';
import { isRemote } from './roles.ts';
import type { Truth } from './truth.ts';

/** Servers gone to one after the other for one mailbox: RFC 2193 §3 forbids loops, and servers have bugs. */
const MOST_HOPS = 5;
/** Connections to other servers that are open at once; the one unused for longest makes room. */
const MOST_OPEN = 3;
/** A connection to another server that nobody used for so long is ended, milliseconds. */
const IDLE = 120_000;
/** Commands whose REFERRAL speaks of the mailbox that something goes to. */
const OF_THE_TARGET = /\b(?:COPY|MOVE|RENAME)$/;

export interface ServersPorts {
  readonly truth: Truth;
  readonly clock: Clock;
  readonly residences: Residences;
  connect(server: string): Promise<Transport>;
  readonly onUidValidity: LanePorts['onUidValidity'];
}

interface Other {
  readonly lane: Lane;
  /** A connection was begun, in the job at hand. */
  tried: boolean;
  usedAt: number;
  /** Jobs on it now. */
  busy: number;
}

export class Servers {
  readonly home: Lane;
  readonly #ports: ServersPorts;
  readonly #others = new Map<string, Other>();
  #idle = new AbortController();

  constructor(home: Lane, ports: ServersPorts) {
    this.home = home;
    this.#ports = ports;
  }

  /**
   * Runs a job that is about `mailbox` on the lane to the server where it lives. Where that turns out to be another one, the job
   * is run again there: it has to be one that may. Rejects as the job does; with Astray where the mailbox cannot be followed; and
   * with OutOfReach, not with what broke the connection, where only another server is the matter.
   */
  async at<T>(mailbox: Mailbox, job: (lane: Lane) => Promise<T>): Promise<T> {
    const been = new Set<string>();
    for (;;) {
      const residence = this.#ports.residences.of(mailbox.key);
      try {
        return await (residence ? this.#there(residence, job) : job(this.home));
      } catch (error) {
        if (!isReferred(error) || OF_THE_TARGET.test(error.command)) {
          // Where a mailbox cannot be selected it may not live any more: the home server is asked again.
          if (residence && error instanceof CommandError && error.command === 'SELECT')
            this.#ports.residences.forget(mailbox.key);
          throw error;
        }
        const here = residence ? `${residence.place.server} ${residence.place.mailbox}` : 'home';
        if (been.has(here) || been.size === MOST_HOPS) {
          this.#ports.residences.forget(mailbox.key);
          throw new Astray(error.command, residence?.place.server ?? '?', 'loop');
        }
        been.add(here);
        await this.learn(mailbox, error);
      }
    }
  }

  /** Remembers where `mailbox` lives, if that is what `error` says. Rejects with Astray where it cannot be followed. */
  async learn(mailbox: Mailbox, error: unknown): Promise<boolean> {
    if (!isReferred(error)) return false;
    this.#ports.residences.settle(mailbox.key, placesIn(error, await this.#ports.residences.names()));
    return true;
  }

  /**
   * A RENAME that the home server has refused, because `mailbox` is elsewhere, on the server that has it. Where the new name belongs
   * to another server than that, nothing is done, and it says which two places those are: no server can rename across servers.
   */
  async rename(mailbox: Mailbox, refusal: CommandError): Promise<Renaming | undefined> {
    const { residences } = this.#ports;
    const renaming = renamingIn(refusal, await residences.names());
    const { from, to } = renaming;
    if (from.server !== to.server) return renaming;
    residences.settle(mailbox.key, [from]);
    await this.at(mailbox, (lane) => lane.run(rename(from.mailbox, to.mailbox)));
    residences.settle(mailbox.key, [to]);
    return undefined;
  }

  /** A mailbox that is still to be made belongs there. */
  settle(mailbox: MailboxKey, place: Place): void {
    this.#ports.residences.settle(mailbox, [place]);
  }

  /** It is known, or was said by RLIST, to live on another server. */
  isElsewhere(mailbox: Mailbox): boolean {
    return this.#ports.residences.of(mailbox.key) !== undefined || isRemote(mailbox);
  }

  /** Two mailboxes that no one server has both. */
  apart(a: Mailbox, b: Mailbox): boolean {
    const { residences } = this.#ports;
    return residences.of(a.key)?.place.server !== residences.of(b.key)?.place.server;
  }

  close(): void {
    this.#idle.abort();
    this.#idle = new AbortController();
    for (const { lane } of this.#others.values()) lane.close();
  }

  /** The places in their order, until one can be reached. */
  async #there<T>(residence: Residence, job: (lane: Lane) => Promise<T>): Promise<T> {
    let failure: unknown;
    do {
      const { server } = residence.place;
      const other = this.#other(server);
      other.tried = false;
      other.busy++;
      try {
        return await job(other.lane);
      } catch (error) {
        const { wasOpen, isOpen } = other.lane;
        const greeted = !(error instanceof CommandError && error.command === 'greeting');
        // What breaks beside it (the home connection, a submission) is not this server's fault.
        if (isOpen || (greeted && !isConnectionMatter(error)) || !(wasOpen || other.tried)) throw error;
        other.lane.close();
        if (wasOpen) throw new OutOfReach('SELECT', server);
        // One that may come back is more to hope for than one that will not.
        if (failure === undefined || lasting(failure)) failure = error;
      } finally {
        other.busy--;
        other.usedAt = this.#ports.clock.now();
        this.#tidy();
      }
    } while (residence.next());
    const { server } = residence.place;
    const why = lasting(failure);
    throw why ? new Astray('SELECT', server, why) : new OutOfReach('SELECT', server);
  }

  #other(server: string): Other {
    const known = this.#others.get(server);
    if (known) return known;
    const { truth, clock, residences, connect, onUidValidity } = this.#ports;
    /** What the other loop forgets in the middle of a job is kept to its end. */
    const names = new Map<MailboxKey, string>();
    const other: Other = {
      tried: false,
      usedAt: 0,
      busy: 0,
      lane: new Lane({
        truth,
        clock,
        onWake: () => undefined,
        connect: () => {
          other.tried = true;
          return connect(server);
        },
        nameOf: (mailbox): MailboxName => {
          const place = residences.of(mailbox.key)?.place;
          if (place?.server === server) names.set(mailbox.key, place.mailbox);
          const name = names.get(mailbox.key);
          // By its name at home another mailbox might be called here.
          if (name === undefined) throw new OutOfReach('SELECT', server);
          return name;
        },
        onUidValidity: async (mailbox, selected, lane) => {
          // A replica may number its messages otherwise: that is no reason to forget them as long as the first may come back.
          if (residences.of(mailbox.key)?.isReplica) throw new OutOfReach('SELECT', server);
          await onUidValidity(mailbox, selected, lane);
        },
      }),
    };
    this.#others.set(server, other);
    return other;
  }

  /** Ends what is too much now, and later what nobody needed meanwhile. */
  #tidy(): void {
    const open = [...this.#others.values()].filter(({ lane, busy }) => lane.isOpen && busy === 0);
    const oldest = open.toSorted((a, b) => a.usedAt - b.usedAt);
    for (const { lane } of oldest.slice(0, Math.max(0, open.length - MOST_OPEN))) lane.close();
    this.#idle.abort();
    this.#idle = new AbortController();
    if (open.length > 0) void this.#rest(this.#idle.signal);
  }

  async #rest(signal: AbortSignal): Promise<void> {
    try {
      await this.#ports.clock.sleep(IDLE, signal);
    } catch {
      return;
    }
    for (const { lane, busy } of this.#others.values()) if (busy === 0) lane.close();
  }
}

/** The gateway's close codes, and HTTP's statuses, for what trying again does not change. */
const LASTING: Readonly<Record<number, AstrayReason>> = {
  4403: 'refused',
  4406: 'unlisted',
  404: 'unlisted',
};

function lasting(failure: unknown): AstrayReason | undefined {
  return failure instanceof GatewayRefused ? LASTING[failure.status] : undefined;
}
