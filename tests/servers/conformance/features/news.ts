import { expect } from 'vitest';
import {
  deleteMailbox,
  enable,
  expunge,
  noop,
  notifyNone,
  notifySet,
  select,
  subscribe,
  uidStore,
} from '@postern/protocol/imap';
import { fill } from '../bench.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

const ofMessages = ['MessageNew', 'MessageExpunge', 'FlagChange'] as const;

export const news: FeatureGroup = {
  title: 'News',
  features: [
    {
      name: 'IDLE',
      rfc: '2177',
      capability: ['IDLE'],
      async run(bench) {
        const { client, name, uids } = await bench.open([note('First'), note('Second')]);
        const other = await bench.second(name);
        const idling = client.session.idle();
        await fill(other, name, [note('Third')]);
        await client.heard('the third message', (each) => each.type === 'exists' && each.count === 3);
        await other.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Flagged'] }));
        await client.heard(
          'its flag',
          (each) =>
            each.type === 'fetch' &&
            each.message.uid === uids[0] &&
            each.message.flags?.includes('\\Flagged'),
        );
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await client.heard('that the second went', (each) => each.type === 'expunge' && each.uid === uids[1]);
        await idling.done();
        expect(await client.uids()).toHaveLength(2);
      },
    },
    {
      name: 'NOTIFY of the selected mailbox',
      rfc: '5465 §6.1',
      capability: ['NOTIFY'],
      async run(bench) {
        const { client, name, uids } = await bench.open([note('First'), note('Second')]);
        await client.run(notifySet([{ of: 'selected', events: ofMessages, newMessage: ['ENVELOPE'] }]));
        const other = await bench.second(name);
        // From here on this connection says nothing.
        await fill(other, name, [note('Third')]);
        const told = await client.heard(
          'the new message, with what was asked for of it',
          (each) => each.type === 'fetch' && each.message.envelope && each.message,
          3000,
        );
        expect(told.envelope?.subject).toBe('Third');
        expect(told.uid).toBe((await other.uids()).at(-1));
        await other.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Flagged'] }));
        await client.heard(
          'the flag',
          (each) =>
            each.type === 'fetch' &&
            each.message.uid === uids[0] &&
            each.message.flags?.includes('\\Flagged'),
        );
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await client.heard('that the second went', (each) => each.type === 'expunge' && each.uid === uids[1]);
      },
    },
    {
      name: 'NOTIFY while idling',
      rfc: '5465 §6.1',
      capability: ['NOTIFY'],
      async run(bench) {
        const { client, name } = await bench.open([note('First')]);
        await client.run(notifySet([{ of: 'selected', events: ofMessages, newMessage: ['ENVELOPE'] }]));
        const idling = client.session.idle();
        await fill(await bench.client(), name, [note('Second')]);
        await client.heard(
          'the new message, with what was asked for of it',
          (each) => each.type === 'fetch' && each.message.envelope?.subject === 'Second',
        );
        await idling.done();
      },
    },
    {
      name: 'NOTIFY of other mailboxes',
      rfc: '5465 §6.3',
      capability: ['NOTIFY'],
      async run(bench) {
        const { client, name } = await bench.open([note('First')]);
        const other = await bench.client();
        const watched = await bench.mailbox(other, 'watched');
        await client.run(
          notifySet([
            { of: 'selected', events: ofMessages },
            { of: { mailboxes: [watched] }, events: ['MessageNew', 'MessageExpunge'] },
          ]),
        );
        await fill(other, watched, [note('Elsewhere')]);
        await client.heard(
          'its status',
          (each) => each.type === 'status' && each.status.wireName === watched && each.status.messages === 1,
        );
        expect(client.session.selected?.name).toBe(name);
      },
    },
    {
      name: 'NOTIFY of names',
      rfc: '5465 §5.4',
      capability: ['NOTIFY'],
      async run(bench) {
        const client = await bench.client();
        await client.run(notifySet([{ of: 'personal', events: ['MailboxName', 'SubscriptionChange'] }]));
        const other = await bench.client();
        const name = await bench.mailbox(other, 'made');
        const listed = (want: string) =>
          client.heard(
            `${want} of ${name}`,
            (each) => each.type === 'list' && each.mailbox.name === name && each.mailbox,
          );
        await listed('a LIST');
        client.news.length = 0;
        await other.run(subscribe(name));
        expect((await listed('the subscription')).attributes).toContain('\\Subscribed');
        client.news.length = 0;
        await other.run(deleteMailbox(name));
        expect((await listed('the end')).attributes).toEqual(expect.arrayContaining(['\\NonExistent']));
      },
    },
    {
      name: 'NOTIFY NONE',
      rfc: '5465 §3.2',
      capability: ['NOTIFY'],
      async run(bench) {
        const { client, name } = await bench.open([note('First')]);
        await client.run(notifySet([{ of: 'selected', events: ofMessages }]));
        await client.run(notifyNone());
        client.news.length = 0;
        await fill(await bench.client(), name, [note('Second')]);
        await fill(await bench.client(), await bench.mailbox(await bench.client()), [note('Elsewhere')]);
        expect(client.news).toEqual([]);
        // What is selected is told of all the same when a command allows it, once it is selected again.
        expect((await client.run(select(name))).exists).toBe(2);
      },
    },
    {
      name: 'UIDONLY',
      rfc: '9586',
      capability: ['UIDONLY'],
      async run(bench) {
        const { name, uids } = await bench.open([note('First'), note('Second'), note('Third')]);
        const client = await bench.client();
        expect(await client.run(enable(['UIDONLY']))).toContain('UIDONLY');
        await client.run(select(name));
        const messages = await client.fetch(uids, 'ENVELOPE');
        expect(messages.map(({ uid, envelope }) => [uid, envelope?.subject])).toEqual([
          [uids[0], 'First'],
          [uids[1], 'Second'],
          [uids[2], 'Third'],
        ]);
        const other = await bench.second(name);
        await other.run(uidStore([uids[1]!], { mode: 'add', flags: ['\\Deleted'] }));
        await other.run(expunge());
        await client.run(noop());
        expect(client.news).toContainEqual({ type: 'vanished', uids: [[uids[1], uids[1]]], earlier: false });
      },
    },
  ],
};
