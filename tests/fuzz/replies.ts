import { ProtocolError } from '@postern/protocol/error';
import { parseEnhancedStatus, SmtpConnection } from '@postern/protocol/smtp';
import type { Random } from './random.ts';

/** A submission server's replies, in pieces, some commands waiting for theirs. */
export function readReplies(bytes: Uint8Array, random: Random): void {
  const connection = new SmtpConnection({ greeted: random.below(2) === 0 });
  let greeted = false;
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.below(2) === 0 ? 5 : 500);
    connection.receive(bytes.slice(at, at + length));
    for (let event = connection.next(); event; event = connection.next()) {
      if (event.type === 'defect') {
        if (!(event.error instanceof ProtocolError)) throw event.error;
        if (connection.next() !== undefined) throw new Error('there is more behind a lost stream');
        return;
      }
      if (event.type !== 'greeting' && event.type !== 'reply') continue;
      greeted = true;
      const { code, enhanced, lines } = event.reply;
      if (code < 200 || code > 599 || lines.length === 0) throw new Error('not a reply');
      if (enhanced !== undefined) parseEnhancedStatus(enhanced);
    }
    if (greeted) for (let count = random.below(4); count > 0; count--) connection.send('NOOP', 'NOOP');
    connection.output();
    at += length;
  }
  connection.end();
  while (connection.next() !== undefined);
}
