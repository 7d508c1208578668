/** Where the pieces of a part lie: those in its transfer encoding under its section, decoded ones under a name right behind it. */
import type { MessageKey, Piece } from '@postern/protocol/sync';

const DECODED = ' decoded';

export function pieceKey({ message, section, from, decoded = false }: Omit<Piece, 'bytes'>): PieceKey {
  return [message, decoded ? section + DECODED : section, from];
}

type PieceKey = [message: number, form: string, from: number];

/** All of a part, in either form: no section has a space in its name. */
export function piecesOf(message: MessageKey, section: string): IDBKeyRange {
  return IDBKeyRange.bound([message, section], [message, section + DECODED, []]);
}

export function pieceAt(message: MessageKey, section: string, key: PieceKey, bytes: Uint8Array): Piece {
  const [, form, from] = key;
  return { message, section, from, bytes, ...(form === section ? {} : { decoded: true }) };
}
