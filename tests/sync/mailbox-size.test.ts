/** How large a mailbox is, where its server says so (STATUS=SIZE, RFC 8438): asked when somebody wants to know. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, notes, openDesk, server } from './scripted-desk.ts';

afterEach(() => desk.stop());

async function asked(capabilities: string, answer = (tag: string) => `${tag} OK done\r\n`): Promise<unknown> {
  openDesk({
    messages: 2,
    names: ['INBOX', 'Archive'],
    capabilities: `IMAP4rev1 IDLE LITERAL+ UIDPLUS ${capabilities}`,
    script: ({ name, args, tag }) =>
      name === 'STATUS' && args.includes('(SIZE)')
        ? `* STATUS "Archive" (SIZE 44421)\r\n${answer(tag)}`
        : undefined,
  });
  await desk.look();
  const { key } = await desk.mailbox('Archive');
  expect(sizes()).toBe(0);
  desk.wish({ mailbox: key, size: key });
  await desk.clock.pass(5000);
  desk.wish({ mailbox: key, size: key, previews: [] });
  await desk.clock.pass(5000);
  return notes('size').map(({ mailbox, octets }) => (mailbox === key ? octets : -1));
}

const sizes = (): number => server.named('STATUS').filter(({ args }) => args.includes('(SIZE)')).length;

describe('the size of a mailbox', () => {
  it('is told once to who asks', async () => {
    expect(await asked('STATUS=SIZE')).toEqual([44_421]);
    expect(sizes()).toBe(1);
  });

  it('is told by a server of IMAP4rev2, which need not name it', async () => {
    expect(await asked('IMAP4rev2')).toEqual([44_421]);
  });

  it('is not asked of a server that does not know it', async () => {
    expect(await asked('MOVE')).toEqual([]);
    expect(sizes()).toBe(0);
  });

  it('is not told where the server refuses, which holds up nothing', async () => {
    expect(await asked('STATUS=SIZE', (tag) => `${tag} NO not now\r\n`)).toEqual([]);
    expect(sizes()).toBe(1);
  });
});
