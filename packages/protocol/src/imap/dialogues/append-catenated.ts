import { CommandError } from '../../error.ts';
import type { StreamedLiteral } from '../command.ts';
import { append, type Appended } from '../commands/append.ts';
import type { CatenateOptions } from '../commands/append-message.ts';
import type { MailboxName } from '../mailbox-name.ts';
import type { Speaker } from './append-all.ts';
import { fetchUrl, type UrlReader } from './fetch-url.ts';

type Octets = Uint8Array | StreamedLiteral;

/**
 * APPEND of a message put together from octets and from parts that the server has: with CATENATE (RFC 4469) there, without it
 * here, of parts that `reader` fetches. It may be the session itself or another one of the same account: where a URL names a
 * mailbox that is not selected, that one is selected, read-only, and stays so. Rejects as APPEND and FETCH do, and with the
 * code BADURL (§4.1) where a URL is of no message or part there; nothing is appended then.
 */
export async function appendCatenated(
  session: Speaker,
  name: MailboxName,
  message: CatenateOptions,
  reader: UrlReader,
): Promise<Appended | undefined> {
  if (session.capabilities.has('CATENATE')) return session.run(append(name, message));
  const { parts, ...rest } = message;
  const pieces: Octets[] = [];
  for (const part of parts) {
    if (!('url' in part)) pieces.push('text' in part ? part.text : part.utf8);
    else pieces.push(...(await fetchUrl(reader, part.url, badUrl)));
  }
  const utf8 = parts.some((part) => 'utf8' in part);
  return session.run(append(name, { ...rest, message: joined(pieces), form: utf8 ? 'utf8' : 'plain' }));
}

/** As a server would say it (RFC 4469 §4.1). */
function badUrl(url: string): CommandError {
  const code = { name: 'OTHER', code: 'BADURL', text: url };
  return new CommandError('APPEND', 'NO', 'the URL is of no message or part there', code);
}

function joined(pieces: readonly Octets[]): StreamedLiteral {
  const octets = pieces.reduce(
    (sum, each) => sum + (each instanceof Uint8Array ? each.length : each.octets),
    0,
  );
  return {
    octets,
    async *chunks() {
      for (const piece of pieces) {
        if (piece instanceof Uint8Array) yield piece;
        else yield* typeof piece.chunks === 'function' ? piece.chunks() : piece.chunks;
      }
    },
  };
}
