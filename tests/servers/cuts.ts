import { afterAll, beforeAll, describe, it } from 'vitest';
import type { MailPlace } from '../support/place.ts';
import { CutAccount } from './cut-account.ts';
import { cutsOfMailboxes } from './cut-mailboxes.ts';
import { cutsOfMessages } from './cut-messages.ts';
import { cutsOfOwnMail } from './cut-own-mail.ts';
import { cutsOfCatchingUp } from './cut-catching-up.ts';

/**
 * Actions on a real server whose connection is cut in every command by which they change something: before it, in the midst of
 * it, before its answer is heard, and in the midst of that. Each happens all the same, and once.
 */
export function describeCuts(
  server: string,
  missing: string | undefined,
  start: () => Promise<MailPlace>,
): void {
  describe(`actions whose connection is cut, on a real ${server}`, () => {
    if (missing) {
      it('happen once', ({ skip }) => skip(missing));
      return;
    }
    let account: CutAccount;
    beforeAll(async () => {
      account = await CutAccount.open(await start());
    }, 60_000);
    afterAll(() => account?.close());

    for (const cases of [cutsOfMessages, cutsOfOwnMail, cutsOfMailboxes, cutsOfCatchingUp])
      cases(() => account);
  });
}
