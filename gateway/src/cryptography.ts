import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Cryptography, Hash, Randomness } from '@postern/protocol/port';

const names: Readonly<Record<Hash, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256' };
const octets: Readonly<Record<Hash, number>> = { 'SHA-1': 20, 'SHA-256': 32 };
const derive = promisify(pbkdf2);

const cryptography: Cryptography = {
  digest: async (hash, data) => createHash(names[hash]).update(data).digest(),
  hmac: async (hash, key, data) => createHmac(names[hash], key).update(data).digest(),
  // On a thread of its own: a server may ask for a second's work.
  pbkdf2: (hash, password, salt, iterations) => derive(password, salt, iterations, octets[hash], names[hash]),
};

/** What proving a password to a mail server takes (RFC 5802). */
export const scramPorts: { readonly cryptography: Cryptography; readonly random: Randomness } = {
  cryptography,
  random: (count) => randomBytes(count),
};
