/** What a line of text from a message may hold once it is to be read, or sent again, as one line. */

/** Tabs and line breaks: white space in one line. */
const BREAKS = /[\t\n\v\f\r\x85\u2028\u2029]+/g;
/**
 * Controls; embeddings, overrides and isolates of the bidirectional algorithm, which turn `exe.txt` around and spill over
 * whatever stands beside them (the marks U+200E and U+200F stay: they do no harm and are needed); byte order marks;
 * interlinear annotations; tags.
 */
const UNSHOWABLE = /[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
const SUSPECT = /[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufff9-\ufffb]/;

/** One line without anything that moves the cursor or turns the writing around. Lone surrogates become U+FFFD. */
export function oneLine(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return wellFormed(text).replace(BREAKS, ' ').replace(UNSHOWABLE, '');
}

/** Lone surrogates become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udfff]/gu, '\ufffd');
}
