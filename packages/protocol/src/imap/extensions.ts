/**
 * Every extension of IMAP that is spoken here: what speaks it, where Postern uses it, and what is done without. docs/imap.md is
 * written from this table. The compiler checks the names of exports, items, keys, responses and codes, a test the uses.
 */
import type { FetchItem, SearchKey, StatusItem } from './commands/index.ts';
import type * as imap from './index.ts';
import type * as order from '../order/index.ts';
import type { Untagged } from './response.ts';
import type { News, ResponseCode } from './types.ts';

export interface Extension {
  /** As CAPABILITY says it, `…` for what varies; none where there is nothing to say. */
  readonly capabilities: readonly string[];
  /** None: it is described in Google's documentation alone. */
  readonly rfcs: readonly number[];
  readonly title: string;
  /** Commands, dialogues and whatever else a caller of `@postern/protocol/imap` meets. */
  readonly exports?: readonly (keyof typeof imap)[];
  /** Of `@postern/protocol/order`. */
  readonly order?: readonly (keyof typeof order)[];
  readonly items?: readonly (Extract<FetchItem, string> | 'BINARY' | 'BINARY.PEEK' | 'BINARY.SIZE')[];
  readonly keys?: readonly SearchKey['key'][];
  readonly status?: readonly StatusItem[];
  readonly responses?: readonly Untagged['type'][];
  readonly news?: readonly News['type'][];
  readonly codes?: readonly Exclude<ResponseCode['name'], 'ATOM' | 'OTHER'>[];
  /** Codes without arguments. */
  readonly atoms?: readonly string[];
  /** None: the library speaks it, and Postern does not need it. */
  readonly used?: readonly Use[];
  /** Where it is not used: why, and who it is for. */
  readonly unused?: string;
  /** On a server that does not have it. */
  readonly without: string;
}

/** `file` is below the project's root and has `mark` in it. */
export interface Use {
  readonly file: string;
  readonly mark: string;
  readonly what: string;
}

const IMAP = 'packages/protocol/src/imap';
const SYNC = 'packages/protocol/src/sync';

export const EXTENSIONS: readonly Extension[] = [
  {
    capabilities: ['IMAP4rev1'],
    rfcs: [3501],
    title: 'IMAP, version 4 revision 1',
    exports: [
      'Connection',
      'Session',
      'select',
      'uidFetch',
      'uidSearch',
      'fetch',
      'store',
      'copy',
      'search',
      'check',
    ],
    used: [{ file: `${SYNC}/lane.ts`, mark: 'new Session', what: 'everything' }],
    without: 'IMAP4rev2 alone is spoken as well.',
  },
  {
    capabilities: ['IMAP4rev2'],
    rfcs: [9051],
    title: 'IMAP, version 4 revision 2',
    exports: ['enableOffered', 'lsub', 'check', 'status'],
    status: ['DELETED'],
    atoms: ['CLOSED'],
    used: [
      {
        file: `${IMAP}/offers.ts`,
        mark: 'IN_REV2',
        what: 'what it has built in is used without being named; not enabled where IMAP4rev1 is there as well: all that it adds can be used without, UTF8=ACCEPT spells names in UTF-8, and it takes LSUB away, which some answer with BAD from then on',
      },
    ],
    without: 'IMAP4rev1, with the extensions that it has.',
  },
  {
    capabilities: ['IDLE'],
    rfcs: [2177],
    title: 'News without asking',
    exports: ['idle', 'Session'],
    used: [{ file: `${SYNC}/listening.ts`, mark: "'IDLE'", what: 'listening to the mailbox on screen' }],
    without: 'NOOP is sent now and then.',
  },
  {
    capabilities: ['MAILBOX-REFERRALS'],
    rfcs: [2193],
    title: 'Mailbox referrals',
    exports: ['rlist', 'rlsub', 'readReferrals'],
    codes: ['REFERRAL'],
    used: [
      {
        file: `${SYNC}/list-mailboxes.ts`,
        mark: "'MAILBOX-REFERRALS'",
        what: 'listing mailboxes of other servers',
      },
      { file: `${SYNC}/servers.ts`, mark: 'isReferred', what: 'using them where they are' },
    ],
    without: 'RLIST and RLSUB are LIST and LSUB; a referral is followed all the same.',
  },
  {
    capabilities: ['LOGIN-REFERRALS'],
    rfcs: [2221],
    title: 'Login referrals',
    exports: ['readReferrals'],
    codes: ['REFERRAL'],
    used: [{ file: 'gateway/src/imap.ts', mark: 'ReferredElsewhere', what: 'signing in where the mail is' }],
    without: 'Nobody is referred.',
  },
  {
    capabilities: ['NAMESPACE'],
    rfcs: [2342],
    title: 'Personal, others’ and shared mailboxes',
    exports: ['namespace'],
    responses: ['namespace'],
    used: [
      {
        file: `${SYNC}/settle/below-prefix.ts`,
        mark: "'NAMESPACE'",
        what: 'where the first mailboxes of a person go, when the server refuses them beside its prefix',
      },
      {
        file: `${SYNC}/namespaces-asking.ts`,
        mark: "'NAMESPACE'",
        what: 'which mailboxes stand below “Shared with me”',
      },
    ],
    without: 'All mailboxes are as LIST tells them; a new one goes where the others are.',
  },
  {
    capabilities: ['ID'],
    rfcs: [2971],
    title: 'Who is speaking',
    exports: ['id'],
    responses: ['id'],
    used: [{ file: `${SYNC}/patience.ts`, mark: "'ID'", what: 'for servers that refuse SELECT before it' }],
    without: 'Nothing is said.',
  },
  {
    capabilities: ['CHILDREN'],
    rfcs: [3348],
    title: 'Whether a mailbox has others below it',
    exports: ['list', 'listMailboxes'],
    responses: ['list'],
    without: 'The names tell, and that is all the engine needs: it always lists all.',
  },
  {
    capabilities: ['MULTIAPPEND'],
    rfcs: [3502],
    title: 'Several messages at once',
    exports: ['multiAppend', 'appendAll'],
    codes: ['APPENDUID'],
    used: [
      { file: `${SYNC}/settle/import.ts`, mark: "'MULTIAPPEND'", what: 'messages from files' },
      { file: `${SYNC}/settle/put-batch.ts`, mark: "'MULTIAPPEND'", what: 'messages into another account' },
    ],
    without: '`appendAll` appends one after another.',
  },
  {
    capabilities: ['BINARY'],
    rfcs: [3516],
    title: 'Parts decoded by the server, messages with NUL',
    exports: ['fetchBinary', 'append'],
    items: ['BINARY', 'BINARY.PEEK', 'BINARY.SIZE'],
    atoms: ['UNKNOWN-CTE'],
    used: [
      {
        file: `${SYNC}/fetch-parts.ts`,
        mark: 'binary: section',
        what: 'attachments and texts in base64, whole or in ranges',
      },
      { file: `${SYNC}/settle/import.ts`, mark: "form: 'binary'", what: 'messages from files that hold NUL' },
    ],
    without:
      'The part is fetched encoded, and so it is where the server does not know the encoding, or gives what cannot be all of it.',
  },
  {
    capabilities: ['UNSELECT'],
    rfcs: [3691],
    title: 'Closing without removing',
    exports: ['unselect'],
    used: [{ file: `${SYNC}/lane.ts`, mark: 'unselect()', what: 'leaving a mailbox that is to be deleted' }],
    without: 'Another mailbox is selected instead.',
  },
  {
    capabilities: ['ACL', 'RIGHTS=…'],
    rfcs: [4314],
    title: 'Who may do what',
    exports: ['getAcl', 'setAcl', 'deleteAcl', 'listRights', 'myRights'],
    responses: ['acl', 'list-rights', 'my-rights'],
    atoms: ['NOPERM'],
    used: [
      {
        file: `${SYNC}/rights-asking.ts`,
        mark: 'myRights(',
        what: 'what the screen offers in a mailbox of somebody else, or where something was refused; what others may do is not shown',
      },
      { file: `${SYNC}/outbox.ts`, mark: 'NOPERM', what: 'what becomes of an action that is refused' },
    ],
    without: 'READ-ONLY and PERMANENTFLAGS of SELECT tell; all else shows when it is tried.',
  },
  {
    capabilities: ['UIDPLUS'],
    rfcs: [4315],
    title: 'UIDs of what was appended and copied, removing some',
    exports: ['append', 'uidCopy', 'uidExpunge'],
    codes: ['APPENDUID', 'COPYUID'],
    atoms: ['UIDNOTSTICKY'],
    used: [
      { file: `${SYNC}/settle/remove.ts`, mark: 'uidExpunge', what: 'deleting for good' },
      {
        file: `${SYNC}/settle/copy-uids.ts`,
        mark: 'COPYUID',
        what: 'knowing a message again where it was moved to',
      },
    ],
    without:
      'Messages are known again by their headers; EXPUNGE is sent only where nothing else would go with it.',
  },
  {
    capabilities: ['CATENATE'],
    rfcs: [4469],
    title: 'Messages put together from parts that the server has',
    exports: ['append', 'appendCatenated', 'uidReplace', 'formatImapUrl'],
    atoms: ['TOOBIG', 'BADURL'],
    used: [
      {
        file: `${SYNC}/settle/put-draft.ts`,
        mark: 'putTogether',
        what: 'the next version of a draft, whose files are on the server already, and files that are forwarded',
      },
      { file: `${SYNC}/settle/upload.ts`, mark: 'putTogether', what: 'filing what was sent' },
    ],
    without:
      'The whole message is uploaded, as where the server refuses it so. The library: `appendCatenated` fetches the parts and sends them; in `append` and `uidReplace` a UsageError.',
  },
  {
    capabilities: ['ESEARCH'],
    rfcs: [4731, 4466],
    title: 'Short answers of SEARCH',
    exports: ['uidSearch', 'uidExtendedSearch'],
    responses: ['esearch'],
    used: [{ file: `${IMAP}/commands/search.ts`, mark: "'ESEARCH'", what: 'every search' }],
    without:
      'A plain SEARCH is sent, and counted and cut here; one that is answered so all the same is taken.',
  },
  {
    capabilities: ['SASL-IR'],
    rfcs: [4959],
    title: 'The first response of a sign-in at once',
    exports: ['authenticate'],
    used: [{ file: `${IMAP}/commands/session.ts`, mark: "'SASL-IR'", what: 'every sign-in' }],
    without: 'It waits for the challenge.',
  },
  {
    capabilities: ['COMPRESS=DEFLATE'],
    rfcs: [4978],
    title: 'Compression',
    exports: ['compress'],
    atoms: ['COMPRESSIONACTIVE'],
    used: [
      { file: `${SYNC}/compressing.ts`, mark: "'COMPRESS=DEFLATE'", what: 'every connection of the engine' },
    ],
    without: 'Nothing is compressed.',
  },
  {
    capabilities: ['WITHIN'],
    rfcs: [5032],
    title: 'Searching by age',
    exports: ['searchMessages', 'searchThen'],
    order: ['sortMessages', 'threadMessages'],
    keys: ['OLDER', 'YOUNGER'],
    used: [
      {
        file: `${SYNC}/around-date.ts`,
        mark: "'WITHIN'",
        what: 'where somebody has scrolled to by date, to the second; without, to the day of the server’s time zone',
      },
    ],
    without:
      'These search by days, and fetch INTERNALDATE of what came on those in doubt; in the commands themselves the keys are a UsageError.',
  },
  {
    capabilities: [],
    rfcs: [5092],
    title: 'URLs of mailboxes, messages and parts',
    exports: ['parseImapUrl', 'formatImapUrl', 'resolveImapUrl'],
    used: [
      { file: `${SYNC}/settle/parts-there.ts`, mark: 'formatImapUrl', what: 'naming parts in CATENATE' },
      { file: `${SYNC}/referral.ts`, mark: 'readReferrals', what: 'following referrals' },
    ],
    without: 'They need nothing of the server.',
  },
  {
    capabilities: ['ENABLE'],
    rfcs: [5161],
    title: 'Switching extensions on',
    exports: ['enable', 'enableOffered', 'Session'],
    responses: ['enabled'],
    used: [{ file: `${SYNC}/lane.ts`, mark: "'ENABLE'", what: 'QRESYNC, UTF8=ACCEPT, UIDONLY' }],
    without: 'What has to be enabled is not used.',
  },
  {
    capabilities: ['SEARCHRES'],
    rfcs: [5182],
    title: 'What a search found, as `$`',
    exports: [
      'searchThen',
      'SAVED',
      'uidExtendedSearch',
      'uidFetch',
      'uidStore',
      'uidCopy',
      'uidMove',
      'uidExpunge',
    ],
    keys: ['UID'],
    atoms: ['NOTSAVED'],
    used: [
      {
        file: `${SYNC}/find-and-fetch.ts`,
        mark: "'SEARCHRES'",
        what: 'what is searched for and not in the list yet comes in the flight of the search, and so does what is scrolled to where part of it is here; without, one round trip later',
      },
      {
        file: `${SYNC}/settle/mark-original.ts`,
        mark: 'searchThen',
        what: 'marking what was answered elsewhere',
      },
    ],
    without:
      '`searchThen` names the UIDs, a round trip later, as where the server cannot keep them; `$` in a command is a UsageError.',
  },
  {
    capabilities: ['SORT', 'THREAD=…'],
    rfcs: [5256],
    title: 'Order and conversations made by the server',
    exports: ['uidSort', 'uidThread', 'sort', 'thread'],
    order: ['sortMessages', 'threadMessages'],
    responses: ['sort', 'thread'],
    used: [
      {
        file: `${SYNC}/around-date.ts`,
        mark: "'SORT'",
        what: 'which messages are nearest a date that is scrolled to, where mail was filed out of order; without, those that a search finds on either side of it. The whole list is ordered here without asking, and conversations are made across mailboxes, which THREAD cannot',
      },
    ],
    without:
      'Postern orders and threads what it has itself, always. `sortMessages` and `threadMessages` fetch what they need to know, and sort and thread here, to the letter of the RFC; the commands are a UsageError.',
  },
  {
    capabilities: ['LIST-EXTENDED'],
    rfcs: [5258],
    title: 'Which mailboxes to list, and what of them',
    exports: ['list', 'listMailboxes'],
    responses: ['list'],
    used: [{ file: `${SYNC}/list-mailboxes.ts`, mark: "'LIST-EXTENDED'", what: 'the list of mailboxes' }],
    without:
      'LIST, and LSUB beside it. `listMailboxes` selects here, and lists one pattern after another; in `list` these are a UsageError.',
  },
  {
    capabilities: ['CONTEXT=SEARCH', 'CONTEXT=SORT', 'ESORT'],
    rfcs: [5267],
    title: 'Searches that go on telling what they find',
    exports: ['KeptSearch', 'uidExtendedSearch', 'uidExtendedSort', 'cancelUpdate'],
    order: ['sortMessages'],
    responses: ['esearch'],
    news: ['search-update'],
    codes: ['NOUPDATE'],
    used: [
      {
        file: `${SYNC}/around-date.ts`,
        mark: "'CONTEXT=SORT'",
        what: 'a window on the order about a date. UPDATE is left: it is told only while the mailbox stays selected, and the connection that searches goes on to what a person waits for next; what comes meanwhile is searched here',
      },
    ],
    without:
      'The hint is left out, ESORT is made of a plain SORT. `KeptSearch` searches again when news say that something may have changed; in the commands updates are a UsageError.',
  },
  {
    capabilities: ['METADATA', 'METADATA-SERVER'],
    rfcs: [5464],
    title: 'Notes on mailboxes and on the server',
    exports: ['getMetadata', 'setMetadata'],
    responses: ['metadata'],
    news: ['metadata'],
    codes: ['METADATA'],
    used: [
      {
        file: `${SYNC}/settle/context.ts`,
        mark: "'/private/specialuse'",
        what: 'what a new mailbox is for is said to other programs where CREATE cannot say it (RFC 6154 §5.4)',
      },
    ],
    without: 'There are none. What a mailbox is for shows in its name.',
  },
  {
    capabilities: ['NOTIFY'],
    rfcs: [5465],
    title: 'News of every mailbox without asking',
    exports: ['notifySet', 'notifyNone'],
    responses: ['fetch', 'mailbox-status', 'list', 'metadata'],
    news: ['fetch', 'status', 'list', 'metadata'],
    codes: ['BADEVENT'],
    atoms: ['NOTIFICATIONOVERFLOW'],
    used: [{ file: `${SYNC}/notifying.ts`, mark: 'notifySet', what: 'which mailboxes have news, at once' }],
    without: 'IDLE for the selected mailbox, STATUS for the others.',
  },
  {
    capabilities: [],
    rfcs: [5530],
    title: 'Response codes',
    exports: ['Session'],
    atoms: [
      'UNAVAILABLE',
      'AUTHENTICATIONFAILED',
      'AUTHORIZATIONFAILED',
      'EXPIRED',
      'PRIVACYREQUIRED',
      'CONTACTADMIN',
      'NOPERM',
      'INUSE',
      'EXPUNGEISSUED',
      'CORRUPTION',
      'SERVERBUG',
      'CLIENTBUG',
      'CANNOT',
      'LIMIT',
      'OVERQUOTA',
      'ALREADYEXISTS',
      'NONEXISTENT',
    ],
    used: [
      { file: `${SYNC}/outbox.ts`, mark: 'OVERQUOTA', what: 'what becomes of an action that is refused' },
    ],
    without: 'NO and BAD say what they say.',
  },
  {
    capabilities: ['LIST-STATUS'],
    rfcs: [5819],
    title: 'STATUS of all mailboxes at once',
    exports: ['list', 'listMailboxes'],
    responses: ['mailbox-status'],
    used: [{ file: `${SYNC}/count-mailboxes.ts`, mark: "'LIST-STATUS'", what: 'which mailboxes have news' }],
    without: 'STATUS of each, many at a time, as `listMailboxes` does.',
  },
  {
    capabilities: ['SORT=DISPLAY'],
    rfcs: [5957],
    title: 'Order by the names that people see',
    exports: ['uidSort'],
    order: ['sortMessages'],
    unused: 'as SORT',
    without: '`sortMessages` sorts by the names here; `uidSort` by the addresses.',
  },
  {
    capabilities: ['SPECIAL-USE', 'CREATE-SPECIAL-USE'],
    rfcs: [6154],
    title: 'What a mailbox is for',
    exports: ['list', 'create'],
    responses: ['list'],
    used: [
      {
        file: `${SYNC}/list-mailboxes.ts`,
        mark: "'SPECIAL-USE'",
        what: 'which mailbox is Drafts, Sent, Archive, Junk, Trash',
      },
      {
        file: `${SYNC}/settle/context.ts`,
        mark: 'create(name, use)',
        what: 'what a new one is made for',
      },
    ],
    without: 'The name tells; a mailbox is made without its use.',
  },
  {
    capabilities: ['SEARCH=FUZZY'],
    rfcs: [6203],
    title: 'Searching for what is close',
    exports: ['uidExtendedSearch', 'uidSort'],
    order: ['sortMessages'],
    keys: ['FUZZY'],
    unused:
      'for programs that show what was found by relevance; Postern shows it in the order of the list, together with what it found itself, exactly',
    without: 'The search is exact, and to `sortMessages` all that it finds is equally relevant.',
  },
  {
    capabilities: ['MOVE'],
    rfcs: [6851],
    title: 'Moving messages',
    exports: ['uidMove', 'move'],
    codes: ['COPYUID'],
    used: [{ file: `${SYNC}/settle/move.ts`, mark: "'MOVE'", what: 'moving, archiving, deleting' }],
    without: 'COPY, STORE of `\\Deleted`, and UID EXPUNGE or what stands for it.',
  },
  {
    capabilities: ['UTF8=ACCEPT', 'UTF8=ONLY'],
    rfcs: [6855],
    title: 'UTF-8 in names, strings and headers',
    exports: ['enableOffered', 'append', 'isSpelledOneWay', 'isUtf8Message', 'Session'],
    used: [
      {
        file: `${SYNC}/lane.ts`,
        mark: "'UTF8=ACCEPT'",
        what: 'headers as they were written; enabled in the flight of the first SELECT',
      },
      {
        file: `${SYNC}/settle/append-as-taken.ts`,
        mark: "'UTF8=ACCEPT'",
        what: 'filing mail to internationalised addresses',
      },
    ],
    without:
      'Names are modified UTF-7, other text goes as literals; a message with a UTF-8 header is filed octet for octet.',
  },
  {
    capabilities: ['CONDSTORE', 'QRESYNC'],
    rfcs: [7162],
    title: 'What changed since',
    exports: ['select', 'uidFetch', 'uidStore', 'enableOffered'],
    items: ['MODSEQ'],
    keys: ['MODSEQ'],
    status: ['HIGHESTMODSEQ'],
    responses: ['vanished'],
    news: ['vanished'],
    codes: ['HIGHESTMODSEQ', 'MODIFIED'],
    atoms: ['NOMODSEQ', 'CLOSED'],
    used: [
      { file: `${SYNC}/lane.ts`, mark: "'QRESYNC'", what: 'selecting with what is known' },
      { file: `${SYNC}/fetch-changes.ts`, mark: 'changedSince', what: 'flags that changed' },
      { file: `${SYNC}/count-mailboxes.ts`, mark: "'CONDSTORE'", what: 'which mailboxes have news' },
    ],
    without: 'UIDs and flags are compared, the plain way of RFC 4549.',
  },
  {
    capabilities: ['LITERAL+', 'LITERAL-'],
    rfcs: [7888],
    title: 'Literals without asking first',
    exports: ['Connection'],
    used: [{ file: `${IMAP}/outgoing.ts`, mark: "'LITERAL-'", what: 'every literal; large ones still ask' }],
    without: 'Each waits to be asked for.',
  },
  {
    capabilities: ['APPENDLIMIT', 'APPENDLIMIT=…'],
    rfcs: [7889],
    title: 'The largest message that is taken',
    exports: ['append', 'multiAppend', 'uidReplace', 'status'],
    status: ['APPENDLIMIT'],
    atoms: ['TOOBIG'],
    used: [
      {
        file: `${IMAP}/commands/append-message.ts`,
        mark: "'APPENDLIMIT'",
        what: 'refused before anything is sent',
      },
      {
        file: `${SYNC}/settle/append-limit.ts`,
        mark: "'APPENDLIMIT'",
        what: 'of messages from files, those that are too large',
      },
    ],
    without: 'The server refuses when it is asked.',
  },
  {
    capabilities: ['STATUS=SIZE'],
    rfcs: [8438],
    title: 'Octets in a mailbox',
    exports: ['status', 'list'],
    status: ['SIZE'],
    used: [
      {
        file: `${SYNC}/mailbox-size.ts`,
        mark: "'STATUS=SIZE'",
        what: 'what keeping all of a mailbox would take, while its list is not whole',
      },
    ],
    without: 'It is reckoned from the messages that are in the list.',
  },
  {
    capabilities: ['LIST-MYRIGHTS'],
    rfcs: [8440],
    title: 'Rights of all mailboxes at once',
    exports: ['list', 'listMailboxes'],
    responses: ['my-rights'],
    used: [
      {
        file: `${SYNC}/rights-asking.ts`,
        mark: 'returnRights: true',
        what: 'what the screen offers in each mailbox',
      },
    ],
    without: 'MYRIGHTS of each, as `listMailboxes` does.',
  },
  {
    capabilities: ['OBJECTID'],
    rfcs: [8474],
    title: 'Identifiers that stay',
    exports: ['create', 'select', 'status'],
    items: ['EMAILID', 'THREADID'],
    keys: ['EMAILID', 'THREADID'],
    status: ['MAILBOXID'],
    codes: ['MAILBOXID'],
    used: [
      {
        file: `${SYNC}/mailbox-ids.ts`,
        mark: "'OBJECTID'",
        what: 'mailboxes that others renamed are known again by MAILBOXID',
      },
      {
        file: `${SYNC}/just-gone.ts`,
        mark: 'descriptor.emailId',
        what: 'what another program moved keeps its texts and attachments, by EMAILID',
      },
      {
        file: `${SYNC}/twins.ts`,
        mark: 'emailIds.ask',
        what: 'what another program copied is kept from what is here of the original, by EMAILID',
      },
      {
        file: `${SYNC}/relink.ts`,
        mark: 'byEmailId',
        what: 'messages of a mailbox that is numbered anew are known again. EMAILID is asked for beside texts, never of a whole mailbox. THREADID is left: a conversation goes across mailboxes and is put together without a network, from References',
      },
    ],
    without:
      'Items are left out; searching by them is a UsageError. A renamed mailbox is known again by UIDVALIDITY and the sizes of its mail; what others moved is fetched again.',
  },
  {
    capabilities: ['REPLACE'],
    rfcs: [8508],
    title: 'A message in place of another',
    exports: ['uidReplace', 'replace'],
    codes: ['APPENDUID'],
    used: [{ file: `${SYNC}/settle/put-draft.ts`, mark: "'REPLACE'", what: 'the next version of a draft' }],
    without: '`replace` appends, marks and removes.',
  },
  {
    capabilities: ['SAVEDATE'],
    rfcs: [8514],
    title: 'When a message came into its mailbox',
    items: ['SAVEDATE'],
    keys: ['SAVEDBEFORE', 'SAVEDON', 'SAVEDSINCE', 'SAVEDATESUPPORTED'],
    unused:
      'for programs that empty mailboxes by age; Postern removes nothing by itself. What arrived since an action began is told by UIDNEXT, exactly, where SAVEDSINCE knows the day; and where UIDNEXT was not said the mailbox was not there',
    without: 'The item is left out; the search goes by arrival.',
  },
  {
    capabilities: ['PREVIEW'],
    rfcs: [8970],
    title: 'The first words of a message',
    items: ['PREVIEW', 'PREVIEW (LAZY)'],
    used: [
      {
        file: `${SYNC}/server-previews.ts`,
        mark: "['PREVIEW']",
        what: 'the first words of rows on screen whose texts are not kept ahead',
      },
    ],
    without:
      'The item is left out; the first words are made of the text, as they are where the server has none.',
  },
  {
    capabilities: ['QUOTA', 'QUOTA=RES-…', 'QUOTASET'],
    rfcs: [9208],
    title: 'How full an account is',
    exports: ['getQuota', 'getQuotaRoot', 'setQuota', 'status'],
    status: ['DELETED', 'DELETED-STORAGE'],
    responses: ['quota', 'quota-root'],
    atoms: ['OVERQUOTA'],
    used: [
      {
        file: `${SYNC}/quota-asking.ts`,
        mark: "getQuotaRoot('INBOX')",
        what: 'how full the account is, in the settings and where little is left',
      },
      { file: `${SYNC}/outbox.ts`, mark: 'OVERQUOTA', what: 'what becomes of an action that is refused' },
    ],
    without: 'It shows when something is refused.',
  },
  {
    capabilities: ['PARTIAL'],
    rfcs: [9394],
    title: 'Windows on what is found or fetched',
    exports: ['searchMessages', 'fetchWindow', 'uidExtendedSearch', 'uidExtendedSort', 'uidFetch'],
    responses: ['esearch'],
    used: [
      {
        file: `${SYNC}/around.ts`,
        mark: "'PARTIAL'",
        what: 'the rows at a position that is scrolled to; without, by sequence number',
      },
      {
        file: `${SYNC}/find-and-fetch.ts`,
        mark: "'PARTIAL'",
        what: 'the newest of what a search finds, in its flight; without, all that was found is told first, and cut here',
      },
    ],
    without:
      'All is asked for, and cut here. `fetchWindow` searches which messages a set has, and fetches those that the window shows.',
  },
  {
    capabilities: ['INPROGRESS'],
    rfcs: [9585],
    title: 'How far a long command is',
    exports: ['withProgress'],
    codes: ['INPROGRESS'],
    atoms: ['INPROGRESS'],
    used: [
      {
        file: `${SYNC}/lane.ts`,
        mark: 'withProgress',
        what: 'how far the server is with an action, in the outbox',
      },
    ],
    without: 'Nothing is told.',
  },
  {
    capabilities: ['UIDONLY'],
    rfcs: [9586],
    title: 'No sequence numbers',
    exports: ['enableOffered', 'uidFetch', 'Connection'],
    responses: ['fetch', 'vanished'],
    atoms: ['UIDREQUIRED'],
    used: [
      {
        file: `${SYNC}/enabling.ts`,
        mark: "'UIDONLY'",
        what: 'every connection of the engine, where PARTIAL stands in for sequence numbers',
      },
    ],
    without: 'Sequence numbers are resolved in the connection, and go no further.',
  },
  {
    capabilities: ['LIST-METADATA'],
    rfcs: [9590],
    title: 'Notes on all mailboxes at once',
    exports: ['list', 'listMailboxes'],
    responses: ['metadata'],
    without: 'GETMETADATA of each, as `listMailboxes` does.',
  },
  {
    capabilities: ['MESSAGELIMIT=…', 'SAVELIMIT=…'],
    rfcs: [9738],
    title: 'So many messages at a time',
    exports: ['inSteps', 'fetchMessages', 'searchMessages', 'withReceipt'],
    keys: ['UIDAFTER', 'UIDBEFORE'],
    codes: ['MESSAGELIMIT'],
    used: [
      {
        file: `${SYNC}/steps.ts`,
        mark: 'inSteps(',
        what: 'catching up, searching, and every action of a person: no part passes for the whole',
      },
    ],
    without: '`inSteps` is one command, and so are the others.',
  },
  {
    capabilities: ['X-GM-EXT-1'],
    rfcs: [],
    title: 'Gmail’s labels, identifiers and search',
    exports: ['uidStoreLabels'],
    items: ['X-GM-MSGID', 'X-GM-THRID', 'X-GM-LABELS'],
    keys: ['X-GM-RAW', 'X-GM-LABELS', 'X-GM-MSGID', 'X-GM-THRID'],
    used: [
      {
        file: `${SYNC}/email-ids.ts`,
        mark: "'X-GM-MSGID'",
        what: 'a message that is in INBOX and in All Mail is fetched once: X-GM-MSGID stands for EMAILID. A label is a mailbox to Postern, as to IMAP. X-GM-RAW is left: its index is that of TEXT, and what a person types would be taken for operators. X-GM-THRID is left as THREADID is',
      },
    ],
    without:
      'Items are left out; searching by them, and labels, are a UsageError. Each copy of a message is fetched.',
  },
];
