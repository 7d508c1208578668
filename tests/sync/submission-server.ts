import type { Transport } from '@postern/protocol/port';

export interface Seen {
  /** Complete messages. */
  messages: number;
  /** What MAIL said, for each that was begun. */
  readonly mail?: string[];
  /** Whom each was for. */
  readonly reached: string[][];
}

export interface Ways {
  /** Extensions that EHLO offers. */
  readonly offers?: readonly string[];
  /** Recipients that it takes at once. */
  readonly atOnce?: number;
  /** Replies to RCPT, by address. */
  readonly replies?: ReadonlyMap<string, string>;
  /** Which message gets `end`; the others are taken. */
  readonly endOf?: number;
}

/** Takes everything as a good server does; the last reply is `end`, or undefined: it closes without one. */
export function submissionServer(end: string | undefined, seen: Seen, ways: Ways = {}): () => Transport {
  return () => {
    const said: Uint8Array[] = [new TextEncoder().encode('220 ready\r\n')];
    let wake = (): void => {};
    let closed = false;
    let taking = false;
    let recipients: string[] = [];
    const say = (line: string): void => {
      said.push(new TextEncoder().encode(`${line}\r\n`));
      wake();
    };
    const close = (): void => {
      closed = true;
      wake();
    };
    let held = '';
    return {
      bytes: (async function* () {
        for (;;) {
          const chunk = said.shift();
          if (chunk) yield chunk;
          else if (closed) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      })(),
      async write(bytes) {
        held += new TextDecoder().decode(bytes);
        for (let at = held.indexOf('\r\n'); at >= 0; at = held.indexOf('\r\n')) {
          const line = held.slice(0, at);
          held = held.slice(at + 2);
          if (taking && line !== '.') continue;
          if (taking) {
            taking = false;
            seen.messages++;
            seen.reached.push(recipients);
            recipients = [];
            if (ways.endOf !== undefined && ways.endOf !== seen.messages) say('250 queued');
            else if (end === 'throws') throw new TypeError('a bug of ours');
            if (end === undefined) close();
            else if (end !== 'silence') say(end);
          } else if (line === 'DATA') {
            taking = true;
            say('354 go on');
          } else if (line.startsWith('RCPT')) {
            const address = /<(.*)>/.exec(line)?.[1] ?? '';
            const answer =
              recipients.length >= (ways.atOnce ?? Infinity)
                ? '452 4.5.3 enough'
                : ways.replies?.get(address);
            if (answer === undefined) recipients.push(address);
            say(answer ?? '250 fine');
          } else {
            if (line === 'RSET') recipients = [];
            if (line.startsWith('MAIL')) seen.mail?.push(line);
            const offers = line.startsWith('EHLO') ? (ways.offers ?? []) : [];
            for (const offer of ['mail.example', ...offers].slice(0, offers.length)) say(`250-${offer}`);
            say(offers.length > 0 ? `250 ${offers.at(-1)}` : '250 fine');
          }
        }
      },
      close,
    };
  };
}
