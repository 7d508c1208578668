import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const version = 1;
const keyOctets = 32;
const idOctets = 4;
const nonceOctets = 12;
const tagOctets = 16;
const headOctets = 1 + idOctets;
/** Plaintext is filled up to a multiple of this, so that a cookie's length does not tell the password's. */
const paddingOctets = 64;

/** Keys for sealing: 32 octets each; the first seals, all unseal (so that keys can be replaced without a sign-out). */
export type Keys = readonly [Buffer, ...Buffer[]];

/** What a cookie holds. */
export interface Sealed {
  readonly user: string;
  readonly password: string;
  /** Names the sign-in, so that signing out can end what it opened. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly sealedAt: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

function keyId(key: Buffer): Buffer {
  return createHash('sha256').update('postern key id').update(key).digest().subarray(0, idOctets);
}

/**
 * Seals credentials with AES-256-GCM: version, key id, nonce of 96 random bits, ciphertext, tag; base64url.
 * `context` is authenticated but not contained: a cookie sealed for one mail server is void for another.
 */
export function seal(content: Sealed, keys: Keys, context: string): string {
  const key = keys[0];
  const head = Buffer.concat([Buffer.of(version), keyId(key)]);
  const nonce = randomBytes(nonceOctets);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(
    Buffer.concat([head, Buffer.from(context)]),
  );
  const plain = Buffer.from(JSON.stringify(content));
  const filling = Buffer.alloc((paddingOctets - (plain.length % paddingOctets)) % paddingOctets, ' ');
  const body = Buffer.concat([cipher.update(plain), cipher.update(filling), cipher.final()]);
  return Buffer.concat([head, nonce, body, cipher.getAuthTag()]).toString('base64url');
}

/** The content, or undefined when it is expired, forged, damaged, or sealed under an unknown key or other context. */
export function unseal(text: string, keys: Keys, context: string, now: number): Sealed | undefined {
  const bytes = Buffer.from(text, 'base64url');
  const least = headOctets + nonceOctets + tagOctets;
  // Base64url has several spellings of the same octets; only the canonical one is taken.
  if (bytes.length < least || bytes[0] !== version || bytes.toString('base64url') !== text) return undefined;
  const head = bytes.subarray(0, headOctets);
  const key = keys.find((candidate) => keyId(candidate).equals(head.subarray(1)));
  if (!key) return undefined;
  const nonce = bytes.subarray(headOctets, headOctets + nonceOctets);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagOctets })
    .setAAD(Buffer.concat([head, Buffer.from(context)]))
    .setAuthTag(bytes.subarray(-tagOctets));
  try {
    const plain = Buffer.concat([
      decipher.update(bytes.subarray(headOctets + nonceOctets, -tagOctets)),
      decipher.final(),
    ]);
    const content = JSON.parse(plain.toString()) as Sealed;
    return content.expires > now ? content : undefined;
  } catch {
    return undefined;
  }
}

/** 32 octets written in base64, base64url or hexadecimal; undefined when it is anything else. */
export function parseKey(text: string): Buffer | undefined {
  const spelled = text.trim();
  const hexadecimal = /^[0-9a-f]{64}$/i.test(spelled);
  if (!hexadecimal && !/^[\w+/-]+={0,2}$/.test(spelled)) return undefined;
  const key = Buffer.from(spelled, hexadecimal ? 'hex' : 'base64');
  return key.length === keyOctets ? key : undefined;
}

/** A new key. */
export function createKey(): Buffer {
  return randomBytes(keyOctets);
}
