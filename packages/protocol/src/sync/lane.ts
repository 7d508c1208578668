/**
 * One IMAP connection of the engine: what is selected on it, and its news on their way into the store.
 * The engine has two: one for what a person waits for, one for catching up and listening.
 */
import { CommandError, ConnectionLost } from '../error.ts';
import {
  capability,
  enableOffered,
  isSpelledOneWay,
  noop,
  select,
  Session,
  unselect,
  withProgress,
} from '../imap/index.ts';
import type { Command, MailboxName, Progress as Telling } from '../imap/index.ts';
import type { FetchedMessage, SelectedMailbox } from '../imap/types.ts';
import type { Clock, Transport } from '../port.ts';
import { Binary } from './binary.ts';
import { Catenating } from './catenating.ts';
import { Compressing } from './compressing.ts';
import { toEnable } from './enabling.ts';
import { Hearing } from './hearing.ts';
import type { Noticed, Rumours } from './hearing.ts';
import { STRANGE } from './model.ts';
import type { Mailbox, MailboxKey, SyncState } from './model.ts';
import { isNumberedAnew } from './numbered-anew.ts';
import { runIntroduced, runPatiently } from './patience.ts';
import { isReferred } from './referral.ts';
import { canResync, isSameHistory, resyncFrom } from './resync.ts';
import type { Truth } from './truth.ts';

export interface LanePorts {
  readonly truth: Truth;
  readonly clock: Clock;
  connect(): Promise<Transport>;
  /** What a mailbox is called on this lane's server; without it, as the home server calls it. */
  nameOf?(mailbox: Mailbox): MailboxName;
  /** News that asks for a new plan came in on this lane. */
  onWake(): void;
  /**
   * The mailbox's UIDVALIDITY is not the one its rows were learnt under (RFC 4549 §4.1), or, by its MAILBOXID, it is another one (RFC
   * 8474 §4). Settles when none of them is used, or the mailbox has another name.
   */
  onUidValidity(mailbox: Mailbox, selected: SelectedMailbox, lane: Lane): Promise<void>;
}

export interface SelectHow {
  /** Also when it is selected already: SELECT tells what is new. */
  readonly again?: boolean;
  /** With QRESYNC, what became of the known messages comes with the answer (RFC 7162 §3.2.5). */
  readonly resync?: boolean;
  /** Much may follow: compression is asked for in the same flight, where there is any. */
  readonly compress?: boolean;
  /** UIDs that are about to be named: the other connection may have heard of them when this one has not yet. */
  readonly uids?: Iterable<number>;
}

/** The UIDs that a step was about to use are void (RFC 4549 §4.1): what it was for has to be planned again. */
export class MailboxVoided extends Error {
  override readonly name = 'MailboxVoided';
}

export class Lane {
  /** Of all lanes together: no two selections have one number. */
  static #selections = 0;
  readonly #ports: LanePorts;
  readonly #compression = new Compressing();
  /** Whether parts are asked for decoded. */
  readonly binary = new Binary();
  /** Whether messages are put together of parts that the server has. */
  readonly catenating = new Catenating();
  #session: Session | undefined;
  #transport: Transport | undefined;
  #opening: Promise<Session> | undefined;
  #compressing: Promise<void> | undefined;
  /** What is gone comes as VANISHED, by its UID (RFC 7162 §3.2.3); as long as ENABLE is not refused. */
  #resyncs = false;
  /** Told how far a command is, by a server that says so (INPROGRESS, RFC 9585). */
  onProgress: ((progress: Telling) => void) | undefined;
  /** Settles when it is known whether names are UTF-8 (RFC 6855 §3); INBOX, and most, can be selected in the same flight as ENABLE. */
  #spelling: Promise<void> = Promise.resolve();
  #openedAt = 0;
  #connection = 0;
  #selected:
    { readonly key: MailboxKey; readonly wireName: string; readonly state: SelectedMailbox } | undefined;
  #selection = 0;
  #resynced = false;
  readonly #hearing: Hearing;

  constructor(ports: LanePorts) {
    this.#ports = ports;
    this.#hearing = new Hearing(ports.truth, () => ports.onWake());
  }

  /** Another one each time that a connection is opened: what was asked for on the one before, nobody tells of any more. */
  get connection(): number {
    return this.#connection;
  }

  get isOpen(): boolean {
    return this.#session !== undefined && this.#session.state !== 'closed';
  }

  /** Milliseconds since the connection was opened, whether it still stands or broke just now; 0: there was none. */
  get age(): number {
    return this.#session ? this.now() - this.#openedAt : 0;
  }

  /** Octets that came on the connection, as they were before they were compressed. */
  get received(): number {
    return this.#session?.received ?? 0;
  }

  /** The least milliseconds that a command took on the connection: about what the way takes. Infinity: there was none. */
  get roundTrip(): number {
    return this.#session?.roundTrip ?? Number.POSITIVE_INFINITY;
  }

  /** There was a connection when it went wrong: what was done on it may be why. */
  get wasOpen(): boolean {
    return this.#session !== undefined;
  }

  /** About how many messages were heard of that are not in the store. */
  get unstored(): number {
    return this.#hearing.unstored;
  }

  /** Of the selected mailbox, since it was last asked. */
  get noticed(): Noticed {
    return this.#hearing.noticed;
  }

  get hasNews(): boolean {
    return this.#hearing.hasNews;
  }

  /** News wakes the loop: nobody is about to ask for it anyway. */
  set listening(listening: boolean) {
    this.#hearing.listening = listening;
  }

  /** While set, every UID that a FETCH response names is added: what a flag comparison has seen. */
  set seen(seen: Set<number> | undefined) {
    this.#hearing.seen = seen;
  }

  /** While set, gets every FETCH response before it is carried into the store: where parts come from. */
  set onFetch(onFetch: ((message: FetchedMessage) => void) | undefined) {
    this.#hearing.onFetch = onFetch;
  }

  get selected(): MailboxKey | undefined {
    return this.isOpen ? this.#selected?.key : undefined;
  }

  /**
   * Another one each time that a mailbox is selected: news of one was heard only while it was the selected one. 0: none is, as after
   * a SELECT that was refused.
   */
  get selection(): number {
    return this.selected === undefined ? 0 : this.#selection;
  }

  /** When the mailbox was selected, all that changed in it since the last time came with the answer. */
  get resynced(): boolean {
    return this.#resynced;
  }

  /** Something was heard of other mailboxes since it was last asked. */
  get hasRumours(): boolean {
    return this.#hearing.hasRumours;
  }

  /** What was heard of other mailboxes since it was last asked. */
  rumours(): Rumours {
    return this.#hearing.rumours();
  }

  /** The store agrees with a mailbox of so many messages; those that came since are news. */
  settled(exists: number): void {
    this.#hearing.settled(exists);
  }

  /** It leads to the server that lists the mailboxes, and not to one that is referred to. */
  get isHome(): boolean {
    return this.#ports.nameOf === undefined;
  }

  /** What commands on this lane call a mailbox: one that is in the store, or was listed on this lane. */
  nameOf(mailbox: Mailbox): MailboxName {
    const name = mailbox.key === STRANGE ? undefined : this.#ports.nameOf?.(mailbox);
    return name ?? { wire: mailbox.wireName };
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#ports.clock.now();
  }

  /** Opens the connection if it is not. Rejects with GatewayRefused, ConnectionLost, or CommandError (a greeting BYE). */
  session(): Promise<Session> {
    if (this.#session && this.isOpen) return Promise.resolve(this.#session);
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<Session> {
    this.#session = undefined;
    this.#selected = undefined;
    this.#hearing.begin();
    const transport = await this.#ports.connect();
    const session = new Session(transport, {
      clock: this.#ports.clock,
      onNews: (news) => this.#hearing.hear(news),
    });
    try {
      await session.ready;
      if (session.capabilities.size === 0) await session.run(capability());
      this.#resyncs = session.capabilities.has('QRESYNC') && session.capabilities.has('ENABLE');
      const enabled = enableOffered(session, toEnable(session.capabilities)).then((names) => {
        this.#resyncs = names.has('QRESYNC');
      });
      enabled.catch(() => undefined);
      const { capabilities } = session;
      this.#spelling =
        capabilities.has('UTF8=ACCEPT') || capabilities.has('UTF8=ONLY') ? enabled : Promise.resolve();
    } catch (error) {
      session.close();
      throw error;
    }
    this.#session = session;
    this.#transport = transport;
    this.#compressing = undefined;
    this.#openedAt = this.now();
    this.#connection++;
    void session.closed.then(() => this.#ports.onWake());
    return session;
  }

  /**
   * Settles when the connection is compressed, where it can be. Asked for before much is transferred, best right behind a
   * SELECT, and not when the connection is opened: then its answer would have to be awaited before a mailbox could be selected.
   */
  async compressed(): Promise<void> {
    const session = await this.session();
    if (this.#transport) await (this.#compressing ??= this.#compression.begin(session, this.#transport));
  }

  /** Runs a command and takes the news that came with it into the store before it settles. */
  async run<R>(command: Command<R>, signal?: AbortSignal): Promise<R> {
    const session = await this.#sessionFor(command);
    try {
      return await runPatiently(session, this.#ports.clock, this.#telling(command), signal);
    } finally {
      await this.absorbed();
    }
  }

  /** As `run`, but news waits: for commands whose own receipt explains the news (MOVE). `absorbed` has to follow. */
  async runFirst<R>(command: Command<R>): Promise<R> {
    const session = await this.#sessionFor(command);
    return runPatiently(session, this.#ports.clock, this.#telling(command));
  }

  #telling<R>(command: Command<R>): Command<R> {
    return this.onProgress ? withProgress(command, this.onProgress) : command;
  }

  /**
   * A command that speaks of the selected mailbox has no place on a connection that was opened since the mailbox was
   * selected: the step it belongs to is lost with the old connection, and is planned again.
   */
  async #sessionFor(command: Command<unknown>): Promise<Session> {
    const needsMailbox = !command.states.includes('authenticated');
    if (needsMailbox && this.#session?.state !== 'selected') {
      throw new ConnectionLost('the connection that had the mailbox selected is gone');
    }
    const session = await this.session();
    await this.#spelling;
    return session;
  }

  /**
   * Selects `mailbox` unless it is selected already, and compares UIDVALIDITY before any UID is used: rows read after
   * this `mailbox` was are good on this connection. Rejects with MailboxVoided when they are not, and with CommandError
   * when the server refuses the mailbox.
   */
  async select(
    asked: Mailbox,
    { again = false, resync = false, compress = false, uids = [] }: SelectHow = {},
  ): Promise<SelectedMailbox> {
    const session = await this.session();
    const mailbox = await this.#named(asked);
    const current = this.#selected;
    const isSame = current?.key === mailbox.key && current.wireName === mailbox.wireName;
    const good = isSame && !this.#isOther(current.state, mailbox);
    if (!again && good && session.state === 'selected' && (await this.#reach(uids)))
      return { ...current.state, exists: this.noticed.exists };
    await this.absorbed();
    this.#hearing.unselect(current?.key);
    this.#selected = undefined;
    const selecting = this.#hearing.whileSelecting(() => this.#runSelect(session, mailbox, resync));
    if (compress) void this.compressed().catch(() => undefined);
    const state = await selecting;
    await this.#compare(mailbox, state);
    if (await isNumberedAnew(this, this.#ports.truth, mailbox, state)) {
      await this.#renumbered(mailbox, state);
      throw new MailboxVoided();
    }
    return state;
  }

  /**
   * By the name that it has now, where it has another than it was selected by: under that, Cyrus says that all of it has vanished,
   * and no more of what comes.
   */
  async #named(mailbox: Mailbox): Promise<Mailbox> {
    if (this.#selected?.key !== mailbox.key || this.#selected.wireName === mailbox.wireName) return mailbox;
    const now = await this.#ports.truth.mailbox(mailbox.key);
    return now ? { ...mailbox, name: now.name, wireName: now.wireName } : mailbox;
  }

  /**
   * The selected mailbox is so no more, and nothing is expunged for that (RFC 4549 §4.2.5). A server without UNSELECT has `instead`
   * selected, or the connection ended.
   */
  async unselect(instead?: Mailbox): Promise<void> {
    const session = await this.session();
    if (session.capabilities.has('UNSELECT') && session.state === 'selected') await this.run(unselect());
    else if (instead) return void (await this.select(instead));
    else this.close();
    this.#hearing.unselect(this.#selected?.key);
    this.#selected = undefined;
  }

  /**
   * Until a session was told of a message, a command that names its UID passes over it in silence (RFC 3501 §6.4.8, §7.4.1):
   * a NOOP has it told. False where that is refused: then only SELECT tells.
   */
  async #reach(uids: Iterable<number>): Promise<boolean> {
    let next = 0;
    for (const uid of uids) next = Math.max(next, uid + 1);
    if (next <= this.#hearing.uidNext) return true;
    try {
      await this.run(noop());
    } catch (error) {
      unlessRefused(error);
      return false;
    }
    this.#hearing.uidNext = Math.max(this.#hearing.uidNext, next);
    return true;
  }

  async #runSelect(session: Session, mailbox: Mailbox, resync: boolean): Promise<SelectedMailbox> {
    if (!isSpelledOneWay(this.nameOf(mailbox))) await this.#spelling;
    if (resync && this.#resyncs && canResync(mailbox.sync)) {
      try {
        return await runIntroduced(session, this.#ports.clock, this.#selectionOf(mailbox, mailbox.sync));
      } catch (error) {
        // The mailbox may be refused, or only the way it was asked for: the plain way tells.
        if (isReferred(error)) throw error;
        unlessRefused(error);
        this.#hearing.refused();
      }
    }
    return runIntroduced(session, this.#ports.clock, this.#selectionOf(mailbox, undefined));
  }

  /** News of the new mailbox may follow in the octets right behind the receipt: by then it has to be the selected one. */
  #selectionOf(mailbox: Mailbox, since: SyncState | undefined): Command<SelectedMailbox> {
    const command = select(this.nameOf(mailbox), since && { resync: resyncFrom(since) });
    return {
      ...command,
      collect: () => {
        const collector = command.collect();
        return {
          take: (response, tag) => collector.take?.(response, tag) ?? false,
          settle: (status) => {
            const state = collector.settle(status);
            this.#selected = { key: mailbox.key, wireName: mailbox.wireName, state };
            this.#selection = ++Lane.#selections;
            this.#resynced = since !== undefined && isSameHistory(since, state);
            this.#hearing.selected(mailbox.key, state, this.#resynced ? undefined : since);
            return state;
          },
        };
      },
    };
  }

  /** RFC 4549 §4.1. `mailbox.sync` says under which UIDVALIDITY the caller's UIDs were learnt; 0: it has none. */
  async #compare(mailbox: Mailbox, state: SelectedMailbox): Promise<void> {
    if (!this.#isOther(state, mailbox)) return;
    if (this.#isMisnamed(state, mailbox)) this.#disown(mailbox);
    const { truth } = this.#ports;
    const now = await truth.mailbox(mailbox.key);
    let isNamedSo = false;
    try {
      if (now && this.#isOther(state, now)) await this.#renumbered(now, state);
      isNamedSo = (await truth.mailbox(mailbox.key))?.wireName === mailbox.wireName;
    } finally {
      if (!isNamedSo) this.#disown(mailbox);
    }
    throw new MailboxVoided();
  }

  /** Nothing that is heard here is of it: it has another name, or may have. */
  #disown({ key }: Mailbox): void {
    if (this.#selected?.key !== key) return;
    this.#hearing.refused();
    this.#hearing.unselect(key);
    this.#selected = undefined;
  }

  #isOther(state: SelectedMailbox, mailbox: Mailbox): boolean {
    return isOtherThan(state, mailbox) || this.#isMisnamed(state, mailbox);
  }

  /** A mailbox that moved to another server may still be known by the id that it had at home. */
  #isMisnamed(state: SelectedMailbox, mailbox: Mailbox): boolean {
    return this.isHome && this.#ports.truth.misnamed.is(mailbox, state);
  }

  /** Until it is settled, news is of other UIDs than the store has. */
  #renumbered(mailbox: Mailbox, state: SelectedMailbox): Promise<void> {
    return this.#hearing.deaf(() => this.#ports.onUidValidity(mailbox, state, this));
  }

  /** As Hearing's. */
  absorbed(update?: (mailbox: Mailbox) => Mailbox): Promise<void> {
    return this.#hearing.absorbed(update);
  }

  /** Ends the connection; news that came before is still carried over by the next `absorbed`. */
  close(): void {
    this.#session?.close();
    this.#session = undefined;
    this.#selected = undefined;
  }
}

/** Quirk: a UIDVALIDITY of 0 is of a server that does not say, perhaps only this time: no reason to throw mail away. */
function isOtherThan({ uidValidity }: SelectedMailbox, { sync }: Mailbox): boolean {
  return sync.uidValidity !== 0 && uidValidity !== 0 && sync.uidValidity !== uidValidity;
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof CommandError)) throw error;
}
