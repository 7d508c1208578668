import { numbers } from './count.ts';

export const keep = {
  menu: 'Keep on this device',
  title: (name: string) => `Keep ${name} on this device`,
  modes: { online: 'Nothing', disconnected: 'Recent mail', offline: 'Everything' },
  hints: {
    online:
      'Only what you look at, and only as long as you do. Without a network nothing of this folder can be read.',
    list: 'Only the list. Messages are fetched when you open them, and need a network.',
    disconnected: (days: string, size: string) =>
      `Messages of the last ${days}. Of those over ${size} the text without attachments.`,
    passing: 'Messages that you open. The others are on their way out, and are not fetched before.',
    offline: 'All messages with their attachments, to be read without a network.',
  },
  cost: (size: string) => `about ${size}`,
  now: (size: string) => `${size} of it is here now.`,
  nothing: 'Nothing of it is here yet.',
  away: [
    'Nothing of this folder is on this device',
    'It is kept on your mail server only, as you chose, and can be read when there is a network.',
  ] as const,
  change: 'Change what is kept',
  save: 'Save',
  here: 'On this device',
  kinds: { lists: 'Lists', texts: 'Texts', attachments: 'Attachments' },
  meter: (size: string) => `${size} of mail is on this device.`,
  quota: (size: string) => `The browser allows up to ${size}.`,
  recent: 'Recent mail is from the last',
  upTo: 'With attachments up to',
  upToHint: 'Of larger messages the text is kept. Attachments are fetched when you open them.',
  knowAgain: 'Recognise messages that were moved',
  knowAgainHint:
    'Some mail servers do not say where a moved message went. It is known again by its Message-ID and size; without this it is fetched again.',
  days: (n: number) =>
    n % 365 === 0 ? (n === 365 ? 'year' : `${numbers.format(n / 365)} years`) : `${numbers.format(n)} days`,
  byFolder: 'What is kept of each folder',
  short:
    'This device ran out of room, so old mail was removed from it. It is safe on your mail server and opens when there is a network.',
  makeRoom: 'Make room',
  roomHint:
    'Old attachments go first, then old texts. All of it stays on your mail server. What you wrote is never removed.',
  freed: (size: string) => `${size} freed`,
  promised: 'The browser has promised not to remove anything by itself.',
  notPromised: 'The browser may remove mail from this device when it runs out of room.',
  askToPersist: 'Ask it not to',
  refused: 'The browser promises nothing yet. Most do once you use Postern often, or have installed it.',
  progress: (done: string, total: string) => `Keeping mail on this device: ${done} of ${total}`,
};
