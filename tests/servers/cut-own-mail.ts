import { expect, it } from 'vitest';
import { draftsQuery } from '@postern/protocol/sync';
import type { Draft, ImportFile } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { expectPlaces, messageIdOf } from './cut-account.ts';
import type { CutAccount } from './cut-account.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is written or brought here, and put on the server. */
export function cutsOfOwnMail(account: () => CutAccount): void {
  it('uploads', async () => {
    const { device } = account();
    const { key: mailbox } = await device.mailbox('drafts');
    const subjects = await account().cutEverywhere('upload', {
      act: (subject) => {
        const messageId = messageIdOf(subject);
        const date = Date.UTC(2026, 8, 1);
        const bytes = encode(account().text(subject));
        return device.act({ kind: 'upload', mailbox, messageId, flags: ['\\Draft'], date }, bytes);
      },
    });
    expectPlaces(await account().look('drafts'), subjects, ['drafts']);
  }, 60_000);

  it('saves drafts, each version in place of the one before', async () => {
    const { device } = account();
    let version = Date.UTC(2026, 8, 1);
    const save = async (id: string, subject: string, editing: boolean): Promise<void> => {
      const draft: Draft = {
        ...sampleDraft(id, ++version),
        to: 'grace@postern.example',
        subject,
        text: `Words of ${subject}`,
        editing,
      };
      await device.store.commit([{ kind: 'draft', draft }]);
      const { key: mailbox } = await device.mailbox('drafts');
      const from = { name: 'Ada', address: 'ada@postern.example' };
      await device.act({ kind: 'save-draft', draft: id, mailbox, from, timeZoneOffset: 0 } as never);
    };
    const subjects = await account().cutEverywhere('draft', {
      prepare: (subject) => save(subject, `${subject} before`, true),
      act: (subject) => save(subject, subject, false),
    });
    const places = await account().look('drafts');
    expectPlaces(places, subjects, ['drafts']);
    expectPlaces(
      places,
      subjects.map((subject) => `${subject} before`),
      [],
    );
    expect(await device.store.read(draftsQuery())).toEqual([]);
  }, 60_000);

  it('brings messages from files', async () => {
    const { device } = account();
    const { key: mailbox } = await device.mailbox('archive');
    let brought = 0;
    const files = (subject: string): string[] => ['a', 'b', 'c'].map((each) => `${subject} ${each}`);
    const subjects = await account().cutEverywhere('file', {
      act: async (subject) => {
        const base = `import-${++brought}`;
        const imported: ImportFile[] = [];
        for (const name of files(subject)) {
          const bytes = encode(account().text(name));
          const outgoing = `${base}/${name}`;
          imported.push({
            name: `${name}.eml`,
            outgoing,
            octets: bytes.length,
            messageId: messageIdOf(name),
            date: Date.UTC(2026, 8, 1),
            state: 'waiting',
          });
          await device.store.commit([{ kind: 'outgoing', outgoing: { id: outgoing, bytes } }]);
        }
        await device.act({ kind: 'import', mailbox, files: imported } as never);
      },
    });
    expectPlaces(await account().look('archive'), subjects.flatMap(files), ['archive']);
  }, 60_000);

  it('files what was sent', async ({ skip }) => {
    const { device, place } = account();
    if (place.submission === undefined) skip('there is nothing to send by');
    const { key: sent } = await device.mailbox('sent');
    const subjects = await account().cutEverywhere('send', {
      act: (subject) =>
        device.act(
          {
            kind: 'send',
            messageId: messageIdOf(subject),
            subject,
            from: place.users[0].address,
            // To oneself: what arrives can be counted in the same account.
            recipients: [place.users[0].address],
            sent,
            answers: undefined,
            notBefore: 0,
            step: 'submit',
          },
          encode(account().text(subject)),
        ),
    });
    for (const subject of subjects) await device.find('inbox', subject);
    expectPlaces(await account().look('inbox', 'sent'), subjects, ['inbox', 'sent']);
  }, 60_000);
}
