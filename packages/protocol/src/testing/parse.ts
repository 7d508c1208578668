/** For tests: one response, read from its wire form. */
import { encodeText } from '../bytes/index.ts';
import { Fragmenter } from '../imap/fragmenter.ts';
import { type Parsed, parseResponse } from '../imap/parse.ts';

/** A character an octet would hide UTF-8: text is sent as UTF-8, octets as they are. */
export function parse(wire: string | Uint8Array): Parsed {
  const fragmenter = new Fragmenter();
  fragmenter.push(typeof wire === 'string' ? encodeText(`${wire}\r\n`) : wire);
  const fragment = fragmenter.next();
  if (fragment?.type !== 'frame') throw new Error('not one response');
  return parseResponse(fragment.frame);
}
