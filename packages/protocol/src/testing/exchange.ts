import { decodeLatin1, encodeText } from '../bytes/index.ts';
import { Connection, enable, select } from '../imap/index.ts';
import type { Command, News } from '../imap/index.ts';

export interface Exchanged {
  /** Without the tag and the line break, octets as characters; continuation requests are granted. */
  readonly written: string;
  /** What the command's OK gave, or the error of its NO. */
  readonly value: unknown;
  readonly news: readonly News[];
}

/** A signed-in connection, for commands that are tried one at a time. */
export class Exchange {
  readonly connection = new Connection();
  readonly #news: News[] = [];

  /** `enabled`: what the server answers an ENABLE with; a mailbox is selected afterwards. */
  constructor(capabilities: string, enabled = '') {
    this.hear(`* PREAUTH [CAPABILITY ${capabilities}${enabled === '' ? '' : ' ENABLE'}] hi`);
    if (enabled !== '') {
      const tag = this.connection.send(enable(enabled.split(' ')));
      this.connection.output();
      this.hear(`* ENABLED ${enabled}`, `${tag} OK`);
    }
    const tag = this.connection.send(select('INBOX'));
    this.connection.output();
    this.hear('* 3 EXISTS', `${tag} OK`);
    this.#news.length = 0;
  }

  /** Lines of the server; the receipt's value or error where one was among them. */
  hear(...lines: string[]): unknown {
    for (const line of lines) this.connection.receive(octets(`${line}\r\n`));
    let value: unknown;
    for (let event = this.connection.next(); event; event = this.connection.next()) {
      if (event.type === 'receipt') value = event.ok ? event.value : event.error;
      else if (event.type === 'news') this.#news.push(event.news);
      else if (event.type === 'defect') throw event.error;
    }
    return value;
  }

  /** `$tag` in the answers stands for the command's tag; without a receipt among them, an OK follows. */
  run(command: Command<unknown>, ...answers: string[]): Exchanged {
    this.#news.length = 0;
    const tag = this.connection.send(command);
    let written = '';
    for (;;) {
      const output = this.connection.output();
      if (output) written += decodeLatin1(output);
      else if (/\{\d+\}\r\n$/.test(written)) this.hear('+ go on');
      else break;
    }
    const lines = answers.map((line) => line.replaceAll('$tag', tag));
    if (!lines.some((line) => line.startsWith(`${tag} `))) lines.push(`${tag} OK done`);
    const value = this.hear(...lines);
    return { written: written.slice(tag.length + 1, -2), value, news: [...this.#news] };
  }
}

/** Characters up to U+00FF as octets, others as UTF-8. */
function octets(line: string): Uint8Array {
  return /[^\0-\xff]/.test(line) ? encodeText(line) : Uint8Array.from(line, (each) => each.charCodeAt(0));
}

/** UTF-8 as `written` shows it. */
export function utf8(text: string): string {
  return decodeLatin1(encodeText(text));
}
