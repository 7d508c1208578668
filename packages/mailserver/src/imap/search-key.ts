import { Refusal } from '../account/account.ts';
import type { Message } from '../account/mailbox.ts';
import { bodyText, decodeHeaderText } from '../message/decode.ts';
import { GrammarError } from './grammar-error.ts';
import { readMessageSet } from './message-set.ts';
import type { Scanner } from './scanner.ts';
import { internalDay, readDay, savedDay, sentDay } from './search-date.ts';
import { fold, inAddresses, inField } from './search-text.ts';
import type { Selected } from './selected.ts';
import type { Session } from './session.ts';
import { acts, has, hasModSeq, selectedOf } from './session.ts';

/** Whether a message, with its number in this session, is found. */
export type Predicate = (message: Message, number: number) => boolean;

/** What SEARCH was asked for. */
export interface SearchProgram {
  readonly matches: Predicate;
  /** Whether a message is looked at at all: in every set that all that is found has to be in. */
  readonly searches: Predicate;
  /** MODSEQ was among the keys. */
  readonly usesModSeq: boolean;
}

const FLAG_KEYS: Readonly<Record<string, readonly [flag: string, set: boolean]>> = {
  ANSWERED: ['\\Answered', true],
  DELETED: ['\\Deleted', true],
  DRAFT: ['\\Draft', true],
  FLAGGED: ['\\Flagged', true],
  SEEN: ['\\Seen', true],
  UNANSWERED: ['\\Answered', false],
  UNDELETED: ['\\Deleted', false],
  UNDRAFT: ['\\Draft', false],
  UNFLAGGED: ['\\Flagged', false],
  UNSEEN: ['\\Seen', false],
};

/** Reads the keys of SEARCH (RFC 3501 §6.4.4, §9) with an optional CHARSET. */
export function readSearchProgram(session: Session, scanner: Scanner): SearchProgram {
  // Text is UTF-8 then, and nothing else (RFC 6855 §3).
  const utf8Only = session.enabled.has('UTF8=ACCEPT');
  if (!utf8Only && scanner.accept('CHARSET ')) return readSearchKeys(session, scanner);
  return readKeys(session, scanner);
}

/** A charset and search keys, as SORT and THREAD have them (RFC 5256 §3); a Refusal for an unknown charset. */
export function readSearchKeys(session: Session, scanner: Scanner): SearchProgram {
  const charset = scanner.astring().toUpperCase();
  if (charset !== 'UTF-8' && charset !== 'US-ASCII')
    throw new Refusal('That charset is not supported', 'BADCHARSET (US-ASCII UTF-8)');
  scanner.space();
  return readKeys(session, scanner);
}

function readKeys(session: Session, scanner: Scanner): SearchProgram {
  const reader = new KeyReader(session, scanner);
  const keys = [reader.key()];
  while (!scanner.atEnd()) {
    scanner.space();
    keys.push(reader.key());
  }
  const sets = keys.filter((key) => reader.sets.has(key));
  return { matches: every(keys), searches: every(sets), usesModSeq: reader.usesModSeq };
}

function every(keys: readonly Predicate[]): Predicate {
  return (message, number) => keys.every((key) => key(message, number));
}

class KeyReader {
  usesModSeq = false;
  readonly sets = new Set<Predicate>();
  readonly #scanner: Scanner;
  readonly #selected: Selected;
  readonly #session: Session;

  constructor(session: Session, scanner: Scanner) {
    this.#scanner = scanner;
    this.#selected = selectedOf(session);
    this.#session = session;
  }

  key(): Predicate {
    const scanner = this.#scanner;
    if (scanner.peek() === '(') return every(this.#nonEmpty(scanner.list(() => this.key())));
    if (scanner.atSequenceSet() && this.#session.enabled.has('UIDONLY'))
      throw new GrammarError('Message numbers are not used here', 'UIDREQUIRED');
    if (scanner.atSequenceSet() || scanner.peek() === '$') return this.#inSet(false);
    const name = scanner.keyword();
    const flagKey = Object.hasOwn(FLAG_KEYS, name) ? FLAG_KEYS[name] : undefined;
    if (flagKey !== undefined) return (message) => message.flags.has(flagKey[0]) === flagKey[1];
    const bare = this.#bareKey(name);
    if (bare !== undefined) return bare;
    scanner.space();
    return this.#keyWithArgument(name);
  }

  #nonEmpty(keys: Predicate[]): Predicate[] {
    if (keys.length === 0) throw new GrammarError('Empty search key');
    return keys;
  }

  #bareKey(name: string): Predicate | undefined {
    const selected = this.#selected;
    if (name === 'ALL') return () => true;
    if (name === 'NEW') return (message) => selected.isRecent(message) && !message.flags.has('\\Seen');
    if (name === 'OLD') return (message) => !selected.isRecent(message);
    if (name === 'SAVEDATESUPPORTED' && has(this.#session, 'SAVEDATE')) return () => true;
    if (name === 'RECENT') return (message) => selected.isRecent(message);
    return undefined;
  }

  #keyWithArgument(name: string): Predicate {
    const scanner = this.#scanner;
    switch (name) {
      case 'NOT': {
        const key = this.key();
        return (message, number) => !key(message, number);
      }
      case 'OR': {
        const first = this.key();
        scanner.space();
        const second = this.key();
        return (message, number) => first(message, number) || second(message, number);
      }
      case 'UID':
        return this.#inSet(true);
      case 'KEYWORD':
      case 'UNKEYWORD': {
        const keyword = scanner.atom().toLowerCase();
        return (message) =>
          [...message.flags].some((flag) => flag.toLowerCase() === keyword) === (name === 'KEYWORD');
      }
      case 'LARGER': {
        const size = scanner.number();
        return (message) => message.content.size > size;
      }
      case 'SMALLER': {
        const size = scanner.number();
        return (message) => message.content.size < size;
      }
      case 'UIDAFTER':
      case 'UIDBEFORE': {
        if (this.#session.host.profile.messageLimit === undefined)
          throw new GrammarError(`Unknown search key ${name}`);
        const uid = scanner.number();
        return this.#set((message) => (name === 'UIDAFTER' ? message.uid > uid : message.uid < uid));
      }
      case 'OLDER':
      case 'YOUNGER':
        return this.#age(name);
      case 'EMAILID':
      case 'THREADID': {
        if (!has(this.#session, 'OBJECTID')) throw new GrammarError(`Unknown search key ${name}`);
        const id = scanner.atom();
        return (message) => name === 'EMAILID' && message.emailId === id;
      }
      case 'MODSEQ':
        return this.#modSeq();
      default:
        return this.#dateKey(name) ?? this.#textKey(name);
    }
  }

  #inSet(byUid: boolean): Predicate {
    const scanner = this.#scanner;
    const set =
      scanner.peek() === '$' ? readMessageSet(this.#session, scanner, byUid) : scanner.sequenceSet();
    const found = new Set(this.#selected.resolve(set, byUid).map(([, message]) => message));
    return this.#set((message) => found.has(message));
  }

  #set(within: Predicate): Predicate {
    this.sets.add(within);
    return within;
  }

  /** MODSEQ [entry-name entry-type] value (RFC 7162 §3.1.5); all metadata shares one sequence here. */
  #modSeq(): Predicate {
    const scanner = this.#scanner;
    if (!hasModSeq(this.#session)) throw new GrammarError('Unknown search key MODSEQ');
    if (scanner.peek() === '"') {
      scanner.string();
      scanner.space();
      scanner.keyword();
      scanner.space();
    }
    this.usesModSeq = true;
    const least = scanner.modSeq();
    return (message) => message.modSeq >= least;
  }

  /** OLDER and YOUNGER, in seconds (RFC 5032 §3). */
  #age(name: string): Predicate {
    const { host } = this.#session;
    if (!has(this.#session, 'WITHIN')) throw new GrammarError(`Unknown search key ${name}`);
    const seconds = this.#scanner.number();
    if (seconds === 0) throw new GrammarError('An interval of no length');
    const limit = host.now() - seconds * 1000;
    return ({ internalDate }) => (name === 'OLDER' ? internalDate <= limit : internalDate >= limit);
  }

  /** Dates compare by day, disregarding time; internal dates are shown in UTC, sent dates in their own zone. */
  #dateKey(name: string): Predicate | undefined {
    const match = /^(SENT|SAVED)?(BEFORE|ON|SINCE)$/.exec(name);
    if (match === null || (match[1] === 'SAVED' && !has(this.#session, 'SAVEDATE'))) return undefined;
    const day = readDay(this.#scanner.astring());
    const dayOf = match[1] === undefined ? internalDay : match[1] === 'SENT' ? sentDay : savedDay;
    if (match[2] === 'BEFORE') return (message) => dayOf(message) < day;
    if (match[2] === 'ON') return (message) => dayOf(message) === day;
    return (message) => dayOf(message) >= day;
  }

  #textKey(name: string): Predicate {
    const scanner = this.#scanner;
    if (name === 'HEADER') {
      if (acts(this.#session, 'search-header-unavailable')) throw new Refusal('Not now', 'UNAVAILABLE');
      const field = scanner.astring().toLowerCase();
      scanner.space();
      return inField(field, scanner.text());
    }
    if (name === 'SUBJECT') return inField('subject', scanner.text());
    if (['FROM', 'TO', 'CC', 'BCC'].includes(name)) return inAddresses(name.toLowerCase(), scanner.text());
    if (name !== 'BODY' && name !== 'TEXT') throw new GrammarError(`Unknown search key ${name}`);
    const wanted = fold(scanner.text());
    return ({ content }) => {
      const inHeader =
        name === 'TEXT' &&
        fold(
          content
            .structure()
            .header.map((field) => decodeHeaderText(field.raw))
            .join(''),
        ).includes(wanted);
      return inHeader || fold(bodyText(content)).includes(wanted);
    };
  }
}
