import { count, messages } from './count.ts';

export const reader = {
  title: 'Message',
  none: 'No message open',
  noneHint: 'Choose one from the list, or press ? for the keys.',
  chosen: (n: number) => `${messages(n)} selected`,
  back: 'Back to the list',
  absent: ['Not on this device', 'This message is on your mail server. It opens when there is a network.'],
  gone: [
    'This message is not here any more',
    'It may have been moved or deleted by another program.',
  ] as readonly [string, string],
  from: 'From',
  to: 'To',
  cc: 'Cc',
  bcc: 'Bcc',
  replyTo: 'Replies go to',
  date: 'Date',
  list: 'Mailing list',
  unsubscribe: {
    title: 'Unsubscribe',
    mail: (address: string) => `By mail to ${address}`,
    page: (host: string) => `On ${host}`,
    ask: (host: string) => `Unsubscribe on ${host}?`,
    text: 'This opens a page of the sender in a new tab. They learn that you read their mail at this address.',
    open: 'Open the page',
  },
  receipt: (name: string) => `${name} asks for a read receipt. Postern sends none.`,
  me: 'me',
  toLine: (names: string) => `to ${names}`,
  others: (n: number) => count(n, 'other', 'others'),
  details: 'Show details',
  writeTo: (name: string) => `Write to ${name}`,
  remote:
    'Images from the internet are not shown. Loading them tells the sender that you opened this message.',
  remoteShort: 'Images from the internet are not shown.',
  showImages: 'Show images',
  alwaysShow: 'Always from this sender',
  attached: (name: string) => `Attached message${name === '' ? '' : ` from ${name}`}`,
  attachments: (n: number) => count(n, 'attachment', 'attachments'),
  download: 'Download',
  downloadNamed: (name: string, size: string) => `Download ${name}, ${size}`,
  cancelDownload: (name: string) => `Stop downloading ${name}`,
  preview: (name: string) => `Preview ${name}`,
  saved: 'Saved',
  partly: (received: string, total: string) => `${received} of ${total}`,
  problems: {
    offline: 'There is no network. Try again when you are online.',
    gone: 'It is no longer on your mail server.',
    refused: 'Your mail server did not hand it over.',
    unreadable: 'This part of the message is damaged and cannot be shown. Everything else is unharmed.',
  },
  textOffline: 'This text is not on this device yet. It appears when there is a network again.',
  quoted: 'Show quoted text',
  excess: {
    'too-large': 'This message is too large to show with its layout. This is its text.',
    'too-complex': 'This message is too complicated to show with its layout. This is its text.',
  },
  empty: 'This message has no text.',
  sealed: {
    openpgp:
      'This message is encrypted with OpenPGP, which Postern cannot open. Save it and open it with your key.',
    smime:
      'This message is encrypted with S/MIME, which Postern cannot open. Save it and open it with your key.',
    signature:
      'This message is packed in an S/MIME signature, which Postern cannot open. Save it to read it.',
  },
  truncated: 'This message has more parts than Postern looks at. The rest of them are not shown.',
  risks: {
    program: 'can run programs',
    macros: 'can carry macros',
    'not-what-it-says': 'not really a picture',
  },
  riskAdvice: 'Open it only if you expected it and trust the sender.',
  elsewhere: (place: string) => (place === '' ? 'The sender kept this elsewhere.' : `Kept at ${place}`),
  piece: (number: number, total: number | undefined) =>
    `Piece ${number}${total === undefined ? '' : ` of ${total}`} of a message that was sent in pieces. Postern does not join them.`,
  disposition: {
    displayed: (address: string) =>
      address === '' ? 'Your message was displayed.' : `Your message was displayed to ${address}.`,
    deleted: (address: string) =>
      address === '' ? 'Your message was deleted.' : `Your message was deleted by ${address}.`,
    dispatched: (address: string) =>
      address === '' ? 'Your message was passed on.' : `Your message was passed on by ${address}.`,
    other: (address: string) =>
      address === ''
        ? 'There is news about your message.'
        : `There is news about your message to ${address}.`,
    unread: 'It may have been deleted without being read.',
    read: 'That does not mean that it was read or understood.',
    automatic: 'A program said so by itself.',
  },
  delivery: {
    failed: (address: string) => `Not delivered to ${address}.`,
    delayed: (address: string) => `Not delivered to ${address} yet. Their server goes on trying.`,
    delivered: (address: string) => `Delivered to ${address}.`,
    relayed: (address: string) => `Handed on towards ${address}, by a server that sends no reports.`,
    expanded: (address: string) => `Delivered to the list ${address}.`,
    other: (address: string) => `There is news about the delivery to ${address}.`,
    said: (server: string) => `The server said: ${server}`,
  },
  invitation: {
    title: 'Invitation',
    cancelled: 'Cancelled',
    reply: 'Answer to an invitation',
    untitled: 'Untitled event',
    when: 'When',
    where: 'Where',
    organiser: 'Organiser',
    attendees: (n: number) => count(n, 'person invited', 'people invited'),
    repeats: 'Repeats',
    unreadable: 'This invitation cannot be read.',
  },
};

export const link = {
  title: 'Open this link?',
  warnings: {
    'shows-other-host': (host: string) => `The text names another place, but the link leads to ${host}.`,
    'look-alike': (host: string) => `The name ${host} is spelt with letters that look like others.`,
    'hidden-name': (host: string) =>
      `The link begins with one name but leads to another: ${host}. This is a common trick.`,
    'number-address': (host: string) => `The link leads to a bare number, ${host}, instead of a name.`,
    'private-address': (host: string) => `The link leads to ${host}, a machine on your own network.`,
    'not-a-link': () => 'This link cannot be opened.',
  },
  advice: 'Open it only if you are sure that you trust it.',
  open: 'Open the link',
  stay: 'Do not open',
};
