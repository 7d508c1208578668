import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Gateway } from '@postern/gateway';
import { type Account, profiles } from '@postern/mailserver';
import { Device } from '../support/device.ts';
import { ada, grace, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import { openGateway } from '../support/relay.ts';

/** Cuts per action: spread over all octets that the action takes on the wire, both ways together. */
const CUTS = 16;

function subjectsOf(account: Account | undefined, mailbox: string): string[] {
  return (account?.get(mailbox).messages ?? [])
    .filter((message) => !message.expunged)
    .map(({ content }) => {
      const text = new TextDecoder().decode(content.read(0, content.size));
      return /^Subject: (.*)$/m.exec(text)?.[1]?.trim() ?? '?';
    });
}

describe.each([profiles.full, profiles.rev1, profiles.courier])(
  'an action whose connection is cut, against profile $name',
  (profile) => {
    let place: EmbeddedPlace;
    let gateway: Gateway;
    let device: Device;
    const account = (): Account | undefined => place.server.accounts[0];

    beforeAll(async () => {
      place = await startEmbedded({ profile });
      gateway = await openGateway(place);
      device = await Device.open(gateway, ada);
      device.wish({ mailbox: (await device.mailbox('inbox')).key });
      await device.mailbox('archive');
    });

    afterAll(async () => {
      await device?.stop();
      await gateway?.close();
      await place?.close();
    });

    const arrive = async (subject: string) => {
      await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject }));
      // The cut may come before the message does; how long the engine then waits is not what is tried here.
      const awake = setInterval(() => device.engine.wake('network'), 250);
      device.engine.wake('network');
      try {
        return await device.find('inbox', subject);
      } finally {
        clearInterval(awake);
      }
    };

    /** Runs `act` once uncut to learn how many octets it takes, then cut at points spread over them. */
    const cutEverywhere = async (name: string, act: (subject: string) => Promise<void>): Promise<void> => {
      const before = device.wire.down + device.wire.up;
      await act(`${name} uncut`);
      const octets = device.wire.down + device.wire.up - before;
      for (let i = 1; i <= CUTS; i++) {
        device.wire.cutAfter = Math.ceil((octets * i) / CUTS);
        await act(`${name} cut ${i}`);
        device.wire.cutAfter = undefined;
      }
    };

    const settled = async (): Promise<void> => {
      const started = Date.now();
      await eventually(
        'settled',
        async () => {
          if (Date.now() - started > 50) device.engine.wake('network');
          const actions = await device.actions();
          expect(actions.filter(({ state }) => state.name === 'failed')).toEqual([]);
          return actions.length === 0;
        },
        20_000,
      );
    };

    it('a move happens once: never lost, never doubled', async () => {
      const archive = (await device.mailbox('archive')).key;
      await cutEverywhere('move', async (subject) => {
        const row = await arrive(subject);
        await device.act({ kind: 'move', from: row.mailbox, to: archive, messages: [row.key] });
        await settled();
        const everywhere = [...subjectsOf(account(), 'INBOX'), ...subjectsOf(account(), 'Archive')];
        expect(
          everywhere.filter((s) => s === subject),
          subject,
        ).toEqual([subject]);
        expect(subjectsOf(account(), 'INBOX')).not.toContain(subject);
        await device.find('archive', subject);
      });
      const wanted = 1 + CUTS;
      device.wish({ mailbox: archive });
      device.engine.wake('network');
      await device.caughtUp('archive', wanted);
      expect(new Set(await device.subjects('archive')).size).toBe(wanted);
    }, 120_000);

    it('an upload arrives once', async () => {
      const drafts = (await device.mailbox('drafts')).key;
      await cutEverywhere('upload', async (subject) => {
        const messageId = `<${subject.replaceAll(' ', '-')}@postern.example>`;
        const bytes = new TextEncoder().encode(
          letter({ from: ada.address, to: grace.address, subject, messageId }),
        );
        await device.act(
          { kind: 'upload', mailbox: drafts, messageId, flags: ['\\Draft'], date: Date.now() },
          bytes,
        );
        await settled();
        expect(subjectsOf(account(), 'Drafts').filter((s) => s === subject)).toEqual([subject]);
      });
    }, 120_000);

    it('a sent message is received once and filed once, or the person is asked', async () => {
      const sent = (await device.mailbox('sent')).key;
      let asked = 0;
      await cutEverywhere('send', async (subject) => {
        const messageId = `<${subject.replaceAll(' ', '-')}@postern.example>`;
        const bytes = new TextEncoder().encode(
          letter({ from: ada.address, to: grace.address, subject, messageId }),
        );
        const id = await device.act(
          {
            kind: 'send',
            messageId,
            subject,
            from: ada.address,
            recipients: [grace.address],
            sent,
            answers: undefined,
            notBefore: 0,
            step: 'submit',
          },
          bytes,
        );
        const state = await eventually(
          'sent or asked',
          async () => {
            device.engine.wake('network');
            const action = (await device.actions()).find((a) => a.id === id);
            return !action ? 'sent' : action.state.name === 'uncertain' ? 'asked' : undefined;
          },
          20_000,
        );
        const received = subjectsOf(place.server.accounts[1], 'INBOX').filter((s) => s === subject);
        const filed = subjectsOf(account(), 'Sent').filter((s) => s === subject);
        if (state === 'sent') {
          expect([received, filed], subject).toEqual([[subject], [subject]]);
        } else {
          asked++;
          expect(received.length, subject).toBeLessThanOrEqual(1);
          expect(filed).toEqual([]);
          await device.store.commit([{ kind: 'action-removed', id }]);
        }
      });
      // Only a cut between the last octet of the message and the server's receipt leaves doubt.
      expect(asked).toBeLessThan(CUTS / 2);
    }, 120_000);
  },
);

it('a move of many messages is cut into commands that any server takes, and none is left behind', async () => {
  const place = await startEmbedded();
  const gateway = await openGateway(place);
  const device = await Device.open(gateway, ada);
  try {
    const inbox = place.server.accounts[0]?.get('INBOX');
    for (let i = 1; i <= 1200; i++) {
      await place.deliver(ada, 'INBOX', letter({ from: grace.address, to: ada.address, subject: `n ${i}` }));
      // Gaps, so that no range makes the sets short.
      if (inbox) inbox.uidNext += 7;
    }
    device.wish({ mailbox: (await device.mailbox('inbox')).key });
    await device.caughtUp('inbox', 1200);
    const rows = await device.rows('inbox');
    const archive = await device.mailbox('archive');
    const from = rows[0]?.mailbox ?? archive.key;
    await device.act({ kind: 'move', from, to: archive.key, messages: rows.map(({ key }) => key) });
    await device.settled();
    expect(inbox?.messages).toHaveLength(0);
    expect(place.server.accounts[0]?.get('Archive').messages).toHaveLength(1200);
    await device.caughtUp('archive', 1200);
    expect((await device.rows('archive')).map(({ key }) => key).toSorted((a, b) => a - b)).toEqual(
      rows.map(({ key }) => key).toSorted((a, b) => a - b),
    );
  } finally {
    await device.stop();
    await gateway.close();
    await place.close();
  }
}, 60_000);
