import { Connection, select, uidFetch } from '@postern/protocol/imap';
import type { FetchedMessage, FetchItem } from '@postern/protocol/imap';

/** Octets that arrive at once. */
const CHUNK = 64 * 1024;

const octets = (line: string): Uint8Array => new TextEncoder().encode(line);

/** A connection with a mailbox selected: everything that stands between a socket and typed values, sequence numbers included. */
export class Reading {
  readonly #connection = new Connection();
  readonly #count: number;
  #taker: (message: FetchedMessage) => void = () => undefined;

  constructor(count: number) {
    this.#count = count;
    this.#feed(octets('* PREAUTH [CAPABILITY IMAP4rev1 CONDSTORE] ready\r\n'));
    const tag = this.#connection.send(select('INBOX'));
    const answer = `* ${count} EXISTS\r\n* OK [UIDVALIDITY 1]\r\n* OK [UIDNEXT ${count + 1}]\r\n${tag} OK\r\n`;
    this.#feed(octets(answer));
  }

  /** Reads the answer to one UID FETCH and hands each message to `taker` as it comes. */
  read(bytes: Uint8Array, items: readonly FetchItem[], taker: (message: FetchedMessage) => void): void {
    this.#taker = taker;
    const tag = this.#connection.send(uidFetch([[1, this.#count]], items));
    for (let at = 0; at < bytes.length; at += CHUNK) this.#feed(bytes.subarray(at, at + CHUNK));
    this.#feed(octets(`${tag} OK done\r\n`));
  }

  #feed(chunk: Uint8Array): void {
    this.#connection.receive(chunk);
    for (let event = this.#connection.next(); event; event = this.#connection.next()) {
      if (event.type === 'news' && event.news.type === 'fetch') this.#taker(event.news.message);
    }
    this.#connection.output();
  }
}
