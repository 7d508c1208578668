import { expect, it } from 'vitest';
import { expunge, select, uidStore } from '@postern/protocol/imap';
import type { Command } from '@postern/protocol/imap';
import { Device } from '../support/device.ts';
import { appendAllElsewhere, runElsewhere } from '../support/direct.ts';
import { eventually } from '../support/eventually.ts';
import type { CutAccount } from './cut-account.ts';
import { PLACES } from './cutting-proxy.ts';

/** Milliseconds between hints to the engine that the network is there again. */
const HINT = 100;

/** Catching up, by whatever way the server has (QRESYNC, CONDSTORE, plain), when the connection is cut in the midst of it. */
export function cutsOfCatchingUp(account: () => CutAccount): void {
  it.each(['SELECT', 'UID FETCH'])(
    'catches up as a device does that has never seen the mailbox (%s)',
    async (command) => {
      const { device, proxy, place } = account();
      const inbox = await device.mailbox('inbox');
      const letters = (round: string): string[] =>
        Array.from({ length: 12 }, (_, i) => `${command} ${round} ${i}`);
      const deliver = (round: string): Promise<void> =>
        appendAllElsewhere(
          place.imap,
          place.users[0],
          'INBOX',
          letters(round).map((subject) => account().text(subject)),
        );
      await deliver('first');
      await device.find('inbox', letters('first').at(-1)!);
      for (const where of PLACES) {
        await device.stop();
        const rows = await device.rows('inbox');
        const [gone, flagged, plain] = rows.slice(-3).map(({ uid }) => uid) as [number, number, number];
        await elsewhere(account(), [
          uidStore([[gone, gone]], { mode: 'add', flags: ['\\Deleted'] }),
          expunge(),
          uidStore([[flagged, flagged]], { mode: 'add', flags: ['\\Flagged'] }),
          uidStore([[plain, plain]], { mode: 'remove', flags: ['\\Flagged', '\\Seen'] }),
        ]);
        await deliver(where);
        proxy.cut = { command, nth: 0, where };
        device.start();
        device.wish({ mailbox: inbox.key });
        await eventually(`cut ${where}`, () => proxy.cut === undefined);
        const hints = setInterval(() => device.engine.wake('network'), HINT);
        try {
          await device.find('inbox', letters(where).at(-1)!);
          const fresh = await freshly(account());
          await eventually(`agrees, cut ${where}`, async () => (await shown(device)) === fresh);
        } finally {
          clearInterval(hints);
        }
        expect((await device.rows('inbox')).some(({ uid }) => uid === gone)).toBe(false);
      }
    },
    60_000,
  );
}

/** What another client of the person does in INBOX. */
async function elsewhere({ place }: CutAccount, commands: readonly Command<unknown>[]): Promise<void> {
  await runElsewhere(place.imap, place.users[0], select('INBOX'), ...commands);
}

async function freshly({ gateway, place }: CutAccount): Promise<string> {
  const other = await Device.open(gateway, place.users[0]);
  try {
    await other.seesAll('inbox');
    return await shown(other);
  } finally {
    await other.stop();
  }
}

/** \Recent is left out: it is for the one who comes first. */
async function shown(device: Device): Promise<string> {
  const rows = await device.rows('inbox');
  return JSON.stringify(
    rows
      .map(({ uid, flags }) => [uid, ...flags.filter((flag) => flag !== '\\Recent').toSorted()])
      .toSorted((a, b) => Number(a[0]) - Number(b[0])),
  );
}
