/** A folder that somebody shares with a person who may read it (RFC 4314). */
import type { Account } from '@postern/mailserver';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumMissing } from '../support/chromium.ts';
import { ada } from '../support/embedded.ts';
import { eventually } from '../support/eventually.ts';
import { letter } from '../support/place.ts';
import type { App } from './app.ts';
import { sitDown, standUp } from './sitting.ts';
import type { Sitting } from './sitting.ts';

const missing = chromiumMissing();
if (missing) console.log(`skipped: rights: ${missing}`);

describe.skipIf(missing)('a folder that may only be read', () => {
  let sitting: Sitting;
  let app: App;
  const account = (): Account => sitting.place.server.accounts[0]!;
  const folder = (name: string | RegExp): Locator =>
    app.page.getByRole('navigation', { name: 'Folders' }).getByRole('button', { name, exact: true });
  /** Beside the open message, and in rows. */
  const button = (name: string): Locator => {
    const here = { name, exact: true };
    return app.reader.getByRole('button', here).or(app.page.getByRole('grid').getByRole('button', here));
  };
  const items = async (): Promise<string[]> => app.page.getByRole('menuitem').allInnerTexts();
  const said = (text: string): Promise<void> => app.page.getByText(text).first().waitFor();
  const subjects = (name: string): number => account().find(name)!.messages.length;

  beforeAll(async () => {
    sitting = await sitDown({
      letters: 2,
      prepare: (there) => {
        const team = there.create('Team');
        for (const subject of ['Plan', 'Lamp'])
          team.add({
            content: new TextEncoder().encode(
              letter({ from: 'g@postern.example', to: ada.address, subject }),
            ),
          });
        team.acl.set(ada.user, 'lr');
      },
    });
    ({ app } = sitting);
    await folder(/^Team, .*read only$/).waitFor();
  }, 60_000);

  afterAll(() => standUp(sitting));

  it('is marked as such, and nothing is offered that is forbidden', async () => {
    await folder(/^Team, /).click();
    await app.open('Plan');
    await button('Reply').waitFor();
    await app.row('Lamp').hover();
    for (const name of ['Archive', 'Delete', 'Move to', 'Flag', 'Mark as read'])
      expect(await button(name).count(), name).toBe(0);
    await app.page.getByRole('main').getByRole('button', { name: 'More actions' }).click();
    expect((await items()).join()).toContain('Copy to');
    expect((await items()).join()).not.toMatch(/junk|unread|as read/i);
    await app.page.keyboard.press('Escape');
    await folder(/^Team, /).click({ button: 'right' });
    await app.page.getByRole('menuitem', { name: 'Keep on this device' }).waitFor();
    expect((await items()).filter((text) => /New folder|Import|Rename|Delete/.test(text))).toEqual([]);
    await app.page.getByRole('menuitem', { name: 'Keep on this device' }).click();
    await said('You may read this folder, and nothing else.');
    await app.screenshot('rights-keep');
    await app.page.keyboard.press('Escape');
    // Opening it could not mark it as read, and nothing waits or has failed for that.
    expect(await app.page.getByText('Outbox').count()).toBe(0);
    await app.screenshot('rights-reader');
  });

  it('says why not, where keys ask for it, and changes nothing', async () => {
    await app.page.getByRole('article').focus();
    for (const [key, words] of [
      ['e', 'You have no right to move or delete messages in Team.'],
      ['s', 'You have no right to flag messages in Team.'],
      ['#', 'You have no right to move or delete messages in Team.'],
      ['v', 'You have no right to move or delete messages in Team.'],
    ] as const) {
      await app.page.keyboard.press(key);
      await said(words);
    }
    await app.screenshot('rights-said');
    expect(subjects('Team')).toBe(2);
    expect(await app.row('Plan').count()).toBe(1);
  });

  it('says at once that a row stays, where a finger draws it aside', async () => {
    const touch = await app.page.context().newCDPSession(app.page);
    const box = await app.row('Lamp').first().boundingBox();
    const [x, y] = [(box?.x ?? 0) + 60, (box?.y ?? 0) + 36];
    const at = (type: string, by: number) =>
      touch.send('Input.dispatchTouchEvent', {
        type: type as 'touchMove',
        touchPoints: type === 'touchEnd' ? [] : [{ x: x + by, y }],
      });
    for (const [by, type] of [0, 40, 100, 200].map(
      (by, n) => [by, n === 0 ? 'touchStart' : 'touchMove'] as const,
    ))
      await at(type, by);
    const word = app.page.getByText('Cannot be moved');
    await word.waitFor();
    const colour = (of: Locator): Promise<string> =>
      of.evaluate((each) => getComputedStyle(each).backgroundColor);
    const neutral = await app.page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.background = 'var(--sunken)';
      const found = getComputedStyle(probe).backgroundColor;
      probe.remove();
      return found;
    });
    expect(await colour(word)).toBe(neutral);
    await app.screenshot('rights-swiped');
    await at('touchEnd', 0);
    await word.waitFor({ state: 'detached' });
    await said('You have no right to move or delete messages in Team.');
    expect(subjects('Team')).toBe(2);
  });

  it('is no target: not of a move, and not of a drop', async () => {
    await folder(/^Inbox/).click();
    await app.open('Letter 1');
    await app.page.keyboard.press('v');
    const chooser = app.page.getByRole('dialog');
    await chooser.getByRole('option', { name: 'Archive' }).waitFor();
    expect(await chooser.getByRole('option', { name: 'Team' }).count()).toBe(0);
    await app.page.keyboard.press('Escape');
    await app.row('Letter 1').dragTo(folder(/^Team, /));
    await eventually('still there', () => subjects('INBOX') === 2);
    expect(subjects('Team')).toBe(2);
  });

  it('is offered everything again once its rights are others', async () => {
    account().find('Team')!.acl.set(ada.user, 'lrswipkxtea');
    await app.page.reload();
    await folder(/^Team(, \d+ unread)?$/).waitFor();
    await folder(/^Team/).click();
    await app.open('Plan');
    await app.reader.getByRole('button', { name: 'Archive', exact: true }).click();
    await eventually('it went', () => subjects('Team') === 1);
    expect(app.complaints).toEqual([]);
  });
});
