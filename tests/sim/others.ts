import type { Mailbox, Message } from '@postern/mailserver';
import { Failure } from './failure.ts';
import type { Deed } from './ledger.ts';
import { numberOf } from './letters.ts';
import { OtherClient } from './other-client.ts';
import type { SimulatedServer } from './server.ts';
import type { Step } from './steps.ts';
import type { World } from './world.ts';

/** Whoever else uses the account: other programs, the person who delivers, the administrator. */
export class Others {
  readonly #world: World;
  readonly #server: SimulatedServer;
  readonly #client: OtherClient;

  constructor(world: World, server: SimulatedServer) {
    this.#world = world;
    this.#server = server;
    this.#client = new OtherClient(server);
  }

  do(step: Step): void {
    const server = this.#server;
    switch (step.kind) {
      case 'refuse':
        return server.refuse(step);
      case 'refuse-submission':
        return server.refuseSubmission(step);
      case 'deliver':
        for (let i = 0; i < step.count; i++)
          this.#world.deliver(this.#mailbox(step.mailbox), step.words, !step.unmarked);
        return;
      case 'other-flag':
        return this.#flag(step);
      case 'other-move':
        return this.#transfer(step, true);
      case 'other-copy':
        return this.#transfer(step, false);
      case 'other-expunge': {
        const mailbox = this.#mailbox(step.mailbox);
        return this.#expunge(mailbox, some(mailbox.messages, step.message, step.count));
      }
      case 'other-purge':
        return this.#expunge(this.#mailbox(step.mailbox), []);
      case 'create':
        return this.#client.run(`CREATE ${this.#client.name(step)}`);
      case 'delete': {
        // Of its messages the ledger hears from the server.
        const mailbox = this.#mailbox(step.mailbox);
        return this.#client.run(`DELETE ${this.#client.name(mailbox)}`);
      }
      case 'rename': {
        const mailbox = this.#mailbox(step.mailbox);
        if (mailbox.name === 'INBOX') return;
        return this.#client.run(`RENAME ${this.#client.name(mailbox)} ${this.#client.name(step)}`);
      }
      case 'renumber': {
        const mailbox = this.#mailbox(step.mailbox);
        for (const message of mailbox.messages) this.#note(message, { what: 'renumbered', by: 'other' });
        return mailbox.renumber(mailbox.uidValidity + 1000);
      }
      case 'quota':
        server.account.quota = step.messages === undefined ? {} : { messages: step.messages };
        return;
      default:
        throw new Failure('the history is wrong', `${step.kind} happens on a device that is not there`);
    }
  }

  leave(): void {
    this.#client.leave();
  }

  #flag({ mailbox: choice, message, count, flag, add }: Extract<Step, { kind: 'other-flag' }>): void {
    const mailbox = this.#mailbox(choice);
    const chosen = some(mailbox.messages, message, count);
    if (chosen.length === 0) return;
    // A mark that is not there for the moment, cleared for an EXPUNGE without UIDPLUS, cannot be taken back: it is set again, and no
    // client can know better (RFC 4549 §4.2.4).
    const mayLackIt = flag === '\\Deleted' && !add && !this.#server.has('UIDPLUS');
    const judged = chosen.filter(({ flags }) => !mayLackIt || flags.has(flag));
    this.#client.select(mailbox);
    this.#client.run(`UID STORE ${uidsOf(chosen)} ${add ? '+' : '-'}FLAGS (${flag})`);
    for (const { uid } of judged) {
      const now = mailbox.messages.find((each) => each.uid === uid);
      if (now?.flags.has(flag) === add) this.#note(now, { what: 'flag', by: 'other', flag, add });
    }
  }

  #transfer(step: Extract<Step, { kind: 'other-move' | 'other-copy' }>, leaving: boolean): void {
    const mailbox = this.#mailbox(step.mailbox);
    const to = this.#mailbox(step.to);
    const chosen = some(mailbox.messages, step.message, step.count);
    if (chosen.length === 0 || (leaving && to === mailbox)) return;
    const before = new Set(to.messages);
    this.#client.select(mailbox);
    this.#client.run(`UID COPY ${uidsOf(chosen)} ${this.#client.name(to)}`);
    const copied = to.messages.filter((message) => !before.has(message));
    const label = this.#world.labelOf(this.#server, to.name);
    if (!leaving) {
      for (const message of copied) this.#note(message, { what: 'copy', by: 'other', to: label });
      return;
    }
    for (const message of copied) this.#note(message, { what: 'move', by: 'other', to: label });
    if (copied.length === chosen.length) this.#expunge(mailbox, chosen);
  }

  /**
   * Those, and without UIDPLUS all that are marked, as programs do. What is there elsewhere too was only left behind; save a version
   * of a draft that was written after an earlier one was moved: that one is not replaced, and each is a message of its own.
   */
  #expunge(mailbox: Mailbox, chosen: readonly Message[]): void {
    const before = [...mailbox.messages];
    this.#client.select(mailbox);
    if (chosen.length > 0) this.#client.run(`UID STORE ${uidsOf(chosen)} +FLAGS.SILENT (\\Deleted)`);
    const exactly = chosen.length > 0 && this.#server.has('UIDPLUS');
    this.#client.run(exactly ? `UID EXPUNGE ${uidsOf(chosen)}` : 'EXPUNGE');
    const left = new Set(mailbox.messages.map(({ uid }) => uid));
    for (const message of before) {
      if (left.has(message.uid)) continue;
      const number = numberOf(message.content);
      const entry = this.#world.ledger.get(number);
      const deeds = entry?.deeds ?? [];
      const copied = deeds.some(({ what }) => what === 'copy');
      const here = this.#world.labelsOf(this.#server, mailbox.name);
      const moving = this.#isMovedHere(number, deeds, here);
      // It may be wanted elsewhere by now: what is marked where it was is on its way all the same.
      const wasMoved = deeds.some(
        (deed) => deed.what === 'move' && deed.by !== 'other' && here.includes(deed.to),
      );
      const elsewhere = this.#allOf(number);
      const going = wasMoved && elsewhere.every(({ flags }) => flags.has('\\Deleted'));
      const beside = entry?.born.how === 'draft' && deeds.some(({ what }) => what === 'move');
      const only = elsewhere.length === 0 || (beside && !elsewhere.some((each) => isSame(each, message)));
      // Its last version: those before it are about to be removed by who wrote it.
      const isLast =
        entry?.born.how === 'draft' &&
        elsewhere.every((each) => mailbox.messages.includes(each) && each.uid < message.uid);
      if (moving || going || only || isLast) this.#note(message, { what: 'expunge', by: 'other' });
      else if (copied) this.#note(message, { what: 'expunge', by: 'other', ofSeveral: true });
    }
  }

  /**
   * What a device has moved here and is still where it was before, not where that device moves it on to, is about to be removed there,
   * whoever else moves it on meanwhile.
   */
  #isMovedHere(number: number, deeds: readonly Deed[], here: readonly string[]): boolean {
    const moves = deeds.filter((deed) => deed.what === 'move').filter(({ by }) => by !== 'other');
    return moves.some(({ by, to }, i) => {
      const onwards = moves.slice(i + 1).filter((later) => later.by === by);
      return here.includes(to) && !onwards.some((later) => this.#isIn(number, later.to));
    });
  }

  #isIn(number: number, label: string): boolean {
    return this.#world.servers.some((server) =>
      server
        .inOrder()
        .some(
          ({ name, messages }) =>
            this.#world.labelsOf(server, name).includes(label) &&
            messages.some(({ content }) => numberOf(content) === number),
        ),
    );
  }

  #allOf(number: number): Message[] {
    return this.#world.servers
      .flatMap((server) => server.inOrder())
      .flatMap(({ messages }) => messages.filter(({ content }) => numberOf(content) === number));
  }

  #note({ content }: Message, deed: Deed): void {
    this.#world.ledger.note(numberOf(content), deed);
  }

  #mailbox(choice: number): Mailbox {
    const mailboxes = this.#server.inOrder();
    return mailboxes[choice % mailboxes.length]!;
  }
}

/** Versions of a draft differ in their Message-IDs. */
function isSame({ content: a }: Message, { content: b }: Message): boolean {
  return Buffer.from(a.read(0, a.size)).equals(b.read(0, b.size));
}

function uidsOf(messages: readonly Message[]): string {
  return messages.map(({ uid }) => uid).join(',');
}

/** `count` of them that follow one another. */
export function some<T>(list: readonly T[], choice: number, count: number): T[] {
  const from = choice % Math.max(1, list.length);
  return list.slice(from, from + count);
}
