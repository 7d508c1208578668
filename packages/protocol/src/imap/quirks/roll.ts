/**
 * What real servers get wrong, each item reported against that server in the trackers or sources of established clients, and
 * where its test is:
 *
 * - `wire`: octets that the grammar does not allow, or that mislead; a case in the table of that server (`quirks/*.test.ts`),
 *   read whole, octet by octet and cut anywhere, with a response before it and one behind it that must be read all the same.
 * - `session`: what a server does in the course of a conversation; a test beside that table.
 * - `engine`: what it takes a mailbox, a store and some time to see; a test in tests/sync/quirks.
 *
 * The tests hold themselves to this list: an item without a test fails, and so does a test without an item.
 */
export type QuirkLevel = 'wire' | 'session' | 'engine';

export const ROLL = {
  'any server': {
    'UIDVALIDITY 0': 'session',
    'UIDNEXT 0': 'session',
    'UIDNEXT missing': 'engine',
    'UNSEEN 0': 'wire',
    'HIGHESTMODSEQ 0': 'session',
    'HIGHESTMODSEQ going down': 'engine',
    'a response code with no text after it': 'wire',
    'PERMANENTFLAGS with no text': 'wire',
    'unescaped quotes in a quoted string': 'wire',
    'a literal counted in characters': 'wire',
    'a literal shorter than announced': 'wire',
    'a literal without its last CRLF': 'wire',
    'LITERAL + in two words': 'wire',
    'a continuation request with no space or text': 'session',
    'the media subtype missing': 'wire',
    'the line count missing': 'wire',
    'the last fields of an envelope missing': 'wire',
    'NIL for the name of a mailbox': 'wire',
    'a name in STATUS without quotes': 'wire',
    'NULs before a response': 'wire',
    'spaces at the end of CAPABILITY': 'wire',
    'spaces at the end of SEARCH': 'wire',
    'spaces at the end of a list of flags': 'wire',
    'two spaces between the items of a list': 'wire',
    'FETCH of nothing': 'wire',
    'a size of −1': 'wire',
    'a MODSEQ of −1': 'wire',
    'a sequence number of −1': 'wire',
    'a number as 9.37e+06': 'wire',
    'FETCH above EXISTS': 'session',
    'EXPUNGE above EXISTS': 'session',
    'EXISTS that falls': 'session',
    'message number 0': 'session',
    'CAPABILITY before the OK of the sign-in': 'session',
    'BYE again and again': 'session',
    'BYE with no space': 'wire',
    'a line of text with no tag': 'session',
    'flags with brackets': 'wire',
    'flags with spaces': 'wire',
    'bad modified UTF-7': 'wire',
    'names in raw UTF-8': 'wire',
  },
  Gmail: {
    'a multipart with no children': 'wire',
    'an enclosed message in base64, as a basic part': 'wire',
    'display name and mailbox swapped': 'wire',
    'SEARCH that is stale until NOOP': 'engine',
    'files the copy in Sent itself': 'engine',
    'labels instead of copies: what is moved out of All Mail stays in it': 'engine',
    'FETCH in spite of .SILENT': 'engine',
  },
  Exchange: {
    'COPYUID on a line with no OK': 'session',
    'COPYUID with nothing in it': 'session',
    'a disposition as a bare string': 'wire',
    'a part of nothing but NIL': 'wire',
    'an encoding of NIL': 'wire',
    'an encoding with a space at its end': 'wire',
    'a part of −1 octets': 'wire',
    'octets in the text of a response that no text may hold': 'wire',
    'BAD with a wait in milliseconds, when asked too often': 'engine',
    'User is authenticated but not connected': 'engine',
    'a message that cannot be had: OK, and no data': 'engine',
    'spaces between addresses': 'wire',
    'LSUB refused with BAD': 'engine',
    'another Message-ID on what was submitted': 'engine',
  },
  Yahoo: {
    '() for a NIL list of addresses': 'wire',
    'messages from the highest UID down': 'engine',
    'command lines of 1000 octets at most': 'engine',
    'IDLE that works and is not listed': 'engine',
    'numbers above EXISTS in large mailboxes': 'session',
  },
  iCloud: {
    'ENABLE: OK, and no ENABLED': 'session',
    'BYE with no space': 'wire',
    'SEARCH HEADER refused now and then': 'engine',
    'items asked for and left out': 'engine',
  },
  Yandex: {
    'BODY with no value': 'wire',
    'a BODYSTRUCTURE that breaks off': 'wire',
    'BYE again and again': 'session',
  },
  Coremail: {
    'a quoted string that ends in an escaped quote': 'wire',
    'sets from the highest UID down give BAD': 'session',
    'STATUS with an empty list': 'wire',
    'quotes that are not escaped, and nothing else': 'wire',
    'SELECT refused until ID was said': 'engine',
    'files the copy in Sent itself': 'engine',
  },
  GMX: {
    'a multipart with no children': 'wire',
    'NIL for values that are never NIL': 'wire',
  },
  'mail.ru': { 'sizes in floating point': 'wire' },
  'Proton Bridge': {
    'UIDs used again after a rebuild': 'engine',
    'LIST RETURN (SPECIAL-USE) gives BAD': 'engine',
  },
  Zoho: { 'a MODSEQ of −1': 'wire' },
  Zimbra: {
    'UID glued to MODSEQ': 'wire',
    'BYE after a refused sign-in': 'session',
    'READ-ONLY that is not so': 'engine',
  },
  Domino: {
    'ENVELOPE in one more pair of parentheses': 'wire',
    'a date of 00-Jan-0000': 'wire',
  },
  strato: { 'extended LIST answered with nothing': 'engine' },
  Purelymail: { 'HIGHESTMODSEQ 0 of an empty mailbox': 'engine' },
  seznam: { 'UIDNEXT without UIDPLUS': 'engine' },
  Dovecot: {
    'NIL for the children of a multipart': 'wire',
    'MISSING_DOMAIN in addresses': 'wire',
    'attributes that disappear with LIST RETURN': 'engine',
    'UNKNOWN-CTE for a part that holds NUL': 'session',
  },
  Cyrus: {
    '* passes over an expunged top UID with CHANGEDSINCE': 'session',
    'strict about modified UTF-7': 'session',
    'ESEARCH answered by SEARCH': 'session',
    'a long VANISHED once its log was trimmed': 'engine',
  },
  Courier: {
    'FETCH of message 0': 'session',
    'another UIDVALIDITY under EXAMINE': 'engine',
    'what was appended shows after NOOP': 'engine',
    'no CONDSTORE, LITERAL- or SPECIAL-USE': 'engine',
    'everything below INBOX.': 'engine',
  },
  hMailServer: {
    'no UIDPLUS': 'engine',
    'SEARCH refused for its charset': 'engine',
  },
  davmail: { 'FETCH * fails': 'session' },
  Xeams: { ') on the line after BODY[]': 'wire' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, QuirkLevel>>>>;

/** Items of one server that are tested at one of the levels. */
export function itemsOf(server: string, ...levels: readonly QuirkLevel[]): string[] {
  const items = Object.entries((ROLL as Readonly<Record<string, Record<string, QuirkLevel>>>)[server] ?? {});
  return items.filter(([, level]) => levels.includes(level)).map(([item]) => item);
}
