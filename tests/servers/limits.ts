import { describe, expect, it } from 'vitest';
import { append, create, getQuotaRoot, setAcl } from '@postern/protocol/imap';
import { may, QUOTA_SETTING, quotaOf, settingQuery } from '@postern/protocol/sync';
import type { Deed } from '@postern/protocol/sync';
import { appendElsewhere } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { MailPlace } from '../support/place.ts';
import { Visit } from './visit.ts';

const PATIENCE = 30_000;
const DEEDS: readonly Deed[] = ['seen', 'flag', 'remove', 'insert', 'create', 'end'];

/**
 * What a real server says of rights (RFC 4314) and of room (RFC 9208) is what the engine knows, and what it refuses is said in words,
 * with nothing done by halves.
 */
export function describeLimits(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
): void {
  describe(`rights and room on a real ${server}`, () => {
    if (missing) {
      it('are known', ({ skip }) => skip(missing));
      return;
    }
    const subject = 'of the team';
    const visit = new Visit(start, ({ users: [person], imap }) =>
      appendElsewhere(
        imap,
        person,
        'INBOX',
        letter({ from: person.address, to: person.address, subject: 'first' }),
      ),
    );

    it('how full the account is, as the server says it', async () => {
      const quota = await eventually(
        'the quota',
        async () => quotaOf(await visit.device.store.read(settingQuery<unknown>(QUOTA_SETTING))),
        PATIENCE,
      );
      const [said] = (await visit.elsewhere(getQuotaRoot('INBOX'))) as [
        readonly { readonly resources: readonly { readonly name: string; readonly limit: bigint }[] }[],
      ];
      const storage = said.flatMap(({ resources }) => resources).find(({ name }) => name === 'STORAGE');
      expect(quota.storage?.limit).toBe(Number(storage?.limit) * 1024);
      expect(quota.storage?.used).toBeLessThan(quota.storage?.limit ?? 0);
    });

    it('what may not be done in a mailbox is known, refused in words, and done once it is allowed', async () => {
      const { user, address } = visit.place.users[0];
      const archive = await visit.device.mailbox('archive');
      const { delimiter } = archive;
      const prefix = delimiter === null ? '' : archive.name.slice(0, archive.name.lastIndexOf(delimiter) + 1);
      const name = `${prefix}Team`;
      const message = new TextEncoder().encode(letter({ from: address, to: address, subject }));
      await visit.elsewhere(create(name), append(name, { message }), setAcl(name, user, 'lra'));
      await visit.device.stop();
      visit.device.start();
      await visit.device.mailbox(name);
      await visit.device.seesAll(name);
      const allowed = async (): Promise<readonly Deed[]> => {
        const mailbox = await visit.device.mailbox(name);
        return DEEDS.filter((deed) => may(mailbox, deed));
      };
      for (const deed of ['seen', 'flag', 'remove'] as const)
        await eventually(`${deed} is forbidden`, async () => !(await allowed()).includes(deed), PATIENCE);

      const { key, mailbox: from } = await visit.device.find(name, subject);
      await visit.device.act({ kind: 'move', from, to: archive.key, messages: [key] });
      const refused = await eventually(
        'the move is refused',
        async () => (await visit.device.actions()).find(({ state }) => state.name === 'failed'),
        PATIENCE,
      );
      expect(refused.state).toMatchObject({ reason: 'forbidden' });
      expect(await visit.device.subjects(name)).toEqual([subject]);
      expect(await visit.device.subjects('archive')).not.toContain(subject);

      await visit.elsewhere(setAcl(name, user, 'lrswipkxtea'));
      // Dovecot goes by the rights that a connection has read, for half a minute.
      await visit.device.stop();
      visit.device.start();
      await visit.device.store.commit([
        { kind: 'action', action: { ...refused, state: { name: 'waiting' } } },
      ]);
      await visit.device.settled();
      await visit.device.seesAll('archive');
      expect(await visit.device.subjects('archive')).toContain(subject);
      expect(await visit.device.subjects(name)).toEqual([]);
    });
  });
}
