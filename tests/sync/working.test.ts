/** What a server says of a command that takes it long (INPROGRESS, RFC 9585), on its way to the row of the action. */
import { afterEach, describe, expect, it } from 'vitest';
import { desk, notes, open } from './scripted-desk.ts';

afterEach(() => desk.stop());

/** What was told of the action, in order, while the server copied. */
async function told(...codes: readonly string[]): Promise<readonly unknown[]> {
  open(
    3,
    ({ name, tag }) => {
      // The text that is told comes before the server does the usual thing.
      if (name !== 'UID COPY') return undefined;
      const progress = codes.map((code) => `* OK [INPROGRESS${code.replace('TAG', tag)}] Still at it\r\n`);
      return `${progress.join('')}${tag} OK [COPYUID 7 1 1] Copied\r\n`;
    },
    'INBOX',
    'Archive',
  );
  await desk.look();
  const [row] = await desk.rows();
  const { key } = await desk.mailbox('Archive');
  const id = await desk.act({ kind: 'move', messages: [row!.key], from: row!.mailbox, to: key });
  await desk.clock.pass(5000);
  const seen = notes('status').flatMap(({ status }) => (status.working ? [status.working] : []));
  expect(seen.every(({ action }) => action === id)).toBe(true);
  expect(desk.status.working).toBeUndefined();
  return seen.map(({ done, total }) => (total === undefined ? 'at it' : `${done}/${total}`));
}

describe('an action that takes the server long', () => {
  it('shows how far the server is', async () => {
    expect(await told(' ("TAG" 10 40)', ' ("TAG" 30 40)')).toEqual(['10/40', '30/40']);
  });

  it('shows that the server is at it, where that is all it says', async () => {
    expect(await told('')).toEqual(['at it']);
    await desk.stop();
    expect(await told(' ("TAG" NIL NIL)')).toEqual(['at it']);
  });

  it('is never more than done', async () => {
    expect(await told(' ("TAG" 50 40)')).toEqual(['40/40']);
  });

  it('shows nothing of another command', async () => {
    expect(await told(' ("elsewhere" 10 40)')).toEqual([]);
  });
});
