interface Difference {
  readonly server: string;
  readonly feature: string;
  /** What the server does instead, for the people who run it. */
  readonly reason: string;
  /** How the feature's test fails, so that no other failure hides behind this one. */
  readonly shows: RegExp;
}

/**
 * Where a server announces a feature, or has to have it, and does otherwise than specified: seen with the versions of the
 * table. One that is gone fails the run, so that none outlives its server's mending.
 */
export const differences: readonly Difference[] = [
  {
    server: 'Courier',
    feature: 'names beyond the basic plane',
    reason: 'refuses names with characters above U+FFFF (emoji), which modified UTF-7 writes as two',
    shows: /^CREATE: NO/,
  },
  {
    server: 'Courier',
    feature: 'EXAMINE',
    reason: 'lets flags be changed in a mailbox that was opened read-only',
    shows: /'\\Flagged'/,
  },
  {
    server: 'Courier',
    feature: 'groups of addresses',
    reason: 'leaves out the names of groups in ENVELOPE',
    shows: /deeply equal/,
  },
  {
    server: 'Courier',
    feature: 'parts of a message inside',
    reason:
      'gives the last line of a message inside a message with half of the line break that is not its own',
    shows: /to be 'The message inside.'/,
  },
  {
    server: 'Courier',
    feature: 'APPEND of a UTF-8 header',
    reason: 'refuses the form UTF8 (~{…}) that it announces (RFC 6855 §4), and takes a plain literal',
    shows: /^APPEND: NO/,
  },
  {
    server: 'Courier',
    feature: 'THREAD=ORDEREDSUBJECT',
    reason: 'makes every message the child of the one before instead of the first (RFC 5256 §3)',
    shows: /deeply equal/,
  },
  {
    server: 'Dovecot',
    feature: 'NOTIFY of the selected mailbox',
    reason:
      'keeps the news of the selected mailbox until a command comes; while idling it tells them at once',
    shows: /never happened .* the new message/,
  },
  {
    server: 'Embedded',
    feature: 'APPEND of NUL',
    reason: 'keeps no message with NUL in it, as a server may (RFC 3516 §4.4)',
    shows: /^APPEND: NO \[UNKNOWN-CTE\]/,
  },
  {
    server: 'Cyrus',
    feature: 'names with quotes and backslashes',
    reason: 'refuses names with quotes, backslashes or braces, as a server may',
    shows: /^CREATE: NO/,
  },
  {
    server: 'Cyrus',
    feature: 'PREVIEW',
    reason: 'answers NIL, which is for LAZY alone (RFC 8970 §3.1)',
    shows: /^expected null to/,
  },
  {
    server: 'Cyrus',
    feature: 'SEARCH=FUZZY',
    reason: 'announces it without a search index too, and then finds nothing',
    shows: /^expected \[\] to/,
  },
  {
    server: 'Cyrus',
    feature: 'ESORT MIN and MAX',
    reason: 'gives the lowest and the highest UID instead of the first and the last in order (RFC 5267 §3.1)',
    shows: /to match object \{ min: 6, max: 2 \}/,
  },
  {
    server: 'Cyrus',
    feature: 'GETQUOTA',
    reason: 'answers only administrators; GETQUOTAROOT says the same of one’s own mailboxes',
    shows: /^GETQUOTA: NO/,
  },
];

export const difference = (server: string, feature: string): Difference | undefined =>
  differences.find((each) => each.server === server && each.feature === feature);
