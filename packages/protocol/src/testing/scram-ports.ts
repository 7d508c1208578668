/** For tests of a dialogue: cryptography whose results can be told beforehand, and a nonce that is always the same. */
import type { ScramPorts } from '../sasl/index.ts';

/** A proof of three zeros, and the signature `sig`. */
export const SIGNATURE = 'v=c2ln';

export const scramPorts: ScramPorts = {
  cryptography: {
    digest: async () => Uint8Array.of(0),
    hmac: async () => Uint8Array.from('sig', (letter) => letter.charCodeAt(0)),
    pbkdf2: async () => Uint8Array.of(0),
  },
  random: (octets) => new Uint8Array(octets),
};
