/** The words of the grammar itself: they may appear in a log, everything else that people wrote may not. */
const VOCABULARY = new Set(
  (
    'OK NO BAD BYE PREAUTH CAPABILITY ENABLED FLAGS LIST LSUB STATUS SEARCH ESEARCH SORT THREAD ID NAMESPACE EXISTS ' +
    'RECENT EXPUNGE VANISHED EARLIER FETCH UID MODSEQ ENVELOPE BODYSTRUCTURE BODY BINARY HEADER FIELDS NOT TEXT MIME ' +
    'INTERNALDATE RFC822 SIZE NIL MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ APPENDUID COPYUID PERMANENTFLAGS ' +
    'READ-ONLY READ-WRITE TRYCREATE MODIFIED ALERT TAG ALL COUNT MIN MAX LOGIN AUTHENTICATE SELECT EXAMINE CREATE ' +
    'DELETE RENAME SUBSCRIBE UNSUBSCRIBE APPEND CLOSE UNSELECT STORE COPY MOVE IDLE DONE NOOP LOGOUT STARTTLS ENABLE ' +
    'PEEK RETURN PLAIN INBOX'
  ).split(' '),
);

/** Octets before and after the offset that an excerpt shows. */
const REACH = 40;

/** What stands around `offset`, fit for a log: words that are not IMAP's are masked, letters as `x`, digits as `0`. */
export function excerpt(bytes: Uint8Array, offset: number): string {
  let text = '';
  for (const octet of bytes.subarray(Math.max(0, offset - REACH), offset + REACH)) {
    text += octet < 0x20 || octet === 0x7f ? '.' : octet < 0x7f ? String.fromCharCode(octet) : 'x';
  }
  return mask(text);
}

/** Masks what is not a word of the grammar in one line of protocol. */
export function mask(text: string): string {
  return text.replace(/[\w-]+/g, (word) =>
    VOCABULARY.has(word.toUpperCase()) ? word : word.replace(/[^\W\d]/g, 'x').replace(/\d/g, '0'),
  );
}
