import { expect, it } from 'vitest';
import { GatewayRefused } from '@postern/protocol/error';
import { profiles } from '@postern/mailserver';
import { Chance } from '../sim/chance.ts';
import type { Side } from './two-accounts.ts';
import { single, TwoAccounts } from './two-accounts.ts';
import { quiet } from './without-sockets.ts';

/**
 * Random histories of moves and copies into another account: connections cut, the worker killed, commands refused, the account
 * signed out. When all is well again, everything is where the history says, as often as it says.
 */
const HISTORIES = Number(process.env['HISTORIES'] ?? 25);
const STEPS = 14;
const servers = [
  quiet({}, false),
  quiet({}, true),
  single,
  profiles.full,
  profiles.courier,
  profiles.dovecot,
];

interface Wanted {
  moved: boolean;
  copies: number;
}

class Story {
  readonly two: TwoAccounts;
  readonly #chance: Chance;
  /** What Work is called now. */
  #place = 'Work';
  #renamed = 0;
  readonly #wanted = new Map<string, Wanted>();
  readonly #byKey = new Map<number, Wanted>();

  constructor(two: TwoAccounts, chance: Chance) {
    this.two = two;
    this.#chance = chance;
  }

  async step(): Promise<void> {
    const { two } = this;
    const chance = this.#chance;
    const side: Side = chance.below(2) === 0 ? 'home' : 'other';
    switch (chance.below(10)) {
      case 0:
        return this.#arrive(chance.below(4) === 0 ? 20 : 1 + chance.below(3));
      case 1:
      case 2:
      case 3:
        return this.#carry();
      case 4: {
        const wire = two.wires[side];
        wire.cutAfter = wire.octets + 1 + chance.below(2500);
        return;
      }
      case 5:
        return two.killAt(1 + chance.below(4), chance.below(2) === 0);
      case 6:
        two.refusal = two.refusal ? undefined : new GatewayRefused(401, 'expired');
        return;
      case 7: {
        const code = chance.pick(['UNAVAILABLE', 'OVERQUOTA', 'NOPERM', undefined]);
        const command = chance.pick(['APPEND', 'UID STORE', 'UID FETCH', 'STATUS', 'SELECT']);
        let after = chance.below(4);
        two.servers[side].faults.refuse = (said) => {
          if (said !== command || after-- !== 0) return undefined;
          return { status: 'NO', ...(code ? { code } : {}), text: 'not now' };
        };
        return;
      }
      case 8:
        return two.servers.other.account.rename(this.#place, (this.#place = `Work ${++this.#renamed}`));
      default:
        await two.desk.clock.pass(chance.below(20_000));
    }
  }

  /** All is well again; what failed is tried again by the person. */
  async heal(): Promise<void> {
    const { two } = this;
    two.refusal = undefined;
    for (const side of ['home', 'other'] as const) {
      two.wires[side].cutAfter = undefined;
      two.servers[side].faults.refuse = undefined;
    }
    if (two.isDead) await two.rise();
    two.killAt(Infinity, false);
    for (let tries = 0; tries < 60 && (await two.desk.actions()).length > 0; tries++) {
      for (const action of await two.desk.actions())
        if (action.kind === 'carry' && action.state.name === 'failed' && action.state.reason === 'gone') {
          // It was to be copied, failed, and was moved away meanwhile: that is said.
          for (const key of action.messages) this.#byKey.get(key)!.copies--;
          await two.desk.store.commit([{ kind: 'action-removed', id: action.id }]);
        } else if (action.state.name === 'failed')
          await two.desk.store.commit([
            { kind: 'action', action: { ...action, state: { name: 'waiting' } } },
          ]);
      two.desk.engine.wake('network');
      await two.desk.clock.pass(2000);
    }
  }

  get expected(): [string, string[]][] {
    return [...this.#wanted].map(([subject, { moved, copies }]) => [
      subject,
      [
        ...(moved ? [] : ['home INBOX']),
        ...Array.from({ length: copies + (moved ? 1 : 0) }, () => `other ${this.#place}`),
      ],
    ]);
  }

  async #arrive(count: number): Promise<void> {
    const inbox = this.two.servers.home.mailbox('INBOX');
    for (let i = 0; i < count; i++) {
      const subject = `letter ${this.#wanted.size}`;
      const messageId = this.#chance.below(3) === 0 ? '' : `Message-ID: <${this.#wanted.size}@x>\r\n`;
      // Those without a Message-ID are all of one size and date.
      inbox.add({ content: new TextEncoder().encode(`Subject: ${subject}\r\n${messageId}\r\nText.\r\n`) });
      this.#wanted.set(subject, { moved: false, copies: 0 });
    }
    await this.two.desk.clock.pass(1000);
  }

  async #carry(): Promise<void> {
    const here = new Set(await this.two.desk.subjects());
    const free = [...this.#wanted].filter(([subject, { moved }]) => here.has(subject) && !moved);
    const some = free.filter(() => this.#chance.below(2) === 0);
    if (some.length === 0) return;
    const remove = this.#chance.below(3) > 0;
    for (const [subject, wanted] of some) this.#byKey.set(await this.two.keyOf(subject), wanted);
    await this.two.carry(
      some.map(([subject]) => subject),
      { remove },
    );
    for (const [, wanted] of some) {
      if (remove) wanted.moved = true;
      else wanted.copies++;
    }
    await this.two.desk.clock.pass(this.#chance.below(1000));
    if (this.two.isDead) await this.two.rise();
  }
}

it(
  `${HISTORIES} histories end as they say`,
  async () => {
    const first = Number(process.env['SEED'] ?? 1);
    for (let seed = first; seed < first + (process.env['SEED'] ? 1 : HISTORIES); seed++) {
      const chance = new Chance(seed);
      const two = await TwoAccounts.open(chance.pick(servers), chance.pick(servers));
      // One that was always empty could not be known again under another name.
      two.servers.other.add('Work', 'there before');
      const story = new Story(two, chance);
      for (let i = 0; i < STEPS; i++) await story.step();
      await story.heal();
      const name = `SEED=${seed}`;
      expect(await two.desk.actions(), name).toEqual([]);
      expect(two.desk.bugs, name).toEqual([]);
      for (const [subject, places] of story.expected)
        expect(two.everywhere(subject), `${subject}, ${name}`).toEqual(places);
      await two.desk.stop();
    }
  },
  Math.max(120_000, HISTORIES * 2000),
);
