import { Refusal } from '../../account/account.ts';
import { news } from '../news.ts';
import type { Execution } from '../output.ts';
import { ok, WAIT } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';

/** IDLE (RFC 2177): news is sent as it happens, until the client says DONE. */
export function* idle(session: Session, scanner: Scanner): Execution {
  scanner.end();
  yield '+ idling\r\n';
  for (;;) {
    if (session.selected?.gone !== undefined) throw new Refusal(session.selected.gone);
    yield* news(session, { mayExpunge: true });
    const line = session.reader.line();
    if (line === undefined) yield WAIT;
    else if (line.toUpperCase() === 'DONE') return ok('Idle ended');
    else throw new GrammarError('Expected DONE');
  }
}
