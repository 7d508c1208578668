import type { BodyStructure } from '../imap/types.ts';
import { parameterValue } from './parameter.ts';

export type CryptographyKind = 'openpgp' | 'smime';

/** What the structure says; nothing here was verified. */
export interface Cryptography {
  readonly signed: CryptographyKind | undefined;
  readonly encrypted: CryptographyKind | undefined;
}

/** multipart/signed and /encrypted (RFC 1847, 3156), application/pkcs7-mime (RFC 8551), around the text or at its head. */
export function cryptography(structure: BodyStructure): Cryptography {
  let signed: CryptographyKind | undefined;
  let encrypted: CryptographyKind | undefined;
  // A mailing list's footer puts one multipart/mixed around it.
  for (let at: BodyStructure | undefined = structure, depth = 0; at !== undefined && depth < 4; depth++) {
    if (at.kind === 'part') {
      const kind = opaque(at.subtype, at.type, parameterValue(at.parameters, 'smime-type'));
      if (kind === 'signed') signed ??= 'smime';
      if (kind === 'encrypted') encrypted ??= 'smime';
      break;
    }
    const protocol = parameterValue(at.parameters, 'protocol')?.toLowerCase() ?? '';
    const kind = protocol.includes('pkcs7') ? 'smime' : 'openpgp';
    if (at.subtype === 'signed') signed ??= kind;
    if (at.subtype === 'encrypted') encrypted ??= kind;
    at = at.parts[0];
  }
  return { signed, encrypted };
}

function opaque(
  subtype: string,
  type: string,
  smimeType: string | undefined,
): 'signed' | 'encrypted' | undefined {
  if (type !== 'application' || !/^(x-)?pkcs7-mime$/.test(subtype)) return undefined;
  return smimeType?.toLowerCase() === 'signed-data' ? 'signed' : 'encrypted';
}
