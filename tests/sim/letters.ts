import type { MessageSource } from '@postern/mailserver';

/** A message that can be told from all others wherever it is: its number stands in the subject. */
export interface Letter {
  readonly number: number;
  /** Empty where it has none. */
  readonly messageId: string;
  readonly body: string;
  readonly bytes: Uint8Array;
}

export const ada = 'ada@postern.example';
export const afar = 'grace@elsewhere.example';

/** `words`: how long it is; `marked`: with a Message-ID. */
export function writeLetter(number: number, date: number, words: number, marked = true): Letter {
  const messageId = `<sim-${number}@postern.example>`;
  const body = Array.from({ length: words }, (_, i) => (i % 12 === 11 ? `word${i}\r\n` : `word${i} `)).join(
    '',
  );
  const lines = [
    `From: Grace <${afar}>`,
    `To: Ada <${ada}>`,
    `Subject: letter ${number} of all`,
    `Date: ${new Date(date).toUTCString().replace('GMT', '+0000')}`,
    ...(marked ? [`Message-ID: ${messageId}`] : []),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    body,
  ];
  return {
    number,
    messageId: marked ? messageId : '',
    body: `${body}\r\n`,
    bytes: Buffer.from(`${lines.join('\r\n')}\r\n`, 'latin1'),
  };
}

/** The number in a subject; undefined where it is none of ours. */
export function numberIn(subject: string): number | undefined {
  const number = /letter (\d+) of all/.exec(subject)?.[1];
  return number === undefined ? undefined : Number(number);
}

const numbers = new WeakMap<MessageSource, number>();

/** The number of a message on the server. */
export function numberOf(content: MessageSource): number {
  let number = numbers.get(content);
  if (number === undefined) {
    number = numberIn(Buffer.from(content.read(0, 1000)).toString('latin1')) ?? -1;
    numbers.set(content, number);
  }
  return number;
}
