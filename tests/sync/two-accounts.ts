import type { Profile, Referrals } from '@postern/mailserver';
import { ConnectionLost } from '@postern/protocol/error';
import type { GatewayRefused } from '@postern/protocol/error';
import type { Transport } from '@postern/protocol/port';
import { mailboxesQuery, MemoryStore } from '@postern/protocol/sync';
import type { Change, CarryAction, Mailbox, MessageKey, OtherMailbox, Store } from '@postern/protocol/sync';
import { ada } from '../support/embedded.ts';
import { Desk } from './desk.ts';
import { far } from './far.ts';
import { ScriptedServer } from './scripted-server.ts';
import { quiet, ServerWithoutSockets, subjectOf } from './without-sockets.ts';

export type Side = 'home' | 'other';

/** Octets both ways, of all connections of one side together, after which the one that carries the next is cut. */
interface Wire {
  octets: number;
  cutAfter: number | undefined;
}

const { capabilities, ...plain } = quiet({}, false);
/** It takes one message at a time: several go one behind the other in one flight. */
export const single: Profile = {
  ...plain,
  name: 'single',
  capabilities: { ...capabilities, MULTIAPPEND: false },
};

/** `account`: the device is signed in to both; `referral`: the home server says that its Work lives on the other (RFC 2193). */
export type How = 'account' | 'referral';

function referring(profile: Profile): Profile {
  return { ...profile, capabilities: { ...profile.capabilities, 'MAILBOX-REFERRALS': true } };
}

/** A device and two mail servers, no sockets, a clock of its own. */
export class TwoAccounts {
  readonly servers: Readonly<Record<Side, ServerWithoutSockets>>;
  readonly wires: Readonly<Record<Side, Wire>> = {
    home: { octets: 0, cutAfter: undefined },
    other: { octets: 0, cutAfter: undefined },
  };
  /** What the gateway says to whoever asks for the other account's mail server. */
  refusal: GatewayRefused | ConnectionLost | 'silence' | undefined;
  desk: Desk;
  /** Commits until the worker is gone, and whether the last of them is kept. */
  #commits = Infinity;
  #kept = false;
  #life = 0;
  #carried = 0;
  readonly #prefix: string;
  /** Its UIDVALIDITY. */
  readonly #work: number;
  readonly #latency: number;
  readonly #store = new MemoryStore();
  inbox!: Mailbox;
  deaths = 0;

  readonly #how: How;

  private constructor(profiles: Readonly<Record<Side, Profile>>, latency: number, how: How) {
    this.#latency = latency;
    this.#how = how;
    const clock = { now: () => Date.now() };
    const server = (profile: Profile, referrals?: Referrals) =>
      new ServerWithoutSockets(profile, () => clock.now(), referrals);
    const mailboxes = new Map([['Work', [{ origin: 'imap://other.example:143' }]]]);
    const home =
      how === 'referral'
        ? server(referring(profiles.home), { mailboxes, users: new Map() })
        : server(profiles.home);
    this.servers = { home, other: server(profiles.other) };
    this.#work = this.servers.other.mailbox('Work').uidValidity;
    this.#prefix = profiles.other.prefix ?? '';
    this.desk = this.#desk();
    clock.now = () => this.desk.clock.now();
  }

  /** @param latency milliseconds that octets are on their way, each way. @param fill what is there before the device is. */
  static async open(
    profile: Profile = quiet({}, false),
    other: Profile = profile,
    latency = 0,
    how: How = 'account',
    fill: (servers: TwoAccounts['servers']) => void = () => undefined,
  ): Promise<TwoAccounts> {
    const two = new TwoAccounts({ home: profile, other }, latency, how);
    fill(two.servers);
    const { user, address } = ada;
    await two.desk.store.commit([{ kind: 'account', account: { user, address, name: '' } }]);
    two.inbox = await two.desk.look();
    return two;
  }

  #desk(): Desk {
    const life = ++this.#life;
    const desk: Desk = new Desk(new ScriptedServer(), {
      store: this.#mortal(life),
      connect: async (_, where) => {
        await new Promise((resolve) => setImmediate(resolve));
        const side = where?.account === undefined && where?.server === undefined ? 'home' : 'other';
        if (side === 'other' && this.refusal) {
          if (this.refusal === 'silence') return new Promise<never>(() => undefined);
          throw this.refusal;
        }
        const wired = this.#wired(this.servers[side].connect(), this.wires[side], life);
        return this.#latency === 0 ? wired : far(wired, this.desk.clock, this.#latency);
      },
      onBug: (error) => this.desk.bugs.push(error),
    });
    Object.assign(desk, { store: this.#store });
    return desk;
  }

  /** The worker dies at its n-th commit from now, which is kept or not. */
  killAt(commits: number, kept: boolean): void {
    // It has died already: its next life is not meant.
    if (this.isDead) return;
    this.#commits = commits;
    this.#kept = kept;
  }

  get isDead(): boolean {
    return this.#commits <= 0;
  }

  /** A new worker on what the last one has left. */
  async rise(): Promise<void> {
    this.#commits = Infinity;
    this.deaths++;
    const { clock } = this.desk;
    this.desk = this.#desk();
    await this.desk.clock.pass(clock.now() - this.desk.clock.now());
  }

  #mortal(life: number): Store {
    const disk = this.#store;
    const alive = async <T>(work: () => Promise<T>): Promise<T> =>
      life === this.#life && !this.isDead ? work() : new Promise<T>(() => undefined);
    return {
      read: (query) => alive(() => disk.read(query)),
      commit: (changes: readonly Change[]) =>
        alive(async () => {
          this.#commits--;
          if (!this.isDead || this.#kept) await disk.commit(changes);
          if (this.isDead) await new Promise<never>(() => undefined);
        }),
      allocate: (count) => alive(() => disk.allocate(count)),
      watch: (listener) => disk.watch(listener),
      close: () => undefined,
    };
  }

  #wired(transport: Transport, wire: Wire, life: number): Transport {
    let cut = false;
    const pass = (bytes: Uint8Array): Uint8Array => {
      if (life !== this.#life || this.isDead) cut = true;
      const { cutAfter } = wire;
      const room = cutAfter === undefined ? Infinity : cutAfter - wire.octets;
      wire.octets += bytes.length;
      if (bytes.length < room && !cut) return bytes;
      cut = true;
      wire.cutAfter = undefined;
      return bytes.subarray(0, Math.min(room, bytes.length));
    };
    return {
      bytes: (async function* () {
        for await (const chunk of transport.bytes) {
          const some = pass(chunk);
          if (some.length > 0) yield some;
          if (!cut) continue;
          transport.close();
          throw new ConnectionLost('cut');
        }
        if (cut) throw new ConnectionLost('cut');
      })(),
      async write(bytes) {
        if (cut) throw new ConnectionLost('cut');
        const some = pass(bytes);
        if (some.length > 0) await transport.write(some);
        if (!cut) return;
        transport.close();
        throw new ConnectionLost('cut');
      },
      close: () => transport.close(),
    };
  }

  async keyOf(subject: string): Promise<MessageKey> {
    const at = (await this.desk.subjects()).indexOf(subject);
    return (await this.desk.rows())[at]!.key;
  }

  /** Carries messages of INBOX into the other server's Work, and lets a moment pass. */
  async carry(subjects: readonly string[], fields: Partial<CarryAction> = {}): Promise<string> {
    const messages = await Promise.all(subjects.map((subject) => this.keyOf(subject)));
    const to = {
      account: 'other',
      user: 'grace@postern.example',
      address: 'grace@postern.example',
      delimiter: '/',
      ...this.#known(),
    };
    // A new worker counts from 1 again.
    const id = this.#life === 1 ? {} : { id: `${this.#life}-${String(++this.#carried).padStart(6, '0')}` };
    const whole = { from: this.inbox.key, messages, ...id };
    if (this.#how === 'account')
      return this.desk.act({ kind: 'carry', ...whole, to, remove: true, ...fields });
    const mailboxes = await this.#store.read(mailboxesQuery());
    const work = mailboxes.find(({ name }) => name.endsWith('Work'))!.key;
    if (fields.remove !== false) return this.desk.act({ kind: 'move', ...whole, to: work });
    const first = await this.desk.store.allocate(messages.length);
    const copies = messages.map((_, i) => (first + i) as MessageKey);
    return this.desk.act({ kind: 'copy', ...whole, to: work, copies });
  }

  /** Work, by the name that it has now, as that account's own engine would know it. */
  #known(): Pick<OtherMailbox, 'name' | 'wireName' | 'known'> {
    const { mailboxes } = this.servers.other.account;
    const work = [...mailboxes.values()].find(({ uidValidity }) => uidValidity === this.#work);
    const wire = (name: string): string => (name === 'INBOX' ? name : `${this.#prefix}${name}`);
    if (!work) return { name: 'Work', wireName: wire('Work') };
    const names = [...mailboxes.keys()].map(wire);
    const known = { uidValidity: this.#work, uidNext: work.uidNext, names };
    return { name: work.name, wireName: wire(work.name), known };
  }

  /** What there is of a letter, in either account: `INBOX letter \\Seen`. */
  everywhere(subject: string): string[] {
    return (['home', 'other'] as const).flatMap((side) =>
      [...this.servers[side].account.mailboxes.values()].flatMap(({ name, messages }) =>
        messages
          .filter((message) => !message.expunged && subjectOf(message) === subject)
          .map(({ flags }) =>
            [`${side} ${name}`, ...[...flags].filter((flag) => flag !== '\\Recent').toSorted()].join(' '),
          ),
      ),
    );
  }
}
