import type { Message } from '../account/mailbox.ts';
import { changeItems, fetchResponse } from './fetch-response.ts';
import { sequenceSet } from './format.ts';
import type { Piece } from './output.ts';
import type { Selected } from './selected.ts';
import type { NewsStyle, Session } from './session.ts';
import { hasModSeq, newsStyle } from './session.ts';

/** What may be told of the selected mailbox at this moment. */
export interface Occasion {
  /** Numbers may change: not while FETCH, STORE or SEARCH is answered (RFC 3501 §7.4.1). */
  readonly mayExpunge: boolean;
  /** The client itself expunged something, and hears of it whatever NOTIFY says. */
  readonly ownExpunge?: boolean;
}

/** Everything this client is to hear now, as untagged responses. */
export function* news(session: Session, occasion: Occasion): Generator<Piece, void> {
  const { selected, notify } = session;
  if (selected !== undefined) {
    const wanted = notify === undefined ? EVERYTHING : notify.ofSelected;
    const expunges = (occasion.mayExpunge && wanted.has('MessageExpunge')) || occasion.ownExpunge === true;
    if (expunges) yield* expungeNews(selected, newsStyle(session));
    const told = [
      ...(wanted.has('MessageNew') ? arrivals(session, selected) : []),
      ...(wanted.has('FlagChange') ? flagChanges(session, selected) : []),
    ];
    yield* told;
    if (told.length > 0) yield* waitingExpunge(selected, newsStyle(session));
  }
  if (session.metadata !== undefined) yield* session.metadata.news(session);
  if (notify !== undefined) yield* notify.news(session);
}

const EVERYTHING: ReadonlySet<string> = new Set(['MessageNew', 'MessageExpunge', 'FlagChange']);

function* expungeNews(selected: Selected, style: NewsStyle): Generator<Piece, void> {
  const gone = selected.takeExpunged();
  // Of a message the client never heard of, it does not hear that it is gone (RFC 7162 §3.2.10.2).
  if (gone.length === 0) return;
  if (style.vanished) yield `* VANISHED ${sequenceSet(gone.map(([, { uid }]) => uid))}\r\n`;
  else for (const [before, [number]] of gone.entries()) yield `* ${number - before} EXPUNGE\r\n`;
}

function* arrivals(session: Session, selected: Selected): Generator<Piece, void> {
  const added = selected.takeAdded();
  if (added.length === 0) return;
  yield `* ${selected.messages.length} EXISTS\r\n`;
  if (newsStyle(session).recent) yield `* ${selected.recentCount} RECENT\r\n`;
  const items = session.notify?.itemsOfNew ?? [];
  if (items.length === 0) return;
  for (const { message, own } of added)
    if (!own) yield* fetchResponse(session, selected.numberOf(message), message, items);
}

function* flagChanges(session: Session, selected: Selected): Generator<Piece, void> {
  for (const message of selected.takeChanged()) yield* flagChange(session, selected, message);
}

function* flagChange(session: Session, selected: Selected, message: Message): Generator<Piece, void> {
  yield* selected.newKeywords(message.flags);
  yield* fetchResponse(session, selected.numberOf(message), message, changeItems(session));
}

/** What is told now may be newer than an expunge that has to wait (RFC 7162 §3.2). */
function* waitingExpunge(selected: Selected, style: NewsStyle): Generator<Piece, void> {
  const from = selected.expungedFrom;
  if (style.vanished && from !== undefined)
    yield `* OK [HIGHESTMODSEQ ${from - 1n}] An expunge will follow\r\n`;
}

/** HIGHESTMODSEQ after the first command that made the client known as one that understands it (RFC 7162 §3.1). */
export function* firstModSeq(session: Session, command: string): Generator<Piece, void> {
  const { selected } = session;
  if (selected === undefined || !hasModSeq(session) || command === 'SELECT' || command === 'EXAMINE') return;
  const { expungedFrom } = selected;
  const highest = expungedFrom === undefined ? selected.mailbox.highestModSeq : expungedFrom - 1n;
  yield `* OK [HIGHESTMODSEQ ${highest}] Highest\r\n`;
}
