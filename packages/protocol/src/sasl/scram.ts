import { concatBytes, decodeBase64, decodeText, encodeBase64, encodeText, NO_BYTES } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import type { Cryptography, Hash, Randomness } from '../port.ts';
import type { Exchange, Mechanism } from './mechanism.ts';
import { saslPrep } from './saslprep.ts';

export interface ScramPorts {
  readonly cryptography: Cryptography;
  readonly random: Randomness;
}

/** No channel binding, and nobody else to act as (RFC 5802 §7, `gs2-header`). */
const GS2_HEADER = 'n,,';
/** Octets of randomness in the nonce: 24 letters of base64, which are all printable and no comma. */
const NONCE_OCTETS = 18;
/**
 * Rounds of PBKDF2 that a server may ask for. Servers ask for 4096 and up to 1,300,000, what OWASP advises for SHA-1; twice
 * that is still less than a second of one processor, and more would let a hostile server hold it for as long as it likes.
 */
const ITERATIONS_LIMIT = 2_000_000;
/** Octets of a challenge; real ones have fewer than 200. */
const CHALLENGE_LIMIT = 4096;

/**
 * `SCRAM-SHA-1` (RFC 5802) and `SCRAM-SHA-256` (RFC 7677): the password is proved and never sent, and the server has to prove
 * that it knows it too. Throws UsageError where SASLprep refuses the user name or the password.
 */
export function scram(hash: Hash, user: string, password: string, ports: ScramPorts): Mechanism {
  const [name, secret] = [saslPrep(user, 'query'), saslPrep(password, 'stored')];
  if (name === undefined || secret === undefined) {
    throw new UsageError('a user name or password that SASLprep refuses');
  }
  return { name: `SCRAM-${hash}`, begin: () => new ScramExchange(hash, name, secret, ports) };
}

class ScramExchange implements Exchange {
  readonly initial: Uint8Array;
  readonly #hash: Hash;
  readonly #password: Uint8Array;
  readonly #cryptography: Cryptography;
  readonly #nonce: string;
  /** `client-first-message-bare`. */
  readonly #bare: string;
  /** What the server has to do next. */
  #awaited: 'salt' | 'signature' | 'nothing' = 'salt';
  #signature = '';
  #verified = false;

  constructor(hash: Hash, user: string, password: string, { cryptography, random }: ScramPorts) {
    this.#hash = hash;
    this.#password = encodeText(password);
    this.#cryptography = cryptography;
    this.#nonce = encodeBase64(random(NONCE_OCTETS));
    // saslname (§7): what would end it is written otherwise.
    const name = user.replaceAll('=', '=3D').replaceAll(',', '=2C');
    this.#bare = `n=${name},r=${this.#nonce}`;
    this.initial = encodeText(GS2_HEADER + this.#bare);
  }

  async respond(challenge: Uint8Array): Promise<Uint8Array> {
    const awaited = this.#awaited;
    // Until this one is answered there can be no other.
    this.#awaited = 'nothing';
    if (challenge.length > CHALLENGE_LIMIT) throw new ProtocolError('a SCRAM challenge without end');
    if (awaited === 'salt') return this.#prove(challenge);
    if (awaited === 'signature') return this.#verify(challenge);
    throw new ProtocolError('a SCRAM challenge that nothing asked for');
  }

  complete(): void {
    if (!this.#verified) {
      throw new ProtocolError('the server let us in without proving that it knows the password');
    }
  }

  /** `server-first-message` → `client-final-message`. */
  async #prove(challenge: Uint8Array): Promise<Uint8Array> {
    const { nonce, salt, iterations } = this.#serverFirst(decodeText(challenge));
    const { pbkdf2, digest } = this.#cryptography;
    const salted = await pbkdf2(this.#hash, this.#password, salt, iterations);
    const withoutProof = encodeText(`c=${encodeBase64(encodeText(GS2_HEADER))},r=${nonce}`);
    const comma = encodeText(',');
    // AuthMessage (§3): the server's words as they came, octet for octet.
    const message = concatBytes([encodeText(this.#bare), comma, challenge, comma, withoutProof]);
    const clientKey = await this.#hmac(salted, encodeText('Client Key'));
    const storedKey = await digest(this.#hash, clientKey);
    const clientSignature = await this.#hmac(storedKey, message);
    const serverKey = await this.#hmac(salted, encodeText('Server Key'));
    this.#signature = encodeBase64(await this.#hmac(serverKey, message));
    this.#awaited = 'signature';
    const proof = clientKey.map((octet, i) => octet ^ clientSignature[i]!);
    return concatBytes([withoutProof, encodeText(`,p=${encodeBase64(proof)}`)]);
  }

  #serverFirst(text: string): { nonce: string; salt: Uint8Array; iterations: number } {
    // The order is fixed; extensions may follow, and `m=` before them must be understood, which nobody can (§5.1).
    const match = /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/]+={0,2}),i=([1-9]\d*)(?:,|$)/.exec(text);
    if (!match) throw new ProtocolError('not a SCRAM challenge');
    const [, nonce = '', salt = '', iterations = ''] = match;
    if (!nonce.startsWith(this.#nonce) || nonce.length === this.#nonce.length) {
      throw new ProtocolError('a SCRAM challenge for somebody else: it changes the nonce');
    }
    if (Number(iterations) > ITERATIONS_LIMIT) {
      throw new ProtocolError(`a SCRAM challenge of more than ${ITERATIONS_LIMIT} rounds`);
    }
    return { nonce, salt: decodeBase64(encodeText(salt)), iterations: Number(iterations) };
  }

  /** `server-final-message`: acknowledged by nothing. */
  #verify(challenge: Uint8Array): Uint8Array {
    const text = decodeText(challenge);
    // The refusal itself follows, in the protocol's own words; an OK in its place is one without proof.
    if (text.startsWith('e=')) return NO_BYTES;
    const match = /^v=([A-Za-z0-9+/]+={0,2})(?:,|$)/.exec(text);
    if (!match) throw new ProtocolError('not the end of SCRAM');
    if (match[1] !== this.#signature) {
      throw new ProtocolError('the server does not know the password: it is not the one it claims to be');
    }
    this.#verified = true;
    return NO_BYTES;
  }

  #hmac(key: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
    return this.#cryptography.hmac(this.#hash, key, data);
  }
}
