import { supports } from '@postern/mailserver';
import type { Mailbox, Profile, Referrals } from '@postern/mailserver';
import { Chance, seedFor } from './chance.ts';
import type { WorldClock } from './clock.ts';
import { Device } from './device.ts';
import type { Seen } from './device.ts';
import { Disk } from './disk.ts';
import type { Named } from './disk.ts';
import { Failure } from './failure.ts';
import type { History } from './history.ts';
import { Ledger } from './ledger.ts';
import { ada, afar, numberIn, writeLetter } from './letters.ts';
import type { Letter } from './letters.ts';
import { Network } from './network.ts';
import { Others, some } from './others.ts';
import { draftOf, FIRST_WORDS } from './draft.ts';
import { AWAY, AWAY_THERE, SECOND_ADDRESS } from './second.ts';
import type { Side } from './second.ts';
import { inOrder, SimulatedServer } from './server.ts';
import type { Step } from './steps.ts';
import type { Trace } from './trace.ts';
import { perhapsTwice } from './twice.ts';

const DAY = 86_400_000;
/** Milliseconds until a worker that died is started again. */
const RESURRECTION = 2000;
/** Milliseconds that an engine has to stop: a submission that has begun is not cut off. */
const PATIENCE = 10 * 60_000;

/** One account, its server, its devices, and everybody else who uses it. */
export class World {
  readonly clock: WorldClock;
  readonly ledger = new Ledger();
  readonly server: SimulatedServer;
  readonly second: SimulatedServer | undefined;
  readonly devices: Device[] = [];
  readonly bugs: unknown[] = [];
  /** What was seen to be wrong on the way. */
  readonly wrongs: string[] = [];
  readonly history: History;
  readonly trace: Trace;
  readonly #chance: Chance;
  readonly #others: Others;
  readonly #othersThere: Others | undefined;
  /** Copies, by device and key, of rows that may be the same message as another that was copied with them. */
  readonly #doubtful = new Set<string>();

  constructor(history: History, clock: WorldClock, trace: Trace) {
    this.history = history;
    this.clock = clock;
    this.trace = trace;
    this.#chance = new Chance(seedFor(history.seed, 'letters'));
    const { seed, second } = history;
    const of = (purpose: string): Chance => new Chance(seedFor(seed, purpose));
    this.second = second && new SimulatedServer(second.profile, clock, of('second server'));
    const referrals = second?.how === 'referral' ? this.#referrals(this.second!) : undefined;
    this.server = new SimulatedServer(history.profile, clock, of('server'), referrals);
    for (const server of this.servers) {
      server.onExposed = (number) => this.ledger.expose(number);
      server.onDeleted = (number) => this.ledger.note(number, { what: 'deleted', by: 'other' });
    }
    this.#others = new Others(this, this.server);
    this.#othersThere = this.second && new Others(this, this.second);
    for (const [name, count] of history.mailboxes) this.#fill(this.server, name, count);
    for (const [name, count] of second?.mailboxes ?? []) this.#fill(this.second!, name, count);
  }

  /** What the first server says of where `AWAY` is. */
  #referrals(second: SimulatedServer): Referrals {
    const place = { origin: `imap://${SECOND_ADDRESS}`, name: second.shownName(AWAY_THERE) };
    return { mailboxes: new Map([[AWAY, [place]]]), users: new Map() };
  }

  get servers(): readonly SimulatedServer[] {
    return this.second ? [this.server, this.second] : [this.server];
  }

  /** How often anybody said anything to a server. */
  get commands(): number {
    return this.servers.reduce((sum, { commands }) => sum + commands, 0);
  }

  serverOf({ side }: Device): SimulatedServer {
    return side === 'second' ? this.second! : this.server;
  }

  /** All mailboxes that a device of that side has to know, by the names that it has for them. */
  mailboxesOf(device: Device): ReadonlyMap<string, Mailbox> {
    const server = this.serverOf(device);
    const known = new Map(server.inOrder().map((mailbox) => [server.shownName(mailbox.name), mailbox]));
    const away = this.history.second?.how === 'referral' && this.second?.account.find(AWAY_THERE);
    if (away) known.set(server.shownName(AWAY), away);
    return known;
  }

  /** Its server tells of flags that have changed in a mailbox that is not looked into (RFC 7162 §3.1.2.2). */
  tellsFlags(device: Device, name: string): boolean {
    const { profile } = this.#isAway(device, name) ? this.second! : this.serverOf(device);
    return supports(profile, 'CONDSTORE') && profile.noModSeq !== true;
  }

  /** What a mailbox is called in the ledger, where two servers may have one of its name. */
  labelOf(server: SimulatedServer, name: string): string {
    return server === this.second ? `second: ${name}` : name;
  }

  /** What a mailbox may be called in the ledger, by those who see it here or there. */
  labelsOf(server: SimulatedServer, name: string): string[] {
    const labels = [name, server.shownName(name)].map((each) => this.labelOf(server, each));
    const isAway = this.history.second?.how === 'referral' && server === this.second && name === AWAY_THERE;
    return isAway ? [...labels, this.server.shownName(AWAY)] : labels;
  }

  /** Another device, with an empty disk. `profile`: how the server looks to it. */
  async addDevice(name: string, profile = this.history.profile, side: Side = 'home'): Promise<Device> {
    const disk = new Disk(this.devices.length === 0);
    await disk.commit([
      { kind: 'account', account: { user: ada, address: ada, name: 'Ada' } },
      { kind: 'draft', draft: draftOf({ seed: this.history.seed, name }, FIRST_WORDS) },
    ]);
    return this.addDeviceWith(disk, name, profile, side);
  }

  addDeviceWith(disk: Disk, name: string, profile: Profile, side: Side = 'home'): Device {
    const { clock, trace } = this;
    const chance = new Chance(seedFor(this.history.seed, `network ${name}`));
    const late = this.history.late ? new Chance(seedFor(this.history.seed, `late ${name}`)) : undefined;
    const network = new Network(name, { clock, chance, trace, late }, (service, where, wake, hear) => {
      const away = where.account !== undefined || where.server !== undefined;
      const there = away === (side === 'home') ? this.second! : this.server;
      return there.open(service, wake, hear, away ? there.profile : profile);
    });
    const device: Device = new Device({
      clock,
      network,
      disk,
      name,
      side,
      seed: this.history.seed,
      slowness: this.history.slowness,
      onBug: (error) => {
        trace.note(`bug: ${String(error)}`);
        this.bugs.push(error);
      },
      onDeath: () => {
        trace.note(`${name} dies`);
        clock.at(clock.now() + RESURRECTION, () => this.#revive(device));
      },
    });
    disk.onForgotten = (rows) => this.#mind(device, rows);
    device.start();
    this.devices.push(device);
    return device;
  }

  async step(step: Step): Promise<void> {
    await this.clock.pass(step.after);
    this.trace.note(JSON.stringify(step));
    const device = 'device' in step ? this.devices[step.device] : undefined;
    if (device) await this.#onDevice(device, step);
    else (step.at === 'second' ? this.#othersThere! : this.#others).do(step);
  }

  /** From here on nothing goes wrong any more. */
  heal(): void {
    this.trace.note('all is well');
    for (const server of this.servers) server.heal();
    this.#others.leave();
    this.#othersThere?.leave();
    for (const device of this.devices) {
      device.network.heal();
      device.fill({ after: 0, commits: 0 });
      this.#revive(device);
      device.wake();
    }
  }

  /** Asks a device's worker to end, which it has to do soon. */
  async stop(device: Device): Promise<void> {
    let ended = false;
    void device.stop().then(() => (ended = true));
    for (let passed = 0; !ended && passed < PATIENCE; passed += 500) await this.clock.pass(500);
    if (!ended) throw new Failure('the engine does not stop', `${device.name} after ${PATIENCE} ms`);
  }

  /** A device forgets a message that is there: it took an answer that was cut off, or too old, for the whole. */
  #mind(device: Device, rows: readonly Named[]): void {
    const known = this.mailboxesOf(device);
    for (const { uid, uidValidity, name } of rows) {
      const mailbox = known.get(name);
      if (mailbox?.uidValidity !== uidValidity) continue;
      if (mailbox.messages.some((message) => message.uid === uid))
        this.wrongs.push(`${device.name} forgets UID ${uid} of ${name}, which is there`);
    }
  }

  #revive(device: Device): void {
    if (device.isRunning) return;
    this.trace.note(`${device.name} starts`);
    device.start();
  }

  async #onDevice(device: Device, step: Step): Promise<void> {
    switch (step.kind) {
      case 'look': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (mailbox) device.wish({ mailbox: mailbox.key });
        return;
      }
      case 'open': {
        const seen = await this.#seen(device, step.mailbox, step.message, 3);
        if (seen.length > 0) device.wish({ mailbox: seen[0]!.mailbox, messages: seen.map(({ key }) => key) });
        return;
      }
      case 'flag': {
        const seen = await this.#seen(device, step.mailbox, step.message, step.count);
        if (seen.length === 0) return;
        const { flag, add } = step;
        const action = await device.act({
          kind: 'flag',
          mailbox: seen[0]!.mailbox,
          messages: seen.map(({ key }) => key),
          add: add ? [flag] : [],
          remove: add ? [] : [flag],
        });
        return this.#note(seen, { what: 'flag', by: device.name, action, flag, add });
      }
      case 'move': {
        const seen = await this.#seen(device, step.mailbox, step.message, step.count);
        const to = await this.#shownMailbox(device, step.to);
        if (seen.length === 0 || !to || to.key === seen[0]!.mailbox) return;
        const messages = seen.map(({ key }) => key);
        const action = await device.act({ kind: 'move', from: seen[0]!.mailbox, to: to.key, messages });
        return this.#note(seen, {
          what: 'move',
          by: device.name,
          action,
          to: this.#labelOn(device, to.name),
        });
      }
      case 'expunge': {
        const seen = await this.#seen(device, step.mailbox, step.message, step.count);
        if (seen.length === 0) return;
        const messages = seen.map(({ key }) => key);
        const action = await device.act({ kind: 'expunge', mailbox: seen[0]!.mailbox, messages });
        return this.#note(seen, { what: 'expunge', by: device.name, action });
      }
      case 'upload': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (!mailbox) return;
        const letter = this.#write(step.words);
        const { messageId, number, body } = letter;
        const fields = { mailbox: mailbox.key, messageId, flags: ['\\Seen'], date: this.clock.now() };
        const action = await device.act({ kind: 'upload', ...fields }, letter.bytes);
        this.ledger.add({
          number,
          body,
          flags: ['\\Seen'],
          born: { how: 'upload', by: device.name, action },
        });
        return;
      }
      case 'import': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (!mailbox) return;
        const letters: Letter[] = [];
        for (let i = 0; i < step.count; i++)
          letters.push(
            writeLetter(this.ledger.next + i, this.clock.now(), step.words, i > 0 || !step.unmarked),
          );
        const action = await device.import(mailbox.key, letters);
        const born = { how: 'upload', by: device.name, action } as const;
        for (const { number, body } of letters) this.ledger.add({ number, body, flags: ['\\Seen'], born });
        return;
      }
      case 'send': {
        const letter = this.#write(step.words);
        const { messageId, number, body } = letter;
        const sent = (await device.mailboxes()).find(({ role }) => role === 'sent')?.key;
        const fields = {
          messageId,
          subject: `letter ${number} of all`,
          from: ada,
          recipients: [afar],
          sent,
          answers: undefined,
          notBefore: this.clock.now() + step.later,
          step: 'submit',
        };
        const action = await device.act({ kind: 'send', ...fields }, letter.bytes);
        this.ledger.add({ number, body, flags: ['\\Seen'], born: { how: 'send', by: device.name, action } });
        return;
      }
      case 'withdraw':
        return this.#drop(device, step.choice, 'withdrawn');
      case 'discard':
        return this.#drop(device, step.choice, 'failed');
      case 'write-draft': {
        const here = await device.draftHere();
        const number = numberIn(here?.subject ?? '') || this.ledger.next;
        const body = `Written so far: ${step.words} words`;
        await device.writeDraft(number, body, step.editing);
        const action = await device.saveDraft();
        const born = { how: 'draft', by: device.name, action: action ?? '' } as const;
        return this.ledger.redraft({ number, body, flags: [], born });
      }
      case 'copy': {
        const seen = await this.#seen(device, step.mailbox, step.message, step.count);
        const to = await this.#shownMailbox(device, step.to);
        if (seen.length === 0 || !to) return;
        const messages = seen.map(({ key }) => key);
        const first = await device.disk.allocate(messages.length);
        const copies = messages.map((_, i) => first + i);
        const action = await device.act({
          kind: 'copy',
          from: seen[0]!.mailbox,
          to: to.key,
          messages,
          copies,
        });
        const label = this.#labelOn(device, to.name);
        const perhaps = await this.#noteCopies(device, seen, { by: device.name, action, to: label });
        for (const i of perhaps) this.#doubtful.add(`${device.name} ${copies[i]}`);
        return;
      }
      case 'carry': {
        const { second } = this.history;
        if (second?.how === 'referral') return this.#refer(device, step);
        if (second?.how === 'account') return this.#carry(device, step);
        return;
      }
      case 'make-mailbox': {
        const name = this.serverOf(device).shownName(step.name);
        const mailboxes = await device.shownMailboxes();
        if (mailboxes.length === 0 || mailboxes.some((mailbox) => mailbox.name === name)) return;
        const key = await device.disk.allocate(1);
        const { delimiter } = mailboxes[0]!;
        const wanted = { mailbox: key, name, delimiter, role: undefined };
        const action = await device.act({ kind: 'create-mailbox', ...wanted });
        return this.ledger.make(device.name, action, step.name);
      }
      case 'name-mailbox': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (!mailbox || mailbox.role === 'inbox' || this.#isAway(device, mailbox.name)) return;
        const name = this.serverOf(device).shownName(step.name);
        return void (await device.act({ kind: 'rename-mailbox', mailbox: mailbox.key, name }));
      }
      case 'end-mailbox': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (!mailbox || mailbox.role === 'inbox' || this.#isAway(device, mailbox.name)) return;
        return void (await device.act({ kind: 'delete-mailbox', mailbox: mailbox.key }));
      }
      case 'subscribe': {
        const mailbox = await this.#shownMailbox(device, step.mailbox);
        if (mailbox) await device.act({ kind: 'subscribe', mailbox: mailbox.key, on: step.on });
        return;
      }
      case 'retry':
        for (const action of await device.retry()) this.ledger.retry(device.name, action);
        return;
      case 'cut':
        return device.network.cutAfter(step.cut);
      case 'lose-receipt':
        return device.network.loseReceipt(step.loss);
      case 'slow':
        return device.network.slow(step.chunks, step.milliseconds);
      case 'offline':
        device.network.goOffline(step.how);
        this.clock.at(this.clock.now() + step.milliseconds, () => {
          device.network.goOnline();
          if (step.wake) device.wake();
        });
        return;
      case 'kill':
        return device.killAt(step.death);
      case 'fill':
        return device.fill(step.fullness);
      case 'restart':
        await this.stop(device);
        return this.#revive(device);
      default:
        throw new Error(`${step.kind} is nothing that happens on a device`);
    }
  }

  /** From one account into the other. */
  async #carry(device: Device, step: Extract<Step, { kind: 'carry' }>): Promise<void> {
    const seen = await this.#seen(device, step.mailbox, step.message, step.count);
    const there = device.side === 'home' ? this.second! : this.server;
    const mailboxes = there.inOrder();
    const { name, uidValidity, uidNext } = mailboxes[step.to % mailboxes.length]!;
    if (seen.length === 0) return;
    const names = mailboxes.map((each) => there.shownName(each.name));
    const { remove } = step;
    const action = await device.act({
      kind: 'carry',
      from: seen[0]!.mailbox,
      messages: seen.map(({ key }) => key),
      remove,
      to: {
        account: 'other',
        user: ada,
        address: ada,
        name: there.shownName(name),
        wireName: there.shownName(name),
        delimiter: there.profile.separator ?? '/',
        known: { uidValidity, uidNext, names },
      },
    });
    const to = this.labelOf(there, there.shownName(name));
    const deed = { by: device.name, action, to };
    if (remove) this.#note(seen, { what: 'move', ...deed, away: true });
    else await this.#noteCopies(device, seen, deed);
  }

  /** Into the mailbox that the server says is on the other, or out of it. */
  async #refer(device: Device, step: Extract<Step, { kind: 'carry' }>): Promise<void> {
    const mailboxes = await this.#shownMailboxes(device);
    const away = mailboxes.findIndex(({ name }) => this.#isAway(device, name));
    if (away < 0) return;
    const { message, count, remove } = step;
    const [mailbox, to] = step.back ? [away, step.to] : [step.mailbox, away];
    await this.#onDevice(device, {
      after: 0,
      kind: remove ? 'move' : 'copy',
      device: step.device,
      ...{ mailbox, message, count, to },
    });
  }

  #isAway(device: Device, name: string): boolean {
    return this.history.second?.how === 'referral' && name === this.serverOf(device).shownName(AWAY);
  }

  #labelOn(device: Device, name: string): string {
    return this.labelOf(this.serverOf(device), name);
  }

  /** An action that its person takes back before it is begun, or does not care for any more. */
  async #drop(device: Device, choice: number, outcome: 'withdrawn' | 'failed'): Promise<void> {
    const dropped = await (outcome === 'withdrawn' ? device.withdraw(choice) : device.discard(choice));
    if (dropped !== undefined) this.ledger.drop(device.name, dropped, outcome);
  }

  #note(seen: readonly Seen[], deed: Parameters<Ledger['note']>[1]): void {
    for (const { descriptor } of seen) {
      const number = numberIn(descriptor.subject);
      if (number !== undefined) this.ledger.note(number, deed);
    }
  }

  /** Gives the rows, by their place, that may be the same message as another of them: of those one copy may be made. */
  async #noteCopies(
    device: Device,
    seen: readonly Seen[],
    deed: { readonly by: string; readonly action: string; readonly to: string },
  ): Promise<ReadonlySet<number>> {
    const home = (await device.mailboxes()).find(({ key }) => key === seen[0]?.mailbox);
    const perhaps = perhapsTwice(seen, {
      there: this.mailboxesOf(device).get(home?.name ?? ''),
      deedsOf: (number) => this.ledger.get(number)?.deeds ?? [],
      isDoubtful: ({ key }) => this.#doubtful.has(`${device.name} ${key}`),
    });
    for (const [i, each] of seen.entries())
      this.#note([each], { what: 'copy', ...deed, ...(perhaps.has(i) ? { perhaps: true } : {}) });
    return perhaps;
  }

  async #shownMailboxes(device: Device) {
    const mailboxes = await device.shownMailboxes();
    return mailboxes.toSorted((a, b) => inOrder(a.name, b.name));
  }

  async #shownMailbox(device: Device, choice: number) {
    const mailboxes = await this.#shownMailboxes(device);
    return mailboxes[choice % Math.max(1, mailboxes.length)];
  }

  async #seen(device: Device, mailbox: number, message: number, count: number): Promise<Seen[]> {
    const mailboxes = await this.#shownMailboxes(device);
    // The first one from there on that has any.
    for (let i = 0; i < mailboxes.length; i++) {
      const seen = await device.shown(mailboxes[(mailbox + i) % mailboxes.length]!.key);
      if (seen.length > 0) return some(seen, message, count);
    }
    return [];
  }

  #fill({ account }: SimulatedServer, name: string, count: number): void {
    const mailbox = account.find(name) ?? account.create(name);
    for (let i = 0; i < count; i++) {
      // UIDs have gaps.
      if (this.#chance.percent(10)) mailbox.uidNext += this.#chance.between(1, 50);
      const date = this.clock.now() - this.#chance.below(120) * DAY;
      const flags = ['\\Seen', '\\Flagged'].filter(() => this.#chance.percent(40));
      this.deliver(mailbox, this.#chance.between(3, 40), true, date, flags);
    }
  }

  deliver(
    mailbox: Mailbox,
    words: number,
    marked: boolean,
    date = this.clock.now(),
    flags: readonly string[] = [],
  ): void {
    const { number, body, bytes } = this.#write(words, date, marked);
    mailbox.add({ content: bytes, internalDate: date, flags });
    this.ledger.add({ number, body, flags, born: { how: 'delivered' } });
  }

  #write(words: number, date = this.clock.now(), marked = true): Letter {
    return writeLetter(this.ledger.next, date, words, marked);
  }
}
