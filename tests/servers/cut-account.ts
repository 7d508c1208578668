import { expect } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { list, lsub, select, status, uidFetch } from '@postern/protocol/imap';
import type { News, Session } from '@postern/protocol/imap';
import { Device } from '../support/device.ts';
import { appendAllElsewhere, withSession } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';
import { PLACES, startCuttingProxy } from './cutting-proxy.ts';
import type { Cut, CuttingProxy } from './cutting-proxy.ts';

/** Changing commands that one action takes, at most, on any of the servers. */
const MOST_COMMANDS = 5;
const MOST_TRIES = 1 + MOST_COMMANDS * PLACES.length;
/** Milliseconds between hints to the engine that the network is there again. */
const HINT = 40;

/** What there is of a subject, e.g. `inbox` or `archive \Flagged`, one word for each copy. */
type Places = ReadonlyMap<string, readonly string[]>;

/** What is done to one subject. */
export interface Attempt {
  /** What has to be there before; its own commands are not cut. */
  prepare?(subject: string): Promise<unknown>;
  act(subject: string): Promise<unknown>;
}

/** A person's account on a real server, and a device whose connection to it is cut in the midst of a command. */
export class CutAccount {
  readonly place: MailPlace;
  readonly proxy: CuttingProxy;
  readonly gateway: Gateway;
  readonly device: Device;

  private constructor(place: MailPlace, proxy: CuttingProxy, gateway: Gateway, device: Device) {
    this.place = place;
    this.proxy = proxy;
    this.gateway = gateway;
    this.device = device;
  }

  static async open(place: MailPlace): Promise<CutAccount> {
    const proxy = await startCuttingProxy(Number(new URL(place.imap).port));
    const gateway = await openGateway({ ...place, imap: `imap://127.0.0.1:${proxy.port}` });
    // Cyrus makes an account's mailboxes when it is first used.
    const [user] = place.users;
    await place.deliver(user, 'INBOX', letter({ from: user.address, to: user.address, subject: 'first' }));
    const device = await Device.open(gateway, user);
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    for (const role of ['archive', 'drafts', 'sent'] as const) await device.mailbox(role);
    return new CutAccount(place, proxy, gateway, device);
  }

  async close(): Promise<void> {
    await this.device.stop();
    await this.gateway.close();
    await this.proxy.close();
    await this.place.close();
  }

  text(subject: string): string {
    const [to, from] = this.place.users;
    const messageId = messageIdOf(subject);
    return letter({ from: from.address, to: to.address, subject, messageId });
  }

  /** Letters in the INBOX for all that `name` will be done to. */
  async deliver(name: string): Promise<void> {
    const subjects = [`${name} uncut`, ...Array.from({ length: MOST_TRIES - 1 }, (_, i) => `${name} ${i}`)];
    const texts = subjects.map((subject) => this.text(subject));
    await appendAllElsewhere(this.place.imap, this.place.users[0], 'INBOX', texts);
    await this.device.find('inbox', subjects.at(-1) ?? '');
  }

  settled(what: string): Promise<true> {
    return eventually(
      what,
      async () => {
        this.device.engine.wake('network');
        await new Promise((resolve) => setTimeout(resolve, HINT));
        const actions = await this.device.actions();
        const failed = actions.filter(({ state }) => state.name === 'failed' || state.name === 'uncertain');
        expect(failed, what).toEqual([]);
        return actions.length === 0;
      },
      20_000,
    );
  }

  /** Does it once uncut, to learn which commands it takes; then as often as there are places to cut them. Gives the subjects. */
  async cutEverywhere(name: string, { prepare, act }: Attempt): Promise<string[]> {
    const { proxy } = this;
    const ready = async (subject: string): Promise<void> => {
      await prepare?.(subject);
      if (prepare) await this.settled(`${subject}: prepared`);
      proxy.commands.length = 0;
    };
    const subjects = [`${name} uncut`];
    await ready(`${name} uncut`);
    await act(`${name} uncut`);
    await this.settled(`${name} uncut`);
    const commands = [...proxy.commands];
    const cuts: Cut[] = commands.flatMap((command, at) => {
      const nth = commands.slice(0, at).filter((each) => each === command).length;
      return PLACES.map((where) => ({ command, nth, where }));
    });
    expect(cuts.length).toBeGreaterThan(0);
    expect(cuts.length).toBeLessThan(MOST_TRIES);
    for (const [i, cut] of cuts.entries()) {
      const subject = `${name} ${i}`;
      subjects.push(subject);
      await ready(subject);
      proxy.cut = cut;
      await act(subject);
      const what = `${subject}: ${cut.command} ${cut.nth} ${cut.where}`;
      await this.settled(what);
      expect(proxy.cut, `${what} was not cut`).toBeUndefined();
    }
    return subjects;
  }

  /** What the server has in mailboxes, by their roles or names, told by a client of its own. */
  async look(...mailboxes: readonly string[]): Promise<Places> {
    const places = new Map<string, string[]>();
    const names = new Map<string, string>();
    for (const role of mailboxes) names.set(role, (await this.device.mailbox(role)).wireName);
    let mailbox = '';
    const hear = (news: News): void => {
      if (news.type !== 'fetch' || !news.message.envelope) return;
      const { envelope, flags = [] } = news.message;
      const shown = flags.filter((flag) => flag === '\\Flagged' || flag === '\\Deleted');
      const subject = envelope.subject ?? '?';
      const there = [...(places.get(subject) ?? []), [mailbox, ...shown].join(' ')];
      places.set(subject, there);
    };
    const look = async (session: Session): Promise<void> => {
      for (const [role, wire] of names) {
        mailbox = role;
        const answer = await session.run(status({ wire }, ['MESSAGES']));
        if (!answer?.messages) continue;
        await session.run(select({ wire }, { readOnly: true }));
        await session.run(uidFetch([[1, 0xffff_ffff]], ['FLAGS', 'ENVELOPE']));
      }
    };
    await withSession(this.place.imap, this.place.users[0], look, hear);
    return places;
  }

  /** Names of the server's mailboxes, and of those that are subscribed to, told by a client of its own. */
  async names(): Promise<{ readonly there: readonly string[]; readonly subscribed: readonly string[] }> {
    return withSession(this.place.imap, this.place.users[0], async (session) => ({
      there: (await session.run(list('', '*'))).map(({ name }) => name),
      subscribed: (await session.run(lsub('', '*'))).map(({ name }) => name),
    }));
  }
}

export function messageIdOf(subject: string): string {
  return `<${subject.replaceAll(' ', '-')}@postern.example>`;
}

export function expectPlaces(places: Places, subjects: readonly string[], expected: readonly string[]): void {
  const found = Object.fromEntries(subjects.map((subject) => [subject, places.get(subject) ?? []]));
  expect(found).toEqual(Object.fromEntries(subjects.map((subject) => [subject, expected])));
}
