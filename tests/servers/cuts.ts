import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { login, select, Session, status, uidFetch } from '@postern/protocol/imap';
import type { Action } from '@postern/protocol/sync';
import { Device } from '../support/device.ts';
import { appendAllElsewhere, dial } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { openGateway, systemClock } from '../support/relay.ts';
import { PLACES, startCuttingProxy } from './cutting-proxy.ts';
import type { Cut, CuttingProxy } from './cutting-proxy.ts';

/** Changing commands that one action takes, at most, on any of the servers. */
const MOST_COMMANDS = 5;
const MOST_TRIES = 1 + MOST_COMMANDS * PLACES.length;
/** Milliseconds between hints to the engine that the network is there again. */
const HINT = 40;

/** What there is of a subject, e.g. `INBOX` or `Archive \Flagged`, one word for each copy. */
type Places = ReadonlyMap<string, readonly string[]>;

/**
 * Actions on a real server whose connection is cut in every command by which they change something: before it, in the midst of
 * it, before its answer is heard, and in the midst of that. Each happens all the same, and once.
 */
export function describeCuts(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
): void {
  describe(`actions whose connection is cut, on a real ${server}`, () => {
    if (missing) {
      it('happen once', ({ skip }) => skip(missing));
      return;
    }
    let place: MailPlace;
    let proxy: CuttingProxy;
    let gateway: Gateway;
    let device: Device;

    beforeAll(async () => {
      place = await start();
      proxy = await startCuttingProxy(Number(new URL(place.imap).port));
      gateway = await openGateway({ ...place, imap: `imap://127.0.0.1:${proxy.port}` });
      // Cyrus makes an account's mailboxes when it is first used.
      await place.deliver(place.users[0], 'INBOX', text('first'));
      device = await Device.open(gateway, place.users[0]);
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
      for (const role of ['archive', 'drafts', 'sent'] as const) await device.mailbox(role);
    }, 60_000);

    afterAll(async () => {
      await device?.stop();
      await gateway?.close();
      await proxy?.close();
      await place?.close();
    });

    const text = (subject: string): string =>
      letter({
        from: place.users[1].address,
        to: place.users[0].address,
        subject,
        messageId: `<${subject.replaceAll(' ', '-')}@postern.example>`,
      });

    const settled = (what: string): Promise<true> =>
      eventually(
        what,
        async () => {
          device.engine.wake('network');
          await new Promise((resolve) => setTimeout(resolve, HINT));
          const actions = await device.actions();
          const failed = actions.filter(({ state }) => state.name === 'failed' || state.name === 'uncertain');
          expect(failed, what).toEqual([]);
          return actions.length === 0;
        },
        20_000,
      );

    /** Does it once uncut, to learn which commands it takes; then as often as there are places to cut them. */
    const cutEverywhere = async (
      name: string,
      act: (subject: string) => Promise<unknown>,
    ): Promise<string[]> => {
      const subjects = [`${name} uncut`];
      proxy.commands.length = 0;
      await act(`${name} uncut`);
      await settled(`${name} uncut`);
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
        proxy.cut = cut;
        await act(subject);
        const what = `${subject}: ${cut.command} ${cut.nth} ${cut.where}`;
        await settled(what);
        expect(proxy.cut, `${what} was not cut`).toBeUndefined();
      }
      return subjects;
    };

    /** What the server has, told by a client of its own. */
    const look = async (...mailboxes: readonly string[]): Promise<Places> => {
      const places = new Map<string, string[]>();
      const names = new Map<string, string>();
      for (const role of mailboxes) names.set(role, (await device.mailbox(role)).wireName);
      let mailbox = '';
      const session = new Session(await dial(place.imap), {
        clock: systemClock,
        onNews: (news) => {
          if (news.type !== 'fetch' || !news.message.envelope) return;
          const { envelope, flags = [] } = news.message;
          const shown = flags.filter((flag) => flag === '\\Flagged' || flag === '\\Deleted');
          const subject = envelope.subject ?? '?';
          const there = [...(places.get(subject) ?? []), [mailbox, ...shown].join(' ')];
          places.set(subject, there);
        },
      });
      try {
        await session.ready;
        await session.run(login(place.users[0].user, place.users[0].password));
        for (const [role, wire] of names) {
          mailbox = role;
          const answer = await session.run(status({ wire }, ['MESSAGES']));
          if (!answer?.messages) continue;
          await session.run(select({ wire }, { readOnly: true }));
          await session.run(uidFetch([[1, 0xffff_ffff]], ['FLAGS', 'ENVELOPE']));
        }
      } finally {
        session.close();
      }
      return places;
    };

    const expectPlaces = (places: Places, subjects: readonly string[], expected: readonly string[]): void => {
      const found = Object.fromEntries(subjects.map((subject) => [subject, places.get(subject) ?? []]));
      expect(found).toEqual(Object.fromEntries(subjects.map((subject) => [subject, expected])));
    };

    /** Letters in the INBOX for all that `name` will be done to. */
    const deliver = async (name: string): Promise<void> => {
      const subjects = [`${name} uncut`, ...Array.from({ length: MOST_TRIES - 1 }, (_, i) => `${name} ${i}`)];
      await appendAllElsewhere(place.imap, place.users[0], 'INBOX', subjects.map(text));
      await device.find('inbox', subjects.at(-1) ?? '');
    };

    it('flags', async () => {
      await deliver('flag');
      const subjects = await cutEverywhere('flag', async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        await device.act({
          kind: 'flag',
          mailbox,
          messages: [key],
          add: ['\\Flagged'],
          remove: ['\\Answered'],
        });
      });
      expectPlaces(await look('inbox'), subjects, ['inbox \\Flagged']);
    }, 60_000);

    it('moves', async () => {
      await deliver('move');
      const { key: to } = await device.mailbox('archive');
      const subjects = await cutEverywhere('move', async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        await device.act({ kind: 'move', from: mailbox, to, messages: [key] });
      });
      expectPlaces(await look('inbox', 'archive'), subjects, ['archive']);
    }, 60_000);

    it('copies', async () => {
      await deliver('copy');
      const { key: to } = await device.mailbox('archive');
      const subjects = await cutEverywhere('copy', async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        const copy: Partial<Action> = {
          kind: 'copy',
          from: mailbox,
          to,
          messages: [key],
          copies: [await device.store.allocate(1)],
        };
        await device.act(copy as never);
      });
      expectPlaces(await look('inbox', 'archive'), subjects, ['inbox', 'archive']);
    }, 60_000);

    it('removes', async () => {
      await deliver('remove');
      const subjects = await cutEverywhere('remove', async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        await device.act({ kind: 'expunge', mailbox, messages: [key] });
      });
      expectPlaces(await look('inbox', 'archive'), subjects, []);
    }, 60_000);

    it('uploads', async () => {
      const { key: mailbox } = await device.mailbox('drafts');
      const subjects = await cutEverywhere('upload', (subject) =>
        device.act(
          {
            kind: 'upload',
            mailbox,
            messageId: `<${subject.replaceAll(' ', '-')}@postern.example>`,
            flags: ['\\Draft'],
            date: Date.UTC(2026, 8, 1),
          },
          new TextEncoder().encode(text(subject)),
        ),
      );
      expectPlaces(await look('drafts'), subjects, ['drafts']);
    }, 60_000);

    it('files what was sent', async ({ skip }) => {
      if (place.submission === undefined) skip('there is nothing to send by');
      const { key: sent } = await device.mailbox('sent');
      const subjects = await cutEverywhere('send', (subject) =>
        device.act(
          {
            kind: 'send',
            messageId: `<${subject.replaceAll(' ', '-')}@postern.example>`,
            subject,
            from: place.users[0].address,
            // To oneself: what arrives can be counted in the same account.
            recipients: [place.users[0].address],
            sent,
            answers: undefined,
            notBefore: 0,
            step: 'submit',
          },
          new TextEncoder().encode(text(subject)),
        ),
      );
      for (const subject of subjects) await device.find('inbox', subject);
      expectPlaces(await look('inbox', 'sent'), subjects, ['inbox', 'sent']);
    }, 60_000);
  });
}
