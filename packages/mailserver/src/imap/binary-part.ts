import { Refusal } from '../account/account.ts';
import { decodeTransfer } from '../message/decode.ts';
import { partAt } from '../message/section.ts';
import type { MessageSource } from '../message/source.ts';
import { HeldMessage } from '../message/source.ts';

/**
 * A part with its content transfer encoding undone (RFC 3516 §4.2), undefined when there is no such part. The whole
 * message and composite parts have none to undo. A Refusal with UNKNOWN-CTE for an encoding nobody knows.
 */
export function decodedPart(
  source: MessageSource,
  path: readonly number[],
): Pick<MessageSource, 'read' | 'size'> | undefined {
  if (path.length === 0) return source;
  const part = partAt(source.structure(), path);
  if (part === undefined) return undefined;
  const raw = source.read(part.bodyStart, part.end - part.bodyStart);
  const composite = part.children !== undefined || part.message !== undefined;
  const decoded = composite ? raw : decodeTransfer(raw, part.encoding);
  if (decoded === undefined)
    throw new Refusal('The transfer encoding of that part is unknown', 'UNKNOWN-CTE');
  return new HeldMessage(decoded);
}
