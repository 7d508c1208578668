import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { ProtocolError } from '@postern/protocol/error';
import { scram } from '@postern/protocol/sasl';
import type { ScramPorts } from '@postern/protocol/sasl';
import type { Random } from './random.ts';

const NONCE = new Uint8Array(18).fill(7);
const OURS = Buffer.from(NONCE).toString('base64');
const PASSWORD = 'pencil';

/** What a server challenges with, by lines: each is one challenge. */
export const CHALLENGES: readonly Uint8Array[] = [
  `r=${OURS}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096\nv=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=`,
  `r=${OURS}3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=10000,x=y\ne=invalid-proof`,
].map((text) => new Uint8Array(Buffer.from(text)));

const hmac = (key: Uint8Array, data: Uint8Array | string): Buffer =>
  createHmac('sha256', key).update(data).digest();
/** One round, however many are asked for: it is not the arithmetic that is looked at. */
const salted = (salt: Uint8Array): Buffer => pbkdf2Sync(PASSWORD, salt, 1, 32, 'sha256');

const PORTS: ScramPorts = {
  random: () => NONCE,
  cryptography: {
    digest: (_, data) => Promise.resolve(createHash('sha256').update(data).digest()),
    hmac: (_, key, data) => Promise.resolve(hmac(key, data)),
    pbkdf2: (_, _password, salt) => Promise.resolve(salted(salt)),
  },
};

/** SCRAM with a server that says anything: nothing but the named error comes of it, and nobody is let in without a proof. */
export async function proveTo(bytes: Uint8Array, random: Random): Promise<void> {
  const end = bytes.indexOf(0x0a);
  const first = end === -1 ? bytes : bytes.subarray(0, end);
  const exchange = scram('SHA-256', 'user', PASSWORD, PORTS).begin();
  const answer = await outcome(() => exchange.respond(first));
  if (letIn(() => exchange.complete?.())) throw new Error('let in without a proof');
  const right = answer && signature(exchange.initial, first, answer);
  // A server that knows the password is believed, and no other.
  const honest = right !== undefined && random.below(3) === 0;
  const said = honest ? Buffer.from(`v=${right}`) : bytes.subarray(end + 1);
  await outcome(() => exchange.respond(said));
  const proved =
    right !== undefined && /^v=([^,]*)(?:,|$)/.exec(Buffer.from(said).toString('latin1'))?.[1] === right;
  if (letIn(() => exchange.complete?.()) !== proved) throw new Error(proved ? 'not let in' : 'let in');
  if (await outcome(() => exchange.respond(said))) throw new Error('a third challenge was answered');
}

async function outcome(run: () => Uint8Array | Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
}

function letIn(complete: () => void): boolean {
  try {
    complete();
    return true;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return false;
  }
}

/** `ServerSignature` (RFC 5802 §3), computed from what was said on both sides. */
function signature(initial: Uint8Array | undefined, first: Uint8Array, answer: Uint8Array): string {
  const [, salt = ''] = /,s=([^,]*)/.exec(Buffer.from(first).toString('latin1')) ?? [];
  const bare = Buffer.from(initial ?? []).subarray(3);
  const final = Buffer.from(answer);
  const withoutProof = final.subarray(0, final.lastIndexOf(',p='));
  const message = Buffer.concat([bare, Buffer.from(','), first, Buffer.from(','), withoutProof]);
  return hmac(hmac(salted(Buffer.from(salt, 'base64')), 'Server Key'), message).toString('base64');
}
