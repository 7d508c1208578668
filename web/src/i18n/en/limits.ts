import { lists, numbers } from './count.ts';

/** What a person may not do in a folder. */
export const rights = {
  readOnly: 'read only',
  /** Beside a row that is being swiped. */
  stays: 'Cannot be moved',
  /** Said instead of doing it. */
  no: {
    seen: (name: string) => `You have no right to mark what is read in ${name}.`,
    flag: (name: string) => `You have no right to flag messages in ${name}.`,
    remove: (name: string) => `You have no right to move or delete messages in ${name}.`,
    insert: (name: string) => `You have no right to put messages into ${name}.`,
    create: (name: string) => `You have no right to make folders in ${name}.`,
    end: (name: string) => `You have no right to rename or delete ${name}.`,
  },
  kinds: {
    seen: 'mark as read',
    flag: 'flag',
    remove: 'move or delete messages',
    insert: 'put messages in',
    create: 'make folders in it',
    end: 'rename or delete it',
  },
  may: (deeds: readonly string[]) =>
    deeds.length === 0
      ? 'You may read this folder, and nothing else.'
      : `You may read this folder, ${lists.format(deeds)}. Nothing else.`,
};

const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });

/** Room on the mail server. */
export const quota = {
  title: 'On the mail server',
  storage: (used: string, limit: string) => `${used} of ${limit} used on the server.`,
  messages: (used: number, limit: number) =>
    `${numbers.format(used)} of ${numbers.format(limit)} messages on the server.`,
  asOf: (time: string) => `As of ${time}.`,
  line: 'Mail server',
  // What is not full is never said to be 100%.
  used: (share: number) => `${percent.format(Math.floor(share * 100) / 100)} full`,
  full: 'full',
  why: 'Your mail server has no room left. New mail to you may be turned away. Delete mail that you do not need, then empty the Trash.',
  tight: 'Your mail server has little room left. Delete mail that you do not need, then empty the Trash.',
  banner: 'Your mail server is full. New mail to you may be turned away.',
  show: 'See storage',
};
