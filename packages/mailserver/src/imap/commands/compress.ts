import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Session } from '../session.ts';

/** COMPRESS (RFC 4978 §3): everything after the tagged OK is compressed, in both directions. */
export function* compress(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const algorithm = scanner.atom().toUpperCase();
  scanner.end();
  if (algorithm !== 'DEFLATE') throw new GrammarError(`Unknown algorithm ${algorithm}`);
  if (session.compressed) return no('Already so', 'COMPRESSIONACTIVE');
  session.compressed = true;
  session.then = 'deflate';
  return ok('Compressed from here on');
}
