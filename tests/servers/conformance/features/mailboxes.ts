import { expect } from 'vitest';
import {
  close,
  create,
  deleteMailbox,
  list,
  lsub,
  rename,
  select,
  status,
  subscribe,
  uidStore,
  unselect,
  unsubscribe,
} from '@postern/protocol/imap';
import type { Bench } from '../bench.ts';
import { fill } from '../bench.ts';
import type { Client } from '../client.ts';
import type { FeatureGroup } from '../feature.ts';
import { note } from '../letters.ts';

/** What a connection of its own sees, so that nothing is only remembered by the one that did it. */
async function seen(bench: Bench, pattern: string): Promise<string[]> {
  const listed = await (await bench.client()).run(list('', pattern));
  return listed
    .filter(({ attributes }) => !attributes.includes('\\NonExistent'))
    .map(({ name }) => name)
    .toSorted();
}

async function subscribed(client: Client, name: string): Promise<string[]> {
  return (await client.run(lsub('', name))).map((each) => each.name);
}

/** A name comes back from LIST as it went to CREATE, and leads to its mailbox. */
async function keepsNames(bench: Bench, stems: readonly string[]): Promise<void> {
  const client = await bench.client();
  for (const stem of stems) {
    const name = await bench.mailbox(client, stem);
    expect(await seen(bench, name)).toEqual([name]);
    expect((await client.run(select(name))).exists).toBe(0);
  }
}

export const mailboxes: FeatureGroup = {
  title: 'Mailboxes',
  features: [
    {
      name: 'LIST',
      rfc: '3501 §6.3.8',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'one');
        const below = `${name}${bench.delimiter}two`;
        await client.run(create(below));
        expect(await seen(bench, `${name}*`)).toEqual([name, below]);
        expect(await seen(bench, `${name}%`)).toEqual([name]);
        expect(await seen(bench, 'INBOX')).toEqual(['INBOX']);
        expect(await seen(bench, `${name}-not-there`)).toEqual([]);
      },
    },
    {
      name: 'INBOX in any case',
      rfc: '3501 §5.1',
      async run(bench) {
        const [one, other] = [await bench.client(), await bench.client()];
        const selected = await one.run(select('inbox'));
        expect(await other.run(select('INBOX'))).toMatchObject({ uidValidity: selected.uidValidity });
      },
    },
    {
      name: 'CREATE and DELETE',
      rfc: '3501 §6.3.3',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        expect(await seen(bench, name)).toEqual([name]);
        await expect(client.run(create(name))).rejects.toMatchObject({ status: 'NO' });
        await client.run(deleteMailbox(name));
        expect(await seen(bench, name)).toEqual([]);
        await expect(client.run(deleteMailbox(name))).rejects.toMatchObject({ status: 'NO' });
      },
    },
    {
      name: 'RENAME',
      rfc: '3501 §6.3.5',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client, 'old');
        const below = `${name}${bench.delimiter}child`;
        await client.run(create(below));
        await fill(client, name, [note('Comes along')]);
        const to = bench.name('new');
        await client.run(rename(name, to));
        expect(await seen(bench, `${to}*`)).toEqual([to, `${to}${bench.delimiter}child`]);
        expect(await seen(bench, `${name}*`)).toEqual([]);
        expect((await client.run(select(to))).exists).toBe(1);
      },
    },
    {
      name: 'names in any script',
      rfc: '3501 §5.1.3',
      run: (bench) => keepsNames(bench, ['Entwürfe & Söhne', '台北日本語', 'почта', 'تذكرة']),
    },
    {
      name: 'names beyond the basic plane',
      rfc: '3501 §5.1.3',
      run: (bench) => keepsNames(bench, ['post 📮 box', '𝄞']),
    },
    {
      name: 'names with quotes and backslashes',
      rfc: '3501 §4.3',
      run: (bench) => keepsNames(bench, ['so "called"', 'back\\slash', 'curly {3}']),
    },
    {
      name: 'SUBSCRIBE and LSUB',
      rfc: '3501 §6.3.6',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        await client.run(unsubscribe(name));
        expect(await subscribed(await bench.client(), name)).toEqual([]);
        await client.run(subscribe(name));
        expect(await subscribed(await bench.client(), name)).toEqual([name]);
        await client.run(unsubscribe(name));
        expect(await subscribed(await bench.client(), name)).toEqual([]);
      },
    },
    {
      name: 'STATUS',
      rfc: '3501 §6.3.10',
      async run(bench) {
        const { uids, selected, name } = await bench.open([
          { message: note('Read'), flags: ['\\Seen'] },
          note('New'),
        ]);
        const client = await bench.client();
        const answer = await client.run(
          status(name, ['MESSAGES', 'UNSEEN', 'UIDNEXT', 'UIDVALIDITY', 'RECENT']),
        );
        expect(answer).toMatchObject({ messages: 2, unseen: 1, uidValidity: selected.uidValidity });
        expect(answer?.uidNext).toBeGreaterThan(uids.at(-1) ?? 0);
        await expect(client.run(status(`${name}-not-there`, ['MESSAGES']))).rejects.toMatchObject({
          status: 'NO',
        });
      },
    },
    {
      name: 'STATUS=SIZE',
      rfc: '8438',
      capability: ['STATUS=SIZE'],
      async run(bench) {
        const [first, second] = [note('One'), note('Two', {}, 'longer by some')];
        const { name } = await bench.open([first, second]);
        const answer = await (await bench.client()).run(status(name, ['SIZE']));
        expect(answer?.size).toBe(first.length + second.length);
      },
    },
    {
      name: 'SELECT',
      rfc: '3501 §6.3.1',
      async run(bench) {
        const { client, selected, uids } = await bench.open([note('One'), note('Two')]);
        expect(selected).toMatchObject({ exists: 2, readOnly: false });
        expect(selected.uidValidity).toBeGreaterThan(0);
        // A server may leave it out.
        expect(selected.uidNext ?? Infinity).toBeGreaterThan(uids[1] ?? 0);
        expect(selected.flags).toEqual(
          expect.arrayContaining(['\\Seen', '\\Flagged', '\\Deleted', '\\Answered']),
        );
        expect(selected.permanentFlags).toEqual(expect.arrayContaining(['\\Seen', '\\Deleted']));
        await expect(client.run(select(bench.name('not-there')))).rejects.toMatchObject({ status: 'NO' });
        // A SELECT that failed leaves nothing selected.
        expect(client.session.selected).toBeUndefined();
      },
    },
    {
      name: 'EXAMINE',
      rfc: '3501 §6.3.2',
      async run(bench) {
        const { client, selected, uids } = await bench.open([note('Only looked at')], { readOnly: true });
        expect(selected).toMatchObject({ exists: 1, readOnly: true });
        await client.run(uidStore([uids[0]], { mode: 'add', flags: ['\\Flagged'] })).catch(() => undefined);
        const other = await bench.second(client.session.selected?.name ?? '');
        expect(await other.flags(uids[0])).toEqual([]);
      },
    },
    {
      name: 'CLOSE',
      rfc: '3501 §6.4.2',
      async run(bench) {
        const { client, name, uids } = await bench.open([
          note('Stays'),
          { message: note('Goes'), flags: ['\\Deleted'] },
        ]);
        await client.run(close());
        expect(client.session.state).toBe('authenticated');
        expect(await (await bench.second(name)).uids()).toEqual([uids[0]]);
      },
    },
    {
      name: 'UNSELECT',
      rfc: '3691',
      capability: ['UNSELECT'],
      async run(bench) {
        const { client, name, uids } = await bench.open([{ message: note('Stays'), flags: ['\\Deleted'] }]);
        await client.run(unselect());
        expect(client.session.state).toBe('authenticated');
        expect(await (await bench.second(name)).uids()).toEqual([...uids]);
      },
    },
  ],
};
