import { MemoryStore, actionsQuery, draftsQuery, outgoingQuery } from '@postern/protocol/sync';
import type { Draft, MailboxKey } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { attachmentsLimit, problemsIn, sendingOf } from './sending.ts';

const draft: Draft = {
  id: 'd1',
  changed: 1,
  to: 'Grace Okafor <grace@postern.example>, Jörg <joerg@xn--mnchen-3ya.example>',
  cc: '',
  bcc: 'hidden@postern.example',
  subject: 'Grüße\r\nBcc: everyone@evil.example',
  text: 'Hello.\n\nAda',
  inReplyTo: '<a@x>',
  references: ['<r@x>', '<a@x>'],
  answers: undefined,
  attachments: [
    { id: 'a1', name: 'tür.bin', type: 'application/octet-stream', bytes: new Uint8Array([0, 1, 255]) },
  ],
};
const sender = {
  address: { name: 'Ada', address: 'ada@postern.example' },
  sentMailbox: 3 as MailboxKey,
  now: 1_800_000_000_000,
  timeZoneOffset: 60,
  random: new Uint8Array(32).fill(7),
  hold: 8000,
};

describe('sending', () => {
  it('puts bytes and action into the outbox and takes the draft away, in one commit', async () => {
    const store = new MemoryStore();
    await store.commit([{ kind: 'draft', draft }]);
    const { action, changes } = await sendingOf(draft, sender);
    await store.commit(changes);
    expect(await store.read(draftsQuery())).toEqual([]);
    expect(await store.read(actionsQuery())).toEqual([action]);
    const kept = await store.read(outgoingQuery(action.id));
    const text = new TextDecoder().decode(kept?.bytes);
    expect(text).toContain(`Message-ID: ${action.messageId}`);
    expect(text).toContain('In-Reply-To: <a@x>');
    expect(text).toMatch(/^Bcc: hidden@postern\.example\r$/m);
    expect(text).not.toMatch(/^Bcc: everyone/m);
  });

  it('goes to everyone named, hidden or not, and waits until it cannot be taken back any more', async () => {
    const { action } = await sendingOf(draft, sender);
    expect(action.recipients).toEqual([
      'grace@postern.example',
      'joerg@xn--mnchen-3ya.example',
      'hidden@postern.example',
    ]);
    expect(action.from).toBe('ada@postern.example');
    expect(action.notBefore).toBeGreaterThan(sender.now + sender.hold);
    expect((await sendingOf(draft, { ...sender, hold: 0 })).action.notBefore).toBe(sender.now);
  });

  it('is kept from nobody, from what is no address, and from too much', () => {
    const fields = { to: '', cc: '', bcc: '', octets: 0 };
    expect(problemsIn(fields)).toEqual([{ kind: 'no-recipients' }]);
    expect(problemsIn({ ...fields, to: 'Grace, ada@postern.example' })).toEqual([
      { kind: 'address', field: 'to', text: 'Grace' },
    ]);
    expect(problemsIn({ ...fields, bcc: 'a@b.example' })).toEqual([]);
    expect(problemsIn({ ...fields, to: 'a@b.example', octets: attachmentsLimit + 1 })).toMatchObject([
      { kind: 'too-large' },
    ]);
  });

  it('is kept from half an address, which is the address of somebody else', () => {
    const fields = { to: '', cc: '', bcc: '', octets: 0 };
    for (const half of ['ada@exam ple.org', 'ada lovelace@example.org', 'Ada <ada@example.co'])
      expect(problemsIn({ ...fields, cc: `a@b.example, ${half}` })).toEqual([
        { kind: 'address', field: 'cc', text: half },
      ]);
  });
});
