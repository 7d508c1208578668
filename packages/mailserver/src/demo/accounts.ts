import { Account } from '../account/account.ts';
import { converse } from './conversation.ts';
import { gardeners } from './gardeners.ts';
import { harbourWall } from './harbour-wall.ts';
import { foreignLetters } from './languages.ts';
import type { Letter } from './letter.ts';
import { DAY } from './letter.ts';
import { lighthouseLens } from './lighthouse-lens.ts';
import { lighthouse } from './lighthouse.ts';
import { newsletters } from './newsletters.ts';
import { notices } from './notices.ts';
import { oddities } from './oddities.ts';
import { people } from './people.ts';
import { seeded } from './random.ts';
import { townLastYear } from './town-last-year.ts';
import { town } from './town.ts';
import { travels } from './travels.ts';
import { videoLetter } from './video.ts';

/** Everything Ada has, oldest first. */
function adasLetters(now: number): Letter[] {
  const random = seeded(1871);
  const conversations = [
    ...lighthouseLens,
    ...lighthouse,
    ...harbourWall,
    ...townLastYear,
    ...town,
    ...travels,
  ];
  return [
    ...conversations.flatMap((conversation) => converse(conversation, now, random)),
    ...foreignLetters(now, random),
    ...gardeners(now, random),
    ...newsletters(now, random),
    ...notices(now, random),
    ...oddities(now, random),
    videoLetter(now),
  ].sort((a, b) => a.date - b.date);
}

/**
 * The accounts to try Postern with: `ada@postern.example`, secretary of a harbour trust, with some 400 messages over
 * 18 months, and `grace@postern.example`, its treasurer, who has her share of them. Password "postern" for both.
 * The same `now` (milliseconds since 1970) gives the same mail, octet by octet; the newest is minutes old.
 */
export function demoAccounts({ now }: { readonly now: number }): Account[] {
  const ada = new Account({ user: people.ada.address, password: 'postern', displayName: people.ada.name });
  const grace = new Account({
    user: people.grace.address,
    password: 'postern',
    displayName: people.grace.name,
  });
  for (const letter of adasLetters(now)) {
    file(ada, letter.mailbox, letter, letter.flags);
    if (letter.mailbox !== 'Drafts' && letter.parties.includes(grace.user)) {
      const sent = letter.parties[0] === grace.user;
      const read = sent || now - letter.date > 2 * DAY;
      file(grace, sent ? 'Sent' : 'INBOX', letter, read ? ['\\Seen'] : []);
    }
  }
  for (const account of [ada, grace]) {
    for (const mailbox of account.mailboxes.values()) mailbox.recentFrom = mailbox.uidNext;
  }
  return [ada, grace];
}

function file(account: Account, name: string, { content, date }: Letter, flags: readonly string[]): void {
  const mailbox = account.find(name) ?? account.create(name);
  account.subscriptions.add(mailbox.name);
  mailbox.add({ content, flags, internalDate: Math.floor(date / 1000) * 1000 });
}
