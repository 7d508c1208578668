/**
 * The mail servers of the other accounts that this device is signed in to, as one engine sees them: somewhere to put messages.
 * What those accounts have of it is their own engines' business: what is heard there is kept in memory, and forgotten.
 */
import { CommandError, ConnectionLost } from '../error.ts';
import type { Clock, Randomness, Transport } from '../port.ts';
import type { HeldBy, OtherMailbox } from './action.ts';
import { Doubts, LATENESS } from './doubts.ts';
import type { Where } from './engine.ts';
import { Lane } from './lane.ts';
import { MemoryStore } from './memory-store.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { codeOf } from './outbox.ts';
import { isBug, isConnectionMatter, isSignedOut } from './problem.ts';
import { OutOfReach } from './referral.ts';
import { Residences } from './residences.ts';
import { Servers } from './servers.ts';
import { at, NotYet, Refused } from './settle/context.ts';
import type { Settling } from './settle/context.ts';
import { Truth } from './truth.ts';

/** A connection that nobody used for so long is ended, milliseconds. */
const IDLE = 60_000;
/** So long others wait for a connection to be opened, milliseconds; after that it is opened while they go on. */
const PATIENCE = 2_000;

export interface OtherAccountsPorts {
  readonly clock: Clock;
  readonly random: Randomness;
  connect(where: Where): Promise<Transport>;
}

/** The other account cannot be used now: this account's own server is none the worse. */
export class AccountAway extends OutOfReach {
  readonly why: HeldBy;
  constructor(address: string, why: HeldBy) {
    super('SELECT', address);
    this.why = why;
  }
}

interface Other {
  readonly settling: Settling;
  readonly mailboxes: Map<string, Mailbox>;
  opening: Promise<{ readonly failure: unknown } | undefined> | undefined;
}

export class OtherAccounts {
  readonly #ports: OtherAccountsPorts;
  readonly #others = new Map<string, Other>();
  #idle = new AbortController();
  #patience = new AbortController();

  constructor(ports: OtherAccountsPorts) {
    this.#ports = ports;
  }

  /**
   * Does something with a mailbox of another account, on the server where it lives. Rejects as the job does; with AccountAway where
   * the account cannot be used, and with NotYet while its connection is being opened, or was lost: never with what breaks it.
   */
  async at<T>(to: OtherMailbox, job: (there: Settling, mailbox: Mailbox) => Promise<T>): Promise<T> {
    const other = this.#others.get(to.account) ?? (await this.#know(to));
    const { settling, mailboxes } = other;
    const { home } = settling.servers;
    this.#idle.abort();
    try {
      await this.#open(other, to);
      const mailbox = mailboxes.get(to.wireName) ?? mailboxOf(to, mailboxes.size + 1);
      mailboxes.set(to.wireName, mailbox);
      return await at(settling, mailbox, (there) => job(there, mailbox));
    } catch (error) {
      if (error instanceof OutOfReach && !(error instanceof AccountAway))
        throw new AccountAway(to.address, 'unreachable');
      // It is named here as it was when it was chosen: nobody here will learn of its new name.
      if (error instanceof CommandError && codeOf(error) === 'NEWNAME')
        throw new Refused('no-mailbox', error.text);
      // It still stands: what broke is another one.
      if (!isConnectionMatter(error) || home.isOpen) throw error;
      home.close();
      throw new NotYet();
    } finally {
      this.#idle = new AbortController();
      void this.#rest(this.#idle.signal);
    }
  }

  close(): void {
    this.#idle.abort();
    this.#patience.abort();
    for (const { settling } of this.#others.values()) {
      settling.servers.home.close();
      settling.servers.close();
    }
  }

  /** One that does not answer must not keep from the person what they wait for here. */
  async #open(other: Other, { address }: OtherMailbox): Promise<void> {
    const { home } = other.settling.servers;
    if (home.isOpen) return;
    other.opening ??= home.session().then(
      () => undefined,
      (failure: unknown) => ({ failure }),
    );
    const late = () => 'late' as const;
    this.#patience = new AbortController();
    const patience = this.#ports.clock.sleep(PATIENCE, this.#patience.signal).then(late, late);
    const opened = await Promise.race([other.opening, patience]);
    this.#patience.abort();
    if (opened === 'late') throw new NotYet();
    other.opening = undefined;
    if (!opened) return;
    if (isBug(opened.failure)) throw opened.failure;
    throw new AccountAway(address, isSignedOut(opened.failure) ? 'signed-out' : 'unreachable');
  }

  async #know({ account, user, address }: OtherMailbox): Promise<Other> {
    const { clock, random, connect } = this.#ports;
    const store = new MemoryStore();
    await store.commit([{ kind: 'account', account: { user, address, name: '' } }]);
    const truth = new Truth(store);
    const common = { truth, clock, onUidValidity: () => Promise.resolve() };
    const lane = new Lane({ ...common, onWake: () => undefined, connect: () => connect({ account }) });
    const servers = new Servers(lane, {
      ...common,
      residences: new Residences(store),
      connect: (server) => connect({ account, server }),
    });
    const settling: Settling = {
      lane,
      servers,
      accounts: this,
      truth,
      clock,
      random,
      doubts: new Doubts(clock, LATENESS),
      connectSubmission: () => Promise.reject(new ConnectionLost('mail is not sent from there')),
      stale: () => undefined,
    };
    const other: Other = { settling, mailboxes: new Map(), opening: undefined };
    this.#others.set(account, other);
    return other;
  }

  async #rest(signal: AbortSignal): Promise<void> {
    try {
      await this.#ports.clock.sleep(IDLE, signal);
    } catch {
      return;
    }
    this.close();
  }
}

/** As nobody has looked at it yet: no UID of it is known. */
function mailboxOf({ name, wireName, delimiter }: OtherMailbox, key: number): Mailbox {
  return {
    key: key as MailboxKey,
    name,
    wireName,
    delimiter,
    attributes: [],
    role: undefined,
    subscribed: false,
    mode: 'online',
    messages: 0,
    unseen: 0,
    sync: { uidValidity: 0, from: 1, uidNext: 1, highestModSeq: 0n, exists: 0, at: 0 },
  };
}
