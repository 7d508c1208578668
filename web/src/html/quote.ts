/**
 * Folds the history quoted at the end of an answer behind a button. The button is a `<details>`: it works in a
 * frame without scripts, by keyboard and by screen reader.
 */
import { ID_PREFIX } from './selectors.ts';

/** How programs mark the history they quote. */
const HISTORY = [
  'div.gmail_quote_container',
  'div.gmail_quote',
  'blockquote.gmail_quote',
  'blockquote[type="cite"]',
  'div.yahoo_quoted',
  'div.protonmail_quote',
  'blockquote.protonmail_quote',
  'div.tutanota_quote',
  'div.zmail_extra',
  'div.WordSection1 ~ div.moz-cite-prefix',
  'div.moz-cite-prefix',
  `#${ID_PREFIX}divRplyFwdMsg`,
  `#${ID_PREFIX}appendonsend`,
  `#${ID_PREFIX}OLK_SRC_BODY_SECTION`,
  'blockquote',
].join(', ');

const FORWARDED =
  /^[\s>-]*(?:-{3,}\s*)?(?:forwarded message|original message forwarded|begin forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado)/i;
/** "On …, … wrote:" in the languages programs write it in: a line that ends in a colon and holds a date or address. */
const ATTRIBUTION = /(?:\d{4}|@)[^\n]{0,300}:\s*$/;

/** The words that close an answer: without letters it has nothing of its own to show. */
const hasWords = (text: string): boolean => /[\p{L}\p{N}\p{Emoji_Presentation}]/u.test(text);

/** @param body a mail's cleaned body; the history in it is moved into a `<details class="postern-quote">`. */
export function foldQuote(body: HTMLElement, label: string): void {
  const start = trailingHistory(body);
  if (start === undefined) return;
  const document = body.ownerDocument;
  const details = document.createElement('details');
  details.className = 'postern-quote';
  const summary = document.createElement('summary');
  summary.textContent = '…';
  summary.title = label;
  summary.setAttribute('aria-label', label);
  details.append(summary);
  const parent = start.parentNode;
  if (parent === null) return;
  parent.insertBefore(details, start);
  for (let node: Node | null = start; node !== null;) {
    const next: Node | null = node.nextSibling;
    details.append(node);
    node = next;
  }
}

/** The first node of the history, when there is an answer above it and nothing but history below. */
function trailingHistory(body: HTMLElement): Node | undefined {
  for (const found of body.querySelectorAll<HTMLElement>(HISTORY)) {
    if (FORWARDED.test(found.textContent.slice(0, 400))) return undefined;
    const start = withAttribution(body, found);
    const before = textBefore(body, start);
    if (!hasWords(before) || FORWARDED.test(before.slice(-400))) continue;
    if (!hasWords(textAfter(body, found))) return start;
  }
  return undefined;
}

/** Takes the line that introduces the quotation with it, and the boxes that hold nothing else above it. */
function withAttribution(body: HTMLElement, history: HTMLElement): Node {
  let start: Node = history;
  for (;;) {
    const introduction = introductionAbove(start);
    if (introduction !== undefined) start = introduction;
    const parent: Node | null = start.parentNode;
    if (parent === null || parent === body || !isFirst(start)) return start;
    start = parent;
  }
}

function introductionAbove(start: Node): Node | undefined {
  for (let node = start.previousSibling; node !== null; node = node.previousSibling) {
    const text = node.textContent ?? '';
    if (hasWords(text)) return text.length < 500 && ATTRIBUTION.test(text) ? node : undefined;
  }
  return undefined;
}

function isFirst(start: Node): boolean {
  for (let node = start.previousSibling; node !== null; node = node.previousSibling) {
    if (hasWords(node.textContent ?? '') || (node as Element).localName === 'img') return false;
  }
  return true;
}

function textBefore(body: HTMLElement, node: Node): string {
  const range = body.ownerDocument.createRange();
  range.setStart(body, 0);
  range.setEndBefore(node);
  return range.toString();
}

/** What follows, marked history left out: programs leave several blocks of it one after another. */
function textAfter(body: HTMLElement, history: HTMLElement): string {
  const marker = history.matches(`.moz-cite-prefix, #${ID_PREFIX}divRplyFwdMsg, #${ID_PREFIX}appendonsend`);
  if (marker) return '';
  const range = body.ownerDocument.createRange();
  range.setStartAfter(history);
  range.setEndAfter(body.lastChild ?? body);
  const rest = range.cloneContents();
  for (const more of rest.querySelectorAll(HISTORY)) more.remove();
  return rest.textContent;
}
