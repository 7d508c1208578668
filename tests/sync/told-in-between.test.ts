/**
 * What NOTIFY tells of mailboxes in the middle of an answer to LIST is taken for a part of it (RFC 5465 §5.4): it is known all the
 * same, whatever that LIST was for, and not only when all mailboxes are listed again, a quarter of an hour later.
 */
import { afterEach, expect, it } from 'vitest';
import { profiles } from '@postern/mailserver';
import { mailboxesQuery } from '@postern/protocol/sync';
import { deskBefore } from './desk-before.ts';
import type { Desk } from './desk.ts';
import type { ServerWithoutSockets } from './without-sockets.ts';

let desk: Desk;

afterEach(() => desk.stop());

const names = async (): Promise<string[]> =>
  (await desk.store.read(mailboxesQuery())).map(({ name }) => name);

const OTHERS: readonly (readonly [string, (server: ServerWithoutSockets) => void])[] = [
  ['made', ({ account }) => void account.create('Projects')],
  ['gone', ({ account }) => account.delete('Old')],
  ['renamed', ({ account }) => account.rename('Old', 'Projects')],
];

const expected = (what: string): readonly [there: boolean, old: boolean] => [
  what !== 'gone',
  what === 'made',
];

const LISTS: readonly (readonly [string, RegExp])[] = [
  ['their names', /LIST "" "\*" RETURN \(SPECIAL-USE/],
  ['those on other servers', /RLIST/],
  ['what is subscribed to', /RLSUB/],
  ['their counts', /LIST .*STATUS/],
  ['rights', /LIST .*MYRIGHTS/],
];

it.each(LISTS.flatMap(([of, list]) => OTHERS.map(([what, happens]) => [what, of, list, happens] as const)))(
  'a mailbox that is %s while LIST asks for %s',
  async (what, _of, list, happens) => {
    let happened = false;
    ({ desk } = deskBefore(profiles.full, (there) => {
      there.add('INBOX', 'at home');
      there.mailbox('Old');
      there.when(list, () => {
        happened = true;
        happens(there);
      });
    }));
    await desk.look();
    await desk.clock.pass(20_000);
    expect(happened).toBe(true);
    expect([(await names()).includes('Projects'), (await names()).includes('Old')]).toEqual(expected(what));
    expect(desk.bugs).toEqual([]);
  },
);

it.each(OTHERS)('a mailbox that is %s while LIST asks which is which by their ids', async (what, happens) => {
  const { desk: mine, server } = deskBefore(profiles.full, (there) => {
    there.add('INBOX', 'at home');
    for (const name of ['Old', 'Works']) there.mailbox(name);
  });
  desk = mine;
  await desk.look();
  await desk.clock.pass(20_000);
  let happened = false;
  server.when(/LIST .*MAILBOXID/, () => {
    happened = true;
    happens(server);
  });
  server.account.rename('Works', 'Finished works');
  await desk.clock.pass(30_000);
  expect(happened).toBe(true);
  expect(await names()).toContain('Finished works');
  expect([(await names()).includes('Projects'), (await names()).includes('Old')]).toEqual(expected(what));
});
