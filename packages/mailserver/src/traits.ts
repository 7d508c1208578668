/**
 * What servers in the wild do that the RFCs do not ask for or do not allow, each seen on the server named. A profile
 * lists those it shows.
 */
export const TRAITS = [
  /** Dovecot: with LIST … RETURN (…), attributes that were not asked for are left out. */
  'list-only-asked',
  /** Cyrus: special-use attributes only with RETURN (SPECIAL-USE), and in lower case. */
  'special-use-asked',
  /** Cyrus: PREVIEW is NIL, though RFC 8970 §3.2 forbids it without LAZY. */
  'preview-nil',
  /** Courier: no AUTH= among the capabilities. */
  'sasl-unannounced',
  /** Courier: the tagged OK of a sign-in tells no capabilities. */
  'bare-login-ok',
  /** Courier: ID is announced nowhere and answered by NO. */
  'id-refused',
  /** Courier: APPEND to the selected mailbox is heard of at the next command only. */
  'append-untold',
  /** Courier: LSUB shows INBOX as \Noselect. */
  'lsub-inbox-noselect',
  /** Courier: UIDVALIDITY is another one under EXAMINE. */
  'examine-uidvalidity',
  /** Exchange: COPYUID of a move stands on a line of its own, without `* OK`. */
  'bare-copyuid',
  /** Exchange: the disposition in BODYSTRUCTURE is a bare string. */
  'bare-disposition',
  /** Yahoo: an empty address list is (), not NIL. */
  'empty-address-list',
  /** Yahoo: FETCH responses come in descending order. */
  'fetch-descending',
  /** iCloud: ENABLE is answered by OK alone, and enables nothing. */
  'enable-unanswered',
  /** iCloud: BYE with no text and no space after it. */
  'bare-bye',
  /** iCloud: SEARCH HEADER is NO [UNAVAILABLE]. */
  'search-header-unavailable',
  /** Gmail: a FETCH response to STORE in spite of .SILENT. */
  'fetch-despite-silent',
  /** Gmail, QQ: what is submitted is filed in Sent by the server. */
  'files-sent',
  /** Any: a response code with no text after it, and no space. */
  'code-without-text',
  /** Any: a space at the end of CAPABILITY, SEARCH and FLAGS. */
  'trailing-space',
] as const;

export type Trait = (typeof TRAITS)[number];
