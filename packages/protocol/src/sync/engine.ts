/**
 * The sync engine: a disconnected client as RFC 4549 means it. One engine runs per account and device; its host elects it.
 *
 * Two loops, each with a connection of its own, so that what a person waits for never waits for what nobody does. Both
 * are level-triggered: every wake plans again from the store and the selected mailbox. A lost wake costs freshness, never
 * correctness.
 */
import { ConnectionLost } from '../error.ts';
import type { Clock, Randomness, Transport } from '../port.ts';
import { Background } from './background.ts';
import { Backoff } from './backoff.ts';
import { Bell } from './bell.ts';
import { Doubts, LATENESS } from './doubts.ts';
import { Foreground } from './foreground.ts';
import { KEEPING_SETTING, ROOM_SETTING } from './keep.ts';
import { Lane, MailboxVoided } from './lane.ts';
import type { LanePorts } from './lane.ts';
import { isNumberedAnewHere, nameAnew } from './list-mailboxes.ts';
import { OtherAccounts } from './other-accounts.ts';
import { isBug, isSessionOver, isSignedOut, problemOf } from './problem.ts';
import { Renumbering } from './renumbering.ts';
import { Residences } from './residences.ts';
import { Screens } from './screens.ts';
import { Servers } from './servers.ts';
import { STOPPED_SETTING } from './stopped.ts';
import type { Store, Touched } from './store.ts';
import type { MailboxKey } from './model.ts';
import { Truth } from './truth.ts';
import { Unkept } from './unkept.ts';
import type { EngineNote, EngineStatus, Wishes, Working } from './wishes.ts';

/** Where a connection leads instead of to this account's own mail server. */
export interface Where {
  /** Where a referral of the mail server leads (RFC 2193), `host:port`. */
  readonly server?: string;
  /** Another account that this device is signed in to: its id. Its mail server, and its credentials. */
  readonly account?: string;
}

export interface EnginePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Randomness;
  /**
   * Opens a relayed connection: IMAP starts with PREAUTH, submission with 220. Rejects with GatewayRefused or ConnectionLost.
   */
  connect(service: 'imap' | 'submission', where?: Where): Promise<Transport>;
  /** How long a server may take to carry out what it was asked for on a connection that is lost, milliseconds; LATENESS, if not given. */
  readonly lateness?: number;
  /** Octets that are kept on this device, and that may be; undefined, or no such port: nobody knows. */
  readonly storage?: () => Promise<{ readonly usage: number; readonly quota: number } | undefined>;
  /** To every screen; `to` names the one that asked, undefined: all. */
  tell(note: EngineNote, to: string | undefined): void;
  /**
   * A bug of ours came up; sync goes on after a pause. The host reports it. Without this port it becomes an unhandled
   * rejection, which is loud in tests and in a console.
   */
  onBug?(error: unknown): void;
}

export type WakeReason = 'network' | 'offline' | 'visible' | 'action' | 'timer';

export interface Engine {
  /** All that `screen` wants now; undefined: it is gone. */
  wish(screen: string, wishes: Wishes | undefined): void;
  /**
   * Something may have changed: network back, page visible, new action. Plans again. `offline`: the device says that it has no network;
   * connections are made anew, since those that are open may not notice for a minute.
   */
  wake(reason: WakeReason): void;
  /** Ends the connections; settles when nothing is in flight. Actions stay in the store. */
  stop(): Promise<void>;
}

/** A connection that nobody needed for so long is given back to the server. */
const FOREGROUND_REST = 240_000;
/** So seldom it is tried whether the password is taken again: some servers lock an account that is asked for too often. */
const SIGNED_OUT_REST = 15 * 60_000;
/** Messages still to be fetched that take long. */
const LONG = 1000;
/** A connection that lasted this long was a good one. */
const HEALTHY = 10_000;
/** A submission under way when the engine stops gets this long to end: cut off, nobody could tell whether it was sent. */
const LAST_WORDS = 5000;

export function createEngine(ports: EnginePorts): Engine {
  return new RunningEngine(ports);
}

class RunningEngine implements Engine {
  readonly #ports: EnginePorts;
  readonly #screens = new Screens();
  readonly #frontBell: Bell;
  readonly #backBell: Bell;
  /** Cut a wait after a failure short. */
  readonly #frontHurry: Bell;
  readonly #backHurry: Bell;
  readonly #front: Lane;
  readonly #back: Lane;
  readonly #frontServers: Servers;
  readonly #backServers: Servers;
  readonly #accounts: OtherAccounts;
  readonly #foreground: Foreground;
  readonly #background: Background;
  readonly #unkept: Unkept;
  readonly #loops: Promise<unknown>;
  readonly #unwatch: () => void;
  #status: EngineStatus = { connection: 'connecting', at: 0 };
  /** The last one that was opened. */
  #submission: Transport | undefined;
  #working: Working | undefined;
  readonly #doubts: Doubts;
  #stopped = false;
  #long = false;

  constructor(ports: EnginePorts) {
    this.#ports = ports;
    const { clock, store } = ports;
    const truth = new Truth(store);
    this.#doubts = new Doubts(clock, ports.lateness ?? LATENESS);
    this.#frontBell = new Bell(clock);
    this.#backBell = new Bell(clock);
    this.#frontHurry = new Bell(clock);
    this.#backHurry = new Bell(clock);
    const renumbering = new Renumbering(truth);
    const onUidValidity: LanePorts['onUidValidity'] = async (mailbox, selected, lane) => {
      if (lane.isHome && truth.misnamed.is(mailbox, selected)) await nameAnew(lane, truth, mailbox, selected);
      else if (await isNumberedAnewHere(lane, truth, mailbox, selected))
        await renumbering.resolve(lane, mailbox, selected);
      this.#background.stale(mailbox.key);
    };
    const lane = (onWake: () => void): Lane =>
      new Lane({ truth, clock, onWake, connect: () => this.#connect('imap'), onUidValidity });
    this.#front = lane(() => this.#frontBell.ring());
    this.#back = lane(() => this.#backBell.ring());
    const residences = new Residences(store);
    const servers = (home: Lane): Servers =>
      new Servers(home, {
        truth,
        clock,
        residences,
        connect: (server) => this.#connect('imap', { server }),
        onUidValidity,
      });
    this.#frontServers = servers(this.#front);
    this.#backServers = servers(this.#back);
    this.#accounts = new OtherAccounts({
      clock,
      random: ports.random,
      connect: (where) => this.#connect('imap', where),
    });
    this.#background = new Background(
      truth,
      this.#backServers,
      this.#screens,
      this.#backBell,
      ports.storage,
      () => this.#goesWell(),
    );
    this.#foreground = new Foreground({
      engine: { ...ports, connect: (service) => this.#connect(service) },
      truth,
      servers: this.#frontServers,
      accounts: this.#accounts,
      doubts: this.#doubts,
      screens: this.#screens,
      bell: this.#frontBell,
      stale: (mailbox) => this.#background.stale(mailbox),
      room: (news) => this.#background.room(news),
      opened: (mailbox) => this.#background.replan(mailbox),
      covers: (mailbox) =>
        this.#back.selected === mailbox && (this.#screens.mailboxes()[0] ?? mailbox) === mailbox,
    });
    this.#front.onProgress = ({ progress, goal }) => this.#works(progress, goal);
    this.#unkept = new Unkept(truth, this.#screens, clock, (error) => this.#report(error));
    this.#unwatch = store.watch((touched) => this.#heard(touched));
    this.#loops = Promise.all([this.#runForeground(), this.#runBackground()]);
  }

  wish(screen: string, wishes: Wishes | undefined): void {
    this.#screens.set(screen, wishes);
    if (wishes) this.#ports.tell({ note: 'status', status: this.#status }, screen);
    this.#frontBell.ring();
    this.#backBell.ring();
    this.#unkept.ring();
  }

  wake(reason: WakeReason): void {
    if (reason === 'offline') this.#hangUp();
    if (reason === 'network' || reason === 'visible') {
      this.#foreground.hurry();
      this.#background.hurry();
      this.#frontHurry.ring();
      this.#backHurry.ring();
    }
    this.#frontBell.ring();
    if (reason !== 'action') this.#backBell.ring();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#unwatch();
    this.#hangUp();
    for (const bell of [this.#frontBell, this.#backBell, this.#frontHurry, this.#backHurry]) bell.ring();
    const ended = new AbortController();
    void this.#ports.clock.sleep(LAST_WORDS, ended.signal).then(
      () => this.#submission?.close(),
      () => undefined,
    );
    await this.#loops;
    await this.#unkept.stop();
    ended.abort();
  }

  /** Ends all IMAP connections. A submission under way is left alone: cut off, nobody could tell whether it was sent. */
  #hangUp(): void {
    this.#front.close();
    this.#back.close();
    this.#frontServers.close();
    this.#backServers.close();
    this.#accounts.close();
  }

  /** What is in flight when the engine stops gets no new connection: the next engine may be at work by then. */
  async #connect(service: 'imap' | 'submission', where?: Where): Promise<Transport> {
    const stopped = (): ConnectionLost => new ConnectionLost('the engine has stopped');
    if (this.#stopped) throw stopped();
    const transport = await this.#ports.connect(service, where).catch((error: unknown) => {
      this.#doubts.unreached(error);
      throw error;
    });
    if (service === 'submission') this.#submission = transport;
    if (!this.#stopped) return transport;
    transport.close();
    throw stopped();
  }

  #heard(touched: ReadonlySet<Touched>): void {
    this.#unkept.heard(touched);
    const awaited = [...touched].some(
      (key) => key.startsWith('rows:') && this.#foreground.awaits(Number(key.slice(5)) as MailboxKey),
    );
    if (awaited || touched.has('actions')) this.#frontBell.ring();
    if (touched.has(`setting:${ROOM_SETTING}`)) this.#roomChanged();
    // Where the store fails now, older mail goes on as before.
    if (touched.has('modes') || touched.has(`setting:${STOPPED_SETTING}`))
      void this.#background.stoppedChanged().catch(() => undefined);
    if (touched.has('modes') || touched.has(`setting:${KEEPING_SETTING}`))
      void this.#background.keepAnew().catch(() => this.#background.replan());
  }

  /** Where it was want of room that broke the work off, nothing is left to wait for. */
  #roomChanged(): void {
    this.#background.roomChanged();
    if (this.#status.problem?.reason !== 'storage') return;
    this.#frontHurry.ring();
    this.#backHurry.ring();
  }

  async #runForeground(): Promise<void> {
    const backoff = new Backoff(this.#ports.random);
    while (!this.#stopped) {
      try {
        if (await this.#foreground.step()) continue;
        const { due } = this.#foreground;
        const patience = due === undefined ? FOREGROUND_REST : Math.max(0, due - this.#ports.clock.now());
        const used = await this.#foreground.rest(Math.min(patience, FOREGROUND_REST));
        if (!used && due === undefined) this.#front.close();
      } catch (error) {
        if (this.#stopped) break;
        if (error instanceof MailboxVoided) continue;
        this.#foreground.lost();
        this.#giveUp(this.#front, error, backoff);
        // The other connection hears of it only when it is made anew, and the person would be told no sooner.
        if (isSessionOver(error)) this.#back.close();
        await this.#frontHurry.wait(isSignedOut(error) ? SIGNED_OUT_REST : backoff.next());
      }
    }
    this.#front.close();
  }

  async #runBackground(): Promise<void> {
    const backoff = new Backoff(this.#ports.random);
    let connection = 0;
    while (!this.#stopped) {
      try {
        await this.#foreground.inherit();
        // A job makes a new one where the last one ended between two commands.
        if (!this.#back.isOpen || this.#back.connection !== connection) {
          await this.#background.lost();
          if (!this.#back.isOpen && this.#status.connection !== 'waiting')
            this.#tell({ connection: 'connecting' });
          await this.#back.session();
          ({ connection } = this.#back);
        }
        await this.#background.step();
        this.#goesWell();
      } catch (error) {
        if (this.#stopped) break;
        if (error instanceof MailboxVoided) continue;
        this.#giveUp(this.#back, error, backoff);
        await this.#wait(error, backoff);
      }
    }
    this.#back.close();
  }

  /** The background got something done. */
  #goesWell(): void {
    // What rests because nothing could be reached is tried again.
    const { connection } = this.#status;
    if (connection !== 'online') this.#foreground.hurry();
    // It may wait for the password. Elsewhere it keeps its patience.
    if (connection === 'signed-out') this.#frontHurry.ring();
    this.#tell({ connection: 'online' });
    this.#lendAnEar();
  }

  /** The server says how far it is with what an action asked of it. */
  #works(done: number | undefined, total: number | undefined): void {
    const { acting: action } = this.#foreground;
    if (action === undefined || this.#status.connection !== 'online') return;
    const known = done !== undefined && total !== undefined && total > 0;
    this.#working = known ? { action, done: Math.min(done, total), total } : { action };
    this.#tell({ connection: 'online' });
  }

  /** Work that takes long keeps the background from hearing of new mail: the foreground, which rests, has to. */
  #lendAnEar(): void {
    const { progress } = this.#background;
    const long = progress !== undefined && progress.total - progress.done > LONG;
    if (long && !this.#long) this.#frontBell.ring();
    this.#long = long;
  }

  /** A connection that broke, or whose loop has a bug, is made anew; one that was good for a while costs no longer wait. */
  #giveUp(lane: Lane, error: unknown, backoff: Backoff): void {
    if (lane.age > HEALTHY) backoff.reset();
    lane.close();
    if (isBug(error)) this.#report(error);
  }

  #report(error: unknown): void {
    if (this.#ports.onBug) this.#ports.onBug(error);
    // Nobody listens: loud all the same, and sync goes on.
    else void Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }

  /** Waits before the next try. New wishes and news do not shorten it: they would undo the patience; a new network does. */
  async #wait(error: unknown, backoff: Backoff): Promise<void> {
    if (isSignedOut(error)) {
      this.#tell({ connection: 'signed-out' });
      await this.#backHurry.wait(SIGNED_OUT_REST);
      return;
    }
    // One broken connection among good ones is made again at once, without a word.
    if (backoff.failures > 0 || !(error instanceof ConnectionLost) || this.#status.connection !== 'online') {
      // It is not the mail server that ended a connection that was never there.
      const unreached = error instanceof ConnectionLost && this.#doubts.wasUnreached(error);
      this.#tell({
        connection: 'waiting',
        problem: unreached ? { reason: 'network', text: '' } : problemOf(error),
      });
    }
    await this.#backHurry.wait(backoff.next());
  }

  #tell(fields: Pick<EngineStatus, 'connection'> & Partial<Pick<EngineStatus, 'problem'>>): void {
    const { progress, keeping, caughtUpAt, reach } = this.#background;
    const { unreached } = reach;
    const working = this.#working?.action === this.#foreground.acting ? this.#working : undefined;
    const status: EngineStatus = {
      ...fields,
      at: Math.max(this.#status.at, caughtUpAt),
      ...(progress && fields.connection === 'online' ? { progress } : {}),
      ...(keeping && fields.connection === 'online' ? { keeping } : {}),
      ...(unreached.length > 0 ? { unreached } : {}),
      ...(working && fields.connection === 'online' ? { working } : {}),
    };
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#ports.tell({ note: 'status', status }, undefined);
  }
}
