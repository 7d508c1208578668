import type { Draft, MailboxKey, MessageKey, SendAction } from '@postern/protocol/sync';
import { sampleDraft } from '@postern/protocol/sync/store-conformance';
import { describe, expect, it } from 'vitest';
import { draftOf } from './draft-of.ts';
import { sendingOf } from './sending.ts';

const sender = {
  address: { name: 'Ada', address: 'ada@postern.example' },
  sentMailbox: 3 as MailboxKey,
  now: 1_800_000_000_000,
  timeZoneOffset: 60,
  random: new Uint8Array(32).fill(7),
  hold: 0,
};
const plain: Draft = {
  ...sampleDraft('d1'),
  to: 'Grace Okafor <grace@postern.example>',
  subject: 'Hello',
  text: 'Hello.',
};

async function back(draft: Draft): Promise<Draft> {
  const { action, changes } = await sendingOf(draft, sender);
  const outgoing = changes.find((change) => change.kind === 'outgoing');
  return draftOf(outgoing!.outgoing.bytes, action as SendAction, 5);
}

describe('what is taken back from the outbox', () => {
  it.each([
    ['as it was', {}],
    ['with everybody it goes to', { cc: 'Jörg <j@b.example>, c@d.example', bcc: 'hidden@e.example' }],
    ['in words beyond ASCII', { subject: 'Grüße 🎈', text: 'Zeile eins\n\n> Zitat ä\n --\nGrüße' }],
    ['with long lines', { text: `${'word '.repeat(60)}end\n\nnext` }],
    ['as an answer', { inReplyTo: '<a@x>', references: ['<r@x>', '<a@x>'] }],
    ['with what it answers', { answers: { key: 4 as MessageKey, flag: '$Forwarded' as const } }],
    [
      'with what it answers, known by its Message-ID',
      { original: { messageId: '<a@x>', flag: '\\Answered' as const } },
    ],
    ['as a version of a draft that is elsewhere, too', { line: '0123456789abcdef'.repeat(2) }],
    ['without a word', { text: '', subject: '' }],
  ])('is %s', async (_, more) => {
    const draft = { ...plain, ...more };
    const { id, changed, text, ...rest } = await back(draft);
    expect(rest).toMatchObject({
      ...Object.fromEntries(Object.entries(draft).filter(([key]) => key in rest && key !== 'attachments')),
    });
    expect(text.trimEnd()).toBe(draft.text.trimEnd());
    expect(changed).toBe(5);
    expect(id).not.toBe('');
  });

  it('has its files, octet for octet', async () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7) % 256);
    const text = new TextEncoder().encode('a file of text\r\n');
    const { attachments, text: said } = await back({
      ...plain,
      attachments: [
        { id: 'a', name: 'tür.bin', type: 'application/octet-stream', bytes },
        { id: 'b', name: 'notes.txt', type: 'text/plain', bytes: text },
      ],
    });
    expect(attachments.map(({ name, type, bytes: octets }) => [name, type, [...octets]])).toEqual([
      ['tür.bin', 'application/octet-stream', [...bytes]],
      ['notes.txt', 'text/plain', [...text]],
    ]);
    expect(said.trimEnd()).toBe('Hello.');
  });

  it('knows its files again by their ids, and where they came from', async () => {
    const source = { key: 9 as MessageKey, section: '2.1' };
    const attachments = ['first', 'second'].map((id, at) => ({
      id,
      name: 'same.bin',
      type: 'application/octet-stream',
      bytes: new Uint8Array(100).fill(at),
      ...(at === 1 ? { source } : {}),
    }));
    const first = await back({ ...plain, attachments });
    expect(first.attachments).toEqual(attachments);
    // One that was removed before it was sent must not lend its id to the other, which is on the server under its own.
    const again = await back({ ...first, attachments: first.attachments.slice(1) });
    expect(again.attachments).toEqual(attachments.slice(1));
  });

  it('knows the version that is on the server', async () => {
    const copy = { mailbox: 2 as MailboxKey, uidValidity: 7, uid: 9 } as NonNullable<Draft['copy']>;
    expect((await back({ ...plain, copy })).copy).toEqual(copy);
  });
});
