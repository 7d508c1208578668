import type { HeldBy, Refusal } from '@postern/protocol/sync';
import { count, messages, numbers } from './count.ts';

const percents = new Intl.NumberFormat('en', { style: 'percent' });

export const outbox = {
  title: 'Outbox',
  why: 'See what went wrong',
  summary: (n: number) => `${numbers.format(n)} waiting`,
  failedSummary: (n: number) => count(n, 'needs you', 'need you'),
  empty: [
    'Nothing is waiting',
    'What you do without a network waits here until it can be carried out.',
  ] as readonly [string, string],
  kinds: {
    // `what`: how many messages, or the subject of the one.
    flag: (what: string) => `Change marks on ${what}`,
    move: (what: string, to: string) => `Move ${what}${to === '' ? '' : ` to ${to}`}`,
    copy: (what: string, to: string) => `Copy ${what}${to === '' ? '' : ` to ${to}`}`,
    carry: (what: string, mailbox: string, address: string, removes: boolean) =>
      `${removes ? 'Move' : 'Copy'} ${what} to ${mailbox} of ${address}`,
    expunge: (what: string) => `Delete ${what} for ever`,
    send: (subject: string) => `Send “${subject}”`,
    upload: (subject: string) => `File “${subject}”`,
    import: (n: number, to: string) => `Put ${messages(n)} from files${to === '' ? '' : ` into ${to}`}`,
    'save-draft': () => 'Save a draft on the server',
    'remove-draft': () => 'Remove a draft from the server',
    'create-mailbox': (name: string) => `Make the folder “${name}”`,
    'rename-mailbox': (name: string) => `Rename a folder to “${name}”`,
    'delete-mailbox': (name: string) => `Delete the folder “${name}”`,
    subscribe: (name: string) => `Show or hide “${name}” in other programs`,
  },
  keepSent: (subject: string) => `Keep “${subject}” in Sent`,
  isSent: 'The message was sent to everybody. Only its copy is not in Sent yet.',
  marks: {
    read: (what: string) => `Mark ${what} as read`,
    unread: (what: string) => `Mark ${what} as unread`,
    flagged: (what: string) => `Flag ${what}`,
    junk: (what: string) => `Mark ${what} as junk`,
    notJunk: (what: string) => `Mark ${what} as not junk`,
    unflagged: (what: string) => `Remove the flag from ${what}`,
  },
  beingSent:
    'Being sent from another device, it seems. In a minute you are asked, should it not be sent by then.',
  begun: 'Begun when the network went. What became of it is looked up when it is back.',
  reasons: {
    refused: 'Your mail server refused this. Nothing was changed.',
    gone: 'The message is no longer there.',
    forbidden:
      'You have no right to do this in the folder. Nothing was lost. Ask whoever shares it with you.',
    quota:
      'There is no room left on your mail server. Nothing was lost. Delete mail that you do not need, empty the Trash, then try again.',
    'too-large': 'This is larger than your mail server accepts.',
    recipients: 'A recipient was refused. Nothing was sent.',
    'no-mailbox': 'The folder is not there any more. Nothing was changed.',
    exists: 'There is a folder of that name already. Nothing was changed.',
    depends: 'Something that has to happen first did not work. Try that again first. Nothing was changed.',
    password:
      'The server that sends your mail did not take your password. Nothing was sent. If you have a new one, choose “Add account” and sign in with the same address, then try again.',
    uidvalidity: 'The folder was rebuilt on your mail server meanwhile. Nothing was changed.',
    elsewhere:
      'The folder is on another mail server, which Postern is not allowed to use. Nothing was changed. Ask whoever runs it to add that server.',
    'sent-already':
      'This draft was sent already, from another device or program. Look in Sent, then decide: nothing was sent from here.',
    'being-sent':
      'Another device was about to send this draft, and it is not in Sent yet. Look there first, or send it anyway: then it may go out twice.',
    'not-removed':
      'Your mail server did not remove this from its folder, though it was told to several times. Another program may be in the way. Nothing is lost: try again later.',
    'draft-gone':
      'This draft was sent or removed elsewhere. Look in Sent, then decide: nothing was sent from here.',
    uncertain:
      'The connection broke at the last moment. The message may have been sent: look in Sent, then decide.',
  } as Record<string, string>,
  /** Of renaming or deleting a folder: some servers refuse while anybody has it open, and do not say that. */
  folderRefused:
    'Your mail server refused this. Nothing was changed. Perhaps another program has the folder open: close it there, then try again.',
  /** What goes into another account. */
  carried: {
    held: {
      'signed-out': (address: string) => `You are signed out of ${address}. Sign in there, and this goes on.`,
      unreachable: (address: string) => `${address} cannot be reached now. This goes on when it can.`,
    } satisfies Record<HeldBy, (address: string) => string>,
    reasons: {
      refused: (address: string) => `The mail server of ${address} refused this. Nothing was removed here.`,
      quota: (address: string) =>
        `The mailbox of ${address} is full. Nothing was removed here. Delete something there, then try again.`,
      forbidden: (address: string) =>
        `You have no right to do this. It was not moved to ${address} as a whole. Ask whoever shares the folder with you.`,
      'too-large': (address: string) =>
        `This is larger than the mail server of ${address} accepts. Nothing was removed here.`,
      'no-mailbox': (address: string) =>
        `The folder is not in ${address} any more. Nothing was removed here. Choose another one.`,
    } as Record<string, (address: string) => string>,
    copied: (address: string) => `It is in ${address} now, but could not be removed here.`,
    said: (server: string) => `The mail server said: ${server}`,
  },
  emptied: (name: string) => `Remove the folder “${name}” once all its mail is in its new place`,
  reasonUnknown: 'It could not be carried out. What you wrote is safe here.',
  partly: (n: number) =>
    `${count(n, 'person has', 'people have')} this message already, and will not get it again.`,
  /** `place`: what stands behind the @, empty where it is about the whole message. `limit`: a size, empty where unknown. */
  refusals: {
    'no-such-address': (place) =>
      place === '' ? 'There is no such address.' : `There is no such address at ${place}.`,
    'no-such-domain': (place) =>
      place === '' ? 'An address leads to no mail server.' : `${place} takes no mail.`,
    'bad-address': () => 'This is not a complete address.',
    'sender-refused': () => 'Your mail server does not let you send from this address.',
    'mailbox-disabled': () => 'This mailbox takes no mail at present.',
    'mailbox-full': () => 'This mailbox is full.',
    'too-large': (_, limit) =>
      limit === ''
        ? 'The message is larger than the mail server accepts.'
        : `Your mail server takes messages of up to ${limit}.`,
    'too-many-recipients': () =>
      'Your mail server does not allow so many recipients. Send to fewer at a time.',
    'too-many-messages': () => 'You have sent as much as your mail server allows for now.',
    'list-refused': () => 'This mailing list does not take your message.',
    'server-full': () => 'The mail server has no room at present.',
    busy: () => 'The mail server is busy.',
    unreachable: (place) =>
      place === ''
        ? 'Another mail server cannot be reached.'
        : `The mail server of ${place} cannot be reached.`,
    misconfigured: () => 'A mail server is not set up as it should be. Ask whoever runs yours for help.',
    unsupported: () => 'Your mail server did not know what to do with this. Ask whoever runs it for help.',
    'content-refused': () => 'Something in the message is not accepted, perhaps an attachment.',
    'ascii-only': () => 'Your mail server takes only addresses in the letters a to z.',
    policy: () => 'The mail server does not allow this.',
    'unproven-sender': () =>
      'The mail server could not make sure that this comes from you. Ask whoever runs yours for help.',
    'encryption-needed': () => 'The mail server wants a safer connection. Ask whoever runs yours for help.',
    'sign-in-needed': () => 'Your mail server wants you to sign in again.',
    unknown: () => 'The mail server did not accept this.',
  } satisfies Record<Refusal['why'], (place: string, limit: string) => string>,
  mayWorkLater: 'It may work later.',
  andMore: (n: number) => `And ${numbers.format(n)} more.`,
  said: (server: string) => `Your mail server said: ${server}`,
  retry: 'Try again',
  sendAgain: 'Send again',
  sendAnyway: 'Send anyway',
  imported: (done: number, total: number) => `${numbers.format(done)} of ${messages(total)}`,
  // What the server counts, it does not say.
  working: (done?: number, total?: number) =>
    done === undefined || total === undefined
      ? 'Your mail server is at it. This takes a while.'
      : `Your mail server is at it: ${percents.format(done / total)}`,
  /** `folder`: where one like it is. */
  perhapsThere: (folder: string) =>
    `The connection broke, and a message like this one has come into ${folder} since, perhaps moved on from here. Look there, then give up or try again: then it is put here once more.`,
  importUnsure: (n: number) =>
    `${count(n, 'message', 'messages')} may have arrived, and have been moved on since.`,
  importRefused: (n: number) =>
    `${count(n, 'message was', 'messages were')} not accepted. All others are in the folder.`,
  retryAll: 'Try all again',
  discard: 'Give up',
  takeBack: 'Take back',
  edit: 'Edit',
  tooLate: 'It is on its way already.',
  groups: { needs: 'Needs you', running: 'Under way', waiting: 'Waiting' },
  offline: 'Offline. All of this is carried out when there is a network.',
  onlyHere: 'This message is nowhere but on this device.',
  keep: 'Keep it',
  lose: 'Delete it',
};
