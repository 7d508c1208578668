import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandError } from '@postern/protocol/error';
import {
  append,
  create,
  deleteMailbox,
  list,
  login,
  lsub,
  readReferrals,
  rename,
  rlist,
  rlsub,
  select,
  status,
  subscribe,
  uidCopy,
} from '@postern/protocol/imap';
import type { Command, Referral, ResponseCode } from '@postern/protocol/imap';
import { ada, startEmbedded } from '../support/embedded.ts';
import type { EmbeddedPlace } from '../support/embedded.ts';
import { letter } from '../support/place.ts';
import { Client } from './conformance/client.ts';

type ReferralCode = Extract<ResponseCode, { name: 'REFERRAL' }>;

const message = new TextEncoder().encode(
  letter({ from: ada.address, to: ada.address, subject: 'over there' }),
);

/** Two servers with one account each, that send their clients to each other. */
describe('referrals between two servers (RFC 2193, RFC 2221)', () => {
  let here: EmbeddedPlace;
  let there: EmbeddedPlace;
  const clients: Client[] = [];

  const open = async (target: string): Promise<Client> => {
    const client = await Client.open(target, ada);
    clients.push(client);
    return client;
  };
  const stranger = async (target: string): Promise<Client> => {
    const client = await Client.connect(target);
    clients.push(client);
    return client;
  };
  /** Where the server sends whoever runs this. */
  const referred = async (client: Client, command: Command<unknown>): Promise<readonly Referral[]> => {
    const error = await client.run(command).then(
      () => undefined,
      (refusal: unknown) => refusal,
    );
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ status: 'NO', code: { name: 'REFERRAL' } });
    return readReferrals((error as CommandError).code as ReferralCode);
  };
  const address = ({ host, port }: { readonly host: string; readonly port: number }): string =>
    `imap://${host}:${port}`;

  beforeEach(async () => {
    [here, there] = [await startEmbedded(), await startEmbedded()];
    here.server.referrals.mailboxes.set('Projects', [{ origin: there.imap, name: 'Work/Größe' }]);
    there.server.referrals.mailboxes.set('Private', [{ origin: here.imap }]);
    await (await open(there.imap)).run(create('Work/Größe'));
  });
  afterEach(async () => {
    for (const { session } of clients.splice(0)) session.close();
    await here.close();
    await there.close();
  });

  it('lead from a mailbox that is elsewhere to where it is', async () => {
    const client = await open(here.imap);
    for (const command of [
      select('Projects'),
      select('Projects', { readOnly: true }),
      status('Projects', ['MESSAGES']),
      append('Projects', { message }),
    ]) {
      const [referral, ...others] = await referred(client, command);
      expect(others).toEqual([]);
      expect(address(referral!)).toBe(there.imap);
      const beyond = await open(address(referral!));
      await beyond.run(append(referral!.mailbox!, { message }));
      expect((await beyond.run(select(referral!.mailbox!))).exists).toBeGreaterThan(0);
    }
    for (const command of [create('Projects/new'), deleteMailbox('Projects'), subscribe('Projects')])
      expect((await referred(client, command)).map(address)).toEqual([there.imap]);
    const pair = await referred(client, rename('Projects', 'Projects/old'));
    expect(pair.map(({ mailbox }) => mailbox)).toEqual(['Work/Größe', 'Work/Größe/old']);
    expect(pair.map(address)).toEqual([there.imap, there.imap]);
    // One that is here stays here, and the connection is none the worse.
    expect((await client.run(select('INBOX'))).exists).toBe(0);
  });

  it('lead back, and name the mailbox that a copy was for', async () => {
    await here.deliver(ada, 'INBOX', message);
    const client = await open(here.imap);
    await client.run(select('INBOX'));
    const [referral] = await referred(client, uidCopy(await client.uids(), 'Projects'));
    expect(referral?.mailbox).toBe('Work/Größe');
    const beyond = await open(address(referral!));
    const [back] = await referred(beyond, create('Private/diary'));
    expect(address(back!)).toBe(here.imap);
    expect(back?.mailbox).toBe('Private/diary');
  });

  it('are followed only by those who can: LIST and LSUB leave out what is elsewhere', async () => {
    const client = await open(here.imap);
    await client.run(subscribe('Projects')).catch(() => undefined);
    const names = async (command: Command<readonly { readonly name: string }[]>): Promise<string[]> =>
      (await client.run(command)).map(({ name }) => name);
    expect(await names(list('', '*'))).not.toContain('Projects');
    expect(await names(rlist('', '*'))).toContain('Projects');
    expect(await names(lsub('', '*'))).not.toContain('Projects');
    expect(await names(rlsub('', '*'))).toEqual(expect.arrayContaining(await names(lsub('', '*'))));
  });

  it('lead a person whose mail is elsewhere there', async () => {
    here.server.referrals.users.set(ada.user, { origin: there.imap, refuse: true });
    const [referral] = await referred(await stranger(here.imap), login(ada.user, ada.password));
    expect(address(referral!)).toBe(there.imap);
    expect((await (await open(address(referral!))).run(list('', 'INBOX'))).map(({ name }) => name)).toEqual([
      'INBOX',
    ]);
  });

  it('lead everybody on before anything is said', async () => {
    here.server.referrals.everybody = there.imap;
    const refused = await stranger(here.imap).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ command: 'greeting', code: { name: 'REFERRAL' } });
    const [referral] = readReferrals((refused as CommandError).code as ReferralCode);
    expect(address(referral!)).toBe(there.imap);
  });
});
