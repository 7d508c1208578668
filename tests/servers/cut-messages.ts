import { it } from 'vitest';
import { expectPlaces } from './cut-account.ts';
import type { CutAccount } from './cut-account.ts';

/** What is done to messages that are on the server. */
export function cutsOfMessages(account: () => CutAccount): void {
  it('flags', async () => {
    const { device } = account();
    await account().deliver('flag');
    const subjects = await account().cutEverywhere('flag', {
      act: async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        const [add, remove] = [['\\Flagged'], ['\\Answered']];
        await device.act({ kind: 'flag', mailbox, messages: [key], add, remove });
      },
    });
    expectPlaces(await account().look('inbox'), subjects, ['inbox \\Flagged']);
  }, 60_000);

  it('moves', async () => {
    const { device } = account();
    await account().deliver('move');
    const { key: to } = await device.mailbox('archive');
    const subjects = await account().cutEverywhere('move', {
      act: async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        await device.act({ kind: 'move', from: mailbox, to, messages: [key] });
      },
    });
    expectPlaces(await account().look('inbox', 'archive'), subjects, ['archive']);
  }, 60_000);

  it('copies', async () => {
    const { device } = account();
    await account().deliver('copy');
    const { key: to } = await device.mailbox('archive');
    const subjects = await account().cutEverywhere('copy', {
      act: async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        const copies = [await device.store.allocate(1)];
        await device.act({ kind: 'copy', from: mailbox, to, messages: [key], copies } as never);
      },
    });
    expectPlaces(await account().look('inbox', 'archive'), subjects, ['inbox', 'archive']);
  }, 60_000);

  it('removes', async () => {
    const { device } = account();
    await account().deliver('remove');
    const subjects = await account().cutEverywhere('remove', {
      act: async (subject) => {
        const { mailbox, key } = await device.find('inbox', subject);
        await device.act({ kind: 'expunge', mailbox, messages: [key] });
      },
    });
    expectPlaces(await account().look('inbox', 'archive'), subjects, []);
  }, 60_000);
}
