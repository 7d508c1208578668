import type { HeldBy, Refusal, Unreached } from '@postern/protocol/sync';

/** English. Sentence case, plain words, no blame, no exclamation marks, no protocol words. */

const plurals = new Intl.PluralRules('en');
const numbers = new Intl.NumberFormat('en');
const lists = new Intl.ListFormat('en');

function count(n: number, one: string, other: string): string {
  return `${numbers.format(n)} ${plurals.select(n) === 'one' ? one : other}`;
}

const messages = (n: number) => count(n, 'message', 'messages');

export const en = {
  language: 'en',
  direction: 'ltr' as 'ltr' | 'rtl',
  product: 'Postern',

  close: 'Close',
  cancel: 'Cancel',
  undo: 'Undo',
  undone: 'Undone',
  retry: 'Try again',
  more: 'More actions',
  loading: 'Loading',
  messages,

  signIn: {
    title: 'Sign in to your mail',
    user: 'Email address',
    password: 'Password',
    submit: 'Sign in',
    working: 'Signing in',
    demo: (user: string, password: string) =>
      `This is a demonstration. Sign in as ${user} with the password ${password}.`,
    useDemo: 'Use this account',
    safe: 'Your password goes to your mail server and is not kept in this browser.',
    needUser: 'Enter your email address.',
    needPassword: 'Enter your password.',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
    failures: {
      auth: 'Your mail server did not accept this address and password. Check both and try again.',
      rate: 'There were too many attempts. Nothing is wrong with your account; wait a minute and try again.',
      unreachable: 'Your mail server does not answer. Your mail is safe there; try again in a few minutes.',
      certificate:
        'Your mail server could not prove who it is, so your password was not sent. Ask whoever runs it to renew its certificate.',
      timeout: 'Your mail server took too long to answer. Try again in a moment.',
      protocol: 'Your mail server gave an answer that could not be understood. Ask whoever runs it for help.',
      many: 'There is no room for one more account in this browser: five fit, fewer where passwords are very long. Sign out of one that you need less, then try again.',
      unlisted:
        'Your mail is on another mail server, which Postern is not allowed to use, so your password was not sent there. Ask whoever runs it to add that server.',
      offline: 'There is no network. Connect, then sign in.',
      storage:
        'This browser does not let Postern store mail here. Leave private browsing or free some space, then try again.',
    },
  },

  accounts: {
    title: 'Accounts',
    /** Of the button that shows whose mail this is. */
    of: (address: string) => `${address}: accounts`,
    open: (address: string) => `Switch to ${address}`,
    add: 'Add account',
    signOut: (address: string) => `Sign out of ${address}`,
    unread: (n: number) => `${n} unread`,
    expired: 'Sign in again',
  },

  mailboxes: {
    title: 'Mailboxes',
    roles: {
      inbox: 'Inbox',
      drafts: 'Drafts',
      sent: 'Sent',
      archive: 'Archive',
      junk: 'Junk',
      trash: 'Trash',
      all: 'All mail',
      flagged: 'Flagged',
    },
    folders: 'Folders',
    unread: (n: number) => count(n, 'unread', 'unread'),
    unreadIn: (name: string, n: number) => (n === 0 ? name : `${name}, ${count(n, 'unread', 'unread')}`),
    draftsIn: (name: string, n: number) => (n === 0 ? name : `${name}, ${count(n, 'draft', 'drafts')}`),
    collapse: 'Collapse mailboxes',
    expand: 'Expand mailboxes',
    show: 'Show mailboxes',
    open: (name: string) => `Show folders in ${name}`,
    shut: (name: string) => `Hide folders in ${name}`,
    resize: 'Width of the message list',
  },

  folder: {
    titles: { create: 'New folder', rename: (name: string) => `Rename ${name}` },
    create: 'New folder',
    createIn: (name: string) => `New folder in ${name}`,
    rename: 'Rename or move',
    show: 'Show in other programs',
    hide: 'Hide in other programs',
    delete: 'Delete folder',
    menu: (name: string) => `Folder ${name}`,
    import: 'Import messages',
    importing: (n: number, name: string) => `${messages(n)} put into ${name}`,
    strange: (names: readonly string[]) =>
      names.length === 1
        ? `${names[0]} holds no message.`
        : `${count(names.length, 'file holds', 'files hold')} no message: ${lists.format(names.slice(0, 3))}${names.length > 3 ? ' …' : ''}`,
    dropFiles: (name: string) => `Drop message files (.eml) to put them into ${name}`,
    name: 'Name',
    place: 'In',
    top: 'No other folder',
    make: 'Create folder',
    save: 'Save',
    created: (name: string) => `Folder “${name}” created`,
    waiting: 'Waiting for your mail server',
    failed: 'Could not be done. Open the outbox to see why.',
    problems: {
      name: (delimiter: string) =>
        `Give the folder a name. It cannot hold the signs * and %${delimiter === '' ? '' : `, nor ${delimiter}`}.`,
      exists: 'There is a folder of this name already. Choose another name.',
      inbox: 'The inbox stays what and where it is.',
    },
    remove: {
      title: (name: string) => `Delete the folder ${name}?`,
      text: (n: number) =>
        n === 0
          ? 'There are no messages in it. This cannot be undone.'
          : `${n === 1 ? 'The message' : `All ${messages(n)}`} in it ${n === 1 ? 'is' : 'are'} deleted for ever, not put into Trash. This cannot be undone.`,
      below: 'The folders in it stay.',
      confirm: 'Delete folder',
    },
  },

  keep: {
    menu: 'Keep on this device',
    title: (name: string) => `Keep ${name} on this device`,
    modes: { online: 'Nothing', disconnected: 'Recent mail', offline: 'Everything' },
    hints: {
      online: 'Only the list. Messages are fetched when you open them, and need a network.',
      disconnected: (days: string, size: string) =>
        `Messages of the last ${days}. Of those over ${size} the text without attachments.`,
      offline: 'All messages with their attachments, to be read without a network.',
    },
    cost: (size: string) => `about ${size}`,
    now: (size: string) => `${size} of it is here now.`,
    nothing: 'Nothing of it is here yet.',
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
  },

  list: {
    title: (mailbox: string) => `Messages in ${mailbox}`,
    results: 'Search results',
    search: 'Search',
    searchIn: (mailbox: string) => `Search ${mailbox}`,
    clearSearch: 'Clear search',
    searching: 'Searching your mail server',
    /** The folder is on another mail server. `server`: its name, as text. */
    unreached: {
      unreachable: (server: string) =>
        `This folder is on ${server}, which does not answer. What is on this device can be read; it is tried again by itself.`,
      unlisted: (server: string) =>
        `This folder is on ${server}, which Postern is not allowed to use. Ask whoever runs it to add that server. What is on this device can be read.`,
      stranger: (server: string) =>
        `This folder is on ${server} under another name than yours, so it cannot be opened. Ask whoever runs your mail server.`,
      refused: (server: string) =>
        `This folder is on ${server}, which does not accept your password. Ask whoever runs your mail server.`,
      loop: () =>
        'Your mail servers send Postern from one to the other for this folder. Ask whoever runs them.',
    } satisfies Record<Unreached['why'], (server: string) => string>,
    found: (n: number) => (n === 0 ? 'No messages found' : `${messages(n)} found`),
    select: 'Select',
    selectAll: 'Select all',
    selected: (n: number) => `${numbers.format(n)} selected`,
    clearSelection: 'Clear selection',
    fresh: (n: number) => `${numbers.format(n)} new`,
    freshAloud: (n: number) => count(n, 'new message', 'new messages'),
    unread: 'Unread',
    flagged: 'Flagged',
    answered: 'Answered',
    forwarded: 'Forwarded',
    attachments: 'Has attachments',
    waiting: 'Waiting to be done on your mail server',
    failed: 'Could not be done. Open the outbox to see why.',
    to: (names: string) => `To ${names}`,
    noSubject: 'No subject',
    noSender: 'Unknown sender',
    noRecipients: 'No recipients yet',
    unknown: 'Not loaded yet',
    onThisDevice: 'On this device',
    draftWithoutSubject: 'Untitled draft',
    draftParted: (subject: string) => `“${subject}” was also changed elsewhere. Both are kept.`,
    draftsParted: 'Drafts changed elsewhere',
    openNewer: 'Open the newer one',
    openOlder: 'Open the other',
    progress: (done: number, total: number) =>
      `Getting messages: ${numbers.format(done)} of ${numbers.format(total)}`,
    empty: {
      inbox: ['Nothing in your inbox', 'New mail appears here by itself.'],
      drafts: [
        'No drafts',
        'What you begin to write is kept here and on your mail server until you send it.',
      ],
      sent: ['Nothing sent yet', 'Messages you send appear here.'],
      archive: ['Nothing here', 'Messages you archive appear in Archive.'],
      junk: ['No junk', 'Messages you mark as junk appear here.'],
      trash: ['Trash is empty', 'Messages you delete appear here until they are removed for good.'],
      all: ['Nothing here', 'All your mail appears here.'],
      flagged: ['Nothing flagged', 'Flag a message to find it here.'],
      folder: ['Nothing here', 'Drag messages here, or choose Move to.'],
      search: ['No messages found', 'Try fewer words, or another mailbox.'],
      offline: ['No mail here yet', 'Messages appear when there is a network again.'],
      level: ['No messages on this level', 'It only holds other folders.'],
    } satisfies Record<string, readonly [string, string]>,
  },

  reader: {
    title: 'Message',
    none: 'No message open',
    noneHint: 'Choose one from the list, or press ? for the keys.',
    chosen: (n: number) => `${messages(n)} selected`,
    back: 'Back to the list',
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
    notLoaded: 'A part of Postern is not on this device yet. Try again when you are online.',
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
  },

  actions: {
    title: 'Actions',
    compose: 'New message',
    reply: 'Reply',
    replyAll: 'Reply all',
    forward: 'Forward',
    archive: 'Archive',
    delete: 'Delete',
    deleteForever: 'Delete for ever',
    junk: 'Mark as junk',
    notJunk: 'Not junk',
    move: 'Move to',
    copy: 'Copy to',
    flag: 'Flag',
    unflag: 'Remove flag',
    read: 'Mark as read',
    unread: 'Mark as unread',
    print: 'Print',
  },

  problems: {
    noMailbox: 'Your account has no folder for this. Nothing was changed.',
    storage: 'This device has no room to note this. Nothing was changed.',
    failed: 'Something in Postern broke. Your mail is safe.',
    reload: 'Reload',
  },

  undoable: {
    archived: (n: number) => (n === 1 ? 'Archived' : `${messages(n)} archived`),
    deleted: (n: number) => (n === 1 ? 'Deleted' : `${messages(n)} deleted`),
    junked: (n: number) => (n === 1 ? 'Marked as junk' : `${messages(n)} marked as junk`),
    moved: (n: number, to: string | undefined) =>
      `${n === 1 ? 'Moved' : `${messages(n)} moved`}${to === undefined ? '' : ` to ${to}`}`,
    copied: (n: number, to: string | undefined) =>
      `${n === 1 ? 'Copied' : `${messages(n)} copied`}${to === undefined ? '' : ` to ${to}`}`,
    'not-junked': (n: number) => (n === 1 ? 'Marked as not junk' : `${messages(n)} marked as not junk`),
    flagged: (n: number) => (n === 1 ? 'Flagged' : `${messages(n)} flagged`),
    unflagged: (n: number) => (n === 1 ? 'Flag removed' : `Flag removed from ${messages(n)}`),
    read: (n: number) => (n === 1 ? 'Marked as read' : `${messages(n)} marked as read`),
    unread: (n: number) => (n === 1 ? 'Marked as unread' : `${messages(n)} marked as unread`),
    sending: () => 'Sending',
    discarded: () => 'Draft discarded',
  },

  compose: {
    titles: { new: 'New message', reply: 'Reply', replyAll: 'Reply all', forward: 'Forward' },
    to: 'To',
    cc: 'Cc',
    bcc: 'Bcc',
    addCc: 'Cc',
    addBcc: 'Bcc',
    subject: 'Subject',
    text: 'Message',
    send: 'Send',
    attach: 'Attach files',
    dropFiles: 'Drop files to attach them',
    removeAttachment: (name: string) => `Remove ${name}`,
    removeRecipient: (name: string) => `Remove ${name}`,
    invalid: (address: string) => `“${address}” is not a complete address.`,
    suggestions: 'Suggested recipients',
    discard: 'Discard',
    close: 'Close and keep the draft',
    grow: 'Full size',
    shrink: 'Smaller',
    saved: 'Saved on this device',
    elsewhere: {
      changed: 'This draft was also changed elsewhere. Both are kept.',
      sent: 'This draft was sent from elsewhere meanwhile. What you write here is kept as a draft.',
      gone: 'This draft was sent or removed elsewhere. What you write here is kept.',
      open: 'Open the other',
      dismiss: 'Dismiss',
    },
    away: {
      theirs: 'This draft is being written in another window.',
      sent: 'This message was sent from another window.',
      discarded: 'This draft was discarded in another window.',
      gone: 'This draft was put away in another window. You find it in Drafts.',
      here: 'Write here instead',
      asking: 'Asking the other window…',
      refusals: {
        files: 'Files are still on their way in the other window. Try again when they are there.',
        unsaved:
          'The other window has no room to keep what was typed there. It stays open there, so that nothing is lost.',
        silent: 'The other window does not answer. Close it, and you can write here.',
      },
    },
    coming: 'On its way',
    missing: 'Not to be had now',
    onWrote: (date: string, who: string) => (date === '' ? `${who} wrote:` : `On ${date}, ${who} wrote:`),
    forwarded: ({ from, to, subject, date }: { from: string; to: string; subject: string; date: string }) =>
      [
        '---------- Forwarded message ----------',
        `From: ${from}`,
        ...(date === '' ? [] : [`Date: ${date}`]),
        `Subject: ${subject}`,
        `To: ${to}`,
      ].join('\n'),
    problems: {
      attachments: 'An attachment is not here yet. Wait for it, or remove it.',
      recipients: 'Add at least one recipient.',
      tooLarge: (size: string, limit: string) =>
        `This message has ${size}, and your mail server takes ${limit}. Remove an attachment or send several messages.`,
      unsaved:
        'This device has no room to keep the message. It is not sent; free some space, then try again.',
    },
    attachments: 'Attachments',
    totalSize: (size: string) => `${size} in all`,
  },

  outbox: {
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
    marks: {
      read: (what: string) => `Mark ${what} as read`,
      unread: (what: string) => `Mark ${what} as unread`,
      flagged: (what: string) => `Flag ${what}`,
      unflagged: (what: string) => `Remove the flag from ${what}`,
    },
    begun: 'Begun when the network went. What became of it is looked up when it is back.',
    reasons: {
      refused: 'Your mail server refused this. Nothing was changed.',
      gone: 'The message is no longer there.',
      quota: 'Your mailbox is full. Delete something, then try again.',
      'too-large': 'This is larger than your mail server accepts.',
      recipients: 'A recipient was refused. Nothing was sent.',
      'no-mailbox': 'The folder is not there any more. Nothing was changed.',
      exists: 'There is a folder of that name already. Nothing was changed.',
      depends: 'Something that has to happen first did not work. Try that again first. Nothing was changed.',
      uidvalidity: 'The folder was rebuilt on your mail server meanwhile. Nothing was changed.',
      elsewhere:
        'The folder is on another mail server, which Postern is not allowed to use. Nothing was changed. Ask whoever runs it to add that server.',
      'sent-already':
        'This draft was sent already, from another device or program. Look in Sent, then decide: nothing was sent from here.',
      'draft-gone':
        'This draft was sent or removed elsewhere. Look in Sent, then decide: nothing was sent from here.',
      uncertain:
        'The connection broke at the last moment. The message may have been sent: look in Sent, then decide.',
    } as Record<string, string>,
    /** What goes into another account. */
    carried: {
      held: {
        'signed-out': (address: string) =>
          `You are signed out of ${address}. Sign in there, and this goes on.`,
        unreachable: (address: string) => `${address} cannot be reached now. This goes on when it can.`,
      } satisfies Record<HeldBy, (address: string) => string>,
      reasons: {
        refused: (address: string) => `The mail server of ${address} refused this. Nothing was removed here.`,
        quota: (address: string) =>
          `The mailbox of ${address} is full. Nothing was removed here. Delete something there, then try again.`,
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
  },

  status: {
    offline: (time: string) => `Offline. Mail as of ${time}.`,
    offlineNever: 'Offline.',
    connecting: 'Connecting',
    progress: (done: number, total: number) =>
      `Getting mail: ${numbers.format(done)} of ${numbers.format(total)}`,
    expired: 'Sign in again to get new mail.',
    signInAgain: 'Sign in',
    update: 'A new version is ready.',
    updateNow: 'Reload',
    problems: {
      network: 'There is no network. What you do is kept and carried out later.',
      unreachable: 'Your mail server does not answer. What you do is kept and carried out later.',
      certificate:
        'Your mail server could not prove who it is, so nothing is sent to it. Ask whoever runs it to renew its certificate.',
      unlisted:
        'Your mail has moved to another mail server, which Postern is not allowed to use. Ask whoever runs it to add that server.',
      closed: 'Your mail server ended the connection. Trying again.',
      refused: 'Your mail server is busy. Trying again in a while.',
      confused: 'Your mail server gave an answer that could not be understood. Trying again.',
      storage:
        'This device has no room for new mail, or does not let it be kept. Free some space, then try again.',
    },
  },

  moveTo: {
    title: (n: number) => `Move ${messages(n)} to`,
    copyTitle: (n: number) => `Copy ${messages(n)} to`,
    create: (name: string) => `New folder “${name}”`,
    filter: 'Type to find a folder',
    none: 'No folder has this name.',
  },

  palette: {
    title: 'Commands',
    goTo: (mailbox: string) => `Go to ${mailbox}`,
    filter: 'Type a command or a mailbox',
    none: 'Nothing has this name.',
  },

  shortcuts: {
    title: 'Keyboard shortcuts',
    groups: {
      around: 'Getting around',
      message: 'With a message',
      select: 'Selecting',
      write: 'Writing',
      app: 'Everywhere',
    },
    names: {
      next: 'Next message',
      previous: 'Previous message',
      first: 'First message',
      last: 'Last message',
      open: 'Open',
      back: 'Back to the list',
      search: 'Search',
      goInbox: 'Go to Inbox',
      goSent: 'Go to Sent',
      goDrafts: 'Go to Drafts',
      goTrash: 'Go to Trash',
      goArchive: 'Go to Archive',
      archive: 'Archive',
      delete: 'Delete',
      junk: 'Mark as junk, or not junk',
      reply: 'Reply',
      replyAll: 'Reply all',
      forward: 'Forward',
      move: 'Move to',
      copy: 'Copy to',
      flag: 'Flag, or remove the flag',
      read: 'Mark as read',
      unread: 'Mark as unread',
      select: 'Select, or not',
      selectAll: 'Select all',
      compose: 'New message',
      send: 'Send',
      undo: 'Undo',
      newFolder: 'New folder',
      help: 'Keyboard shortcuts',
      palette: 'Commands',
      outbox: 'Outbox',
      settings: 'Settings',
      addAccount: 'Add account',
      signOut: 'Sign out',
    },
    then: 'then',
    or: 'or',
  },

  settings: {
    title: 'Settings',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    density: 'List',
    densities: { comfortable: 'Comfortable', compact: 'Compact' },
    name: 'Your name',
    nameHint: 'Shown to the people you write to, before your address.',
    remote: 'Always show images from',
    remoteNone: 'No senders yet. Choose “Always from this sender” above a message to add one.',
    remoteRemove: (sender: string) => `Stop showing images from ${sender}`,
    account: 'Account',
    signedInAs: (user: string) => `Signed in as ${user}`,
    signOut: 'Sign out',
    about: 'About',
    aboutText: 'Postern is webmail for the mail server you already have. It works without a network.',
    licence: 'Free software under the MIT licence.',
  },

  signOut: {
    title: 'Sign out and lose unsent work?',
    titleArrived: 'Sign out?',
    text: (n: number, address: string) =>
      `${count(n, 'change or draft', 'changes or drafts')} on this device ${n === 1 ? 'has' : 'have'} not reached your mail server. Signing out removes the mail of ${address} from this device, and these with it.`,
    confirm: 'Sign out and discard',
    finishing: 'Finishing what is on its way, then signing out…',
    arrived: (address: string) =>
      `Everything has reached your mail server after all. Signing out removes the mail of ${address} from this device.`,
    confirmArrived: 'Sign out',
    stay: 'Stay signed in',
    failed: 'You are still signed in: there is no network to sign out. Try again when you are online.',
  },

  deleteForever: {
    title: (n: number) => `Delete ${messages(n)} for ever?`,
    text: 'This cannot be undone.',
    confirm: 'Delete for ever',
  },

  link: {
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
  },
};
