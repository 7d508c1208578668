/**
 * Servers that carry out what they were asked for seconds after its connection was lost: whoever looks at once, finds nothing, and does it
 * again has it twice.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, open, openDesk, server, subjects, upload } from './scripted-desk.ts';

afterEach(() => desk.stop());

/** The first such command is lost with its connection, and done so many milliseconds afterwards. */
function doneLate(named: string, after: number, doing: () => void): void {
  let lost = false;
  server.script = ({ name }) => {
    if (lost || name !== named) return undefined;
    lost = true;
    void desk.clock.sleep(after, new AbortController().signal).then(doing);
    return 'drop';
  };
}

describe.each([500, 3000, 9000])('what the server does %i ms after its connection was lost', (after) => {
  it('is not uploaded again', async () => {
    open(0, undefined, 'INBOX', 'Archive');
    const { key } = await desk.look('Archive');
    doneLate('APPEND', after, () => server.add('Archive', 'late', { messageId: '<late@postern.example>' }));
    await upload(key, 'late');
    await desk.clock.pass(60_000);
    expect(server.named('APPEND')).toHaveLength(1);
    expect(await desk.actions()).toEqual([]);
    expect(subjects('Archive')).toEqual(['late']);
  });

  it('is not moved again, without MOVE', async () => {
    openDesk({ names: ['INBOX', 'Archive'], messages: 2, capabilities: 'IMAP4rev1 IDLE LITERAL+ UIDPLUS' });
    const { key: to } = await desk.look('Archive');
    const { key: from } = await desk.look();
    const [{ key } = { key: 0 }] = await desk.rows();
    doneLate('UID COPY', after, () => {
      const { subject, messageId, text } = server.mailboxes.get('INBOX')!.messages[0]!;
      server.add('Archive', subject, { messageId, text });
    });
    await desk.act({ kind: 'move', from, to, messages: [key] });
    await desk.clock.pass(60_000);
    expect(server.named('UID COPY')).toHaveLength(1);
    expect(await desk.actions()).toEqual([]);
    expect([subjects('INBOX'), subjects('Archive')]).toEqual([['letter 2'], ['letter 1']]);
  });

  it('is undone by nothing that is wanted meanwhile', async () => {
    open(1);
    const { key: mailbox } = await desk.look();
    const [{ key } = { key: 0 }] = await desk.rows();
    const wanted = { kind: 'flag', mailbox, messages: [key] };
    const flags = (): readonly string[] => [...server.mailboxes.get('INBOX')!.messages[0]!.flags];
    doneLate('UID STORE', after, () => {
      server.mailboxes.get('INBOX')!.messages[0]!.flags = ['\\Flagged'];
    });
    await desk.act({ ...wanted, add: ['\\Flagged'], remove: [] });
    await desk.act({ ...wanted, add: [], remove: ['\\Flagged'] });
    await desk.clock.pass(60_000);
    expect(flags()).toEqual([]);
    expect(await desk.actions()).toEqual([]);
  });
});

it('what was lost before it was asked for is asked for at once', async () => {
  open(0, undefined, 'INBOX', 'Archive');
  const { key } = await desk.look('Archive');
  let lost = false;
  server.script = ({ name }) => {
    if (lost || name !== 'STATUS') return undefined;
    lost = true;
    return 'drop';
  };
  await upload(key, 'soon');
  await desk.clock.pass(5000);
  expect(lost).toBe(true);
  expect(subjects('Archive')).toEqual(['soon']);
});
