import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeBase64, encodeText } from '../bytes/index.ts';
import { ProtocolError, UsageError } from '../error.ts';
import type { Cryptography, Hash } from '../port.ts';
import { scramPorts } from '../testing/scram-ports.ts';
import { failure } from '../testing/wire.ts';
import { saslPrep, scram } from './index.ts';

const octets = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
const bits: Record<Hash, number> = { 'SHA-1': 160, 'SHA-256': 256 };

const cryptography: Cryptography = {
  digest: async (hash, data) => new Uint8Array(await crypto.subtle.digest(hash, octets(data))),
  async hmac(hash, key, data) {
    const algorithm = { name: 'HMAC', hash };
    const imported = await crypto.subtle.importKey('raw', octets(key), algorithm, false, ['sign']);
    return new Uint8Array(await crypto.subtle.sign('HMAC', imported, octets(data)));
  },
  async pbkdf2(hash, password, salt, iterations) {
    const imported = await crypto.subtle.importKey('raw', octets(password), 'PBKDF2', false, ['deriveBits']);
    const parameters = { name: 'PBKDF2', hash, salt: octets(salt), iterations };
    return new Uint8Array(await crypto.subtle.deriveBits(parameters, imported, bits[hash]));
  },
};

/** The RFC's nonce, whose base64 letters are given. */
const nonceOf = (letters: string) => () => Uint8Array.from(atob(letters), (each) => each.charCodeAt(0));

/** RFC 5802 §5 and RFC 7677 §3. */
const examples = [
  {
    hash: 'SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    said: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    proof: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    signature: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  {
    hash: 'SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    said: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    proof:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    signature: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
] as const;
const example = examples[1];

function begun({ hash, nonce }: { hash: Hash; nonce: string } = example, user = 'user') {
  return scram(hash, user, 'pencil', { cryptography, random: nonceOf(nonce) }).begin();
}

describe.each(examples)('SCRAM-$hash', ({ hash, nonce, said, proof, signature }) => {
  it('is the RFC’s example', async () => {
    const exchange = begun({ hash, nonce });
    expect(decodeLatin1(exchange.initial!)).toBe(`n,,n=user,r=${nonce}`);
    expect(decodeLatin1(await exchange.respond(encodeText(said)))).toBe(proof);
    expect(() => exchange.complete!()).toThrow('without proving');
    expect(decodeLatin1(await exchange.respond(encodeText(signature)))).toBe('');
    exchange.complete!();
    expect(await failure(Promise.resolve(exchange.respond(encodeText(signature))))).toBeInstanceOf(
      ProtocolError,
    );
  });
});

describe('a hostile server', () => {
  const r = example.said.split(',')[0]!;
  it.each([
    ['changes the nonce', example.said.replace('r=rOpr', 'r=xxxx')],
    ['adds nothing to the nonce', `r=${example.nonce},s=QSXCR+Q6sek8bf92,i=4096`],
    ['asks for a billion rounds', `${r},s=QSXCR+Q6sek8bf92,i=1000000000`],
    ['asks for more rounds than can be counted', `${r},s=QSXCR+Q6sek8bf92,i=${'9'.repeat(400)}`],
    ['asks for none', `${r},s=QSXCR+Q6sek8bf92,i=0`],
    ['gives no salt', `${r},s=,i=4096`],
    ['gives a salt that is not base64', `${r},s=*,i=4096`],
    ['demands an extension', `m=x,${example.said}`],
    ['says it in another order', 's=QSXCR+Q6sek8bf92,i=4096'],
    ['says nothing', ''],
    ['says too much', `${example.said},x=${'x'.repeat(5000)}`],
    ['ends before it began', example.signature],
  ])('that %s gets no proof', async (_, challenge) => {
    const exchange = begun();
    expect(await failure(Promise.resolve(exchange.respond(encodeText(challenge))))).toBeInstanceOf(
      ProtocolError,
    );
    expect(() => exchange.complete!()).toThrow(ProtocolError);
    // Nor when it tries again.
    expect(await failure(Promise.resolve(exchange.respond(encodeText(example.said))))).toBeInstanceOf(
      ProtocolError,
    );
  });

  it.each([
    ['signs wrongly', `v=${encodeBase64(new Uint8Array(32))}`, 'does not know the password'],
    ['signs with nothing', 'v=', 'not the end'],
    ['says something else', 'x=y', 'not the end'],
  ])('that %s is not believed', async (_, final, message) => {
    const exchange = begun();
    await exchange.respond(encodeText(example.said));
    expect(await failure(Promise.resolve(exchange.respond(encodeText(final))))).toMatchObject({
      kind: 'ProtocolError',
      message: expect.stringContaining(message) as string,
    });
    expect(() => exchange.complete!()).toThrow(ProtocolError);
  });

  it('that refuses by e= is heard out, and cannot let us in after it', async () => {
    const exchange = begun();
    await exchange.respond(encodeText(example.said));
    expect(await exchange.respond(encodeText('e=invalid-proof'))).toHaveLength(0);
    expect(() => exchange.complete!()).toThrow(ProtocolError);
  });

  it('that challenges twice at once is answered once', async () => {
    const exchange = begun();
    const [first, second] = [
      exchange.respond(encodeText(example.said)),
      exchange.respond(encodeText(example.said)),
    ];
    expect(await failure(Promise.resolve(second))).toBeInstanceOf(ProtocolError);
    expect(decodeLatin1(await first)).toBe(example.proof);
  });
});

describe('whatever a server says', () => {
  const quick = { ...scramPorts, random: nonceOf(example.nonce) };
  const mutated = fc.tuple(fc.nat(200), fc.nat(3), fc.uint8Array({ maxLength: 8 })).map(([at, drop, add]) => {
    const bytes = [...encodeText(example.said)];
    bytes.splice(at, drop, ...add);
    return Uint8Array.from(bytes);
  });

  it('is answered or refused by ProtocolError, and never lets anybody in', async () => {
    const challenge = fc.oneof(fc.uint8Array({ maxLength: 300 }), mutated);
    await fc.assert(
      fc.asyncProperty(challenge, challenge, async (first, second) => {
        const exchange = scram('SHA-256', 'user', 'pencil', quick).begin();
        for (const each of [first, second]) {
          const outcome = await Promise.resolve(exchange.respond(each)).catch((error: unknown) => error);
          expect(outcome instanceof Uint8Array || outcome instanceof ProtocolError).toBe(true);
          expect(() => exchange.complete!()).toThrow(ProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is refused where it is cut short, and where it is only a part of a number is less work, never more', async () => {
    const whole = encodeText(example.said);
    for (let end = 0; end < whole.length; end++) {
      const exchange = scram('SHA-256', 'user', 'pencil', quick).begin();
      const outcome = await Promise.resolve(exchange.respond(whole.subarray(0, end))).catch(
        (error: unknown) => error,
      );
      const isNumber = end > example.said.indexOf(',i=') + 3;
      expect(outcome instanceof ProtocolError).toBe(!isNumber);
    }
  });
});

it('takes what servers may add, and writes names so that they end nothing', async () => {
  const exchange = begun(example, 'a,b=c');
  expect(decodeLatin1(exchange.initial!)).toBe(`n,,n=a=2Cb=3Dc,r=${example.nonce}`);
  expect(decodeLatin1(await exchange.respond(encodeText(`${example.said},z=new`)))).toMatch(
    /^c=biws,r=.*,p=/,
  );
});

it('has another nonce each time, and none that would be a comma', () => {
  const random = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count));
  const mechanism = scram('SHA-1', 'user', 'pencil', { cryptography, random });
  const said = Array.from({ length: 100 }, () => decodeLatin1(mechanism.begin().initial!));
  expect(new Set(said).size).toBe(100);
  for (const each of said) expect(each).toMatch(/^n,,n=user,r=[A-Za-z0-9+/]{24}$/);
});

describe('SASLprep', () => {
  // The first six and the ninth are RFC 4013 §3's.
  it.each<[text: string, stored: string | undefined, query?: string]>([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['\u0007', undefined],
    ['a\u00a0b\u3000c', 'a b c'],
    ['ａ\u0308', 'ä'],
    ['\u0627\u0031', undefined],
    ['\u0031\u0627', undefined],
    ['\u0627\u0031\u0628', '\u0627\u0031\u0628'],
    ['\u0627a\u0628', undefined],
    ['\u0627\u0966\u0628', undefined],
    ['\u05d0\u0300\u05d1!\u05d2', '\u05d0\u0300\u05d1!\u05d2'],
    ['pass\u200bword', 'pass word'],
    ['\u{e0001}', undefined],
    ['\ue000', undefined],
    ['\ud800', undefined],
    ['\ufdd0', undefined],
    // Table A.1's first, and what Unicode 3.2 has next to them.
    ['\u0220', '\u0220'],
    ['\u0221', undefined, '\u0221'],
    ['\u0222\u0233', '\u0222\u0233'],
    ['\u0234', undefined, '\u0234'],
    ['\u024f', undefined, '\u024f'],
    ['\u0250', '\u0250'],
    ['\u{1d6a3}', 'z'],
    ['\u{1d7ff}', '9'],
    ['\u{2a6d6}', '\u{2a6d6}'],
    ['\u{2a6d7}', undefined, '\u{2a6d7}'],
    ['😀', undefined, '😀'],
    ['', ''],
  ])('%j is %j', (text, stored, query = stored) => {
    expect(saslPrep(text, 'stored')).toBe(stored);
    expect(saslPrep(text, 'query')).toBe(query);
  });

  it('refuses what it cannot say', () => {
    const ports = { cryptography, random: nonceOf(example.nonce) };
    expect(() => scram('SHA-1', 'user', '\u0007', ports)).toThrow(UsageError);
    expect(() => scram('SHA-1', 'user', '😀', ports)).toThrow(UsageError);
    expect(scram('SHA-1', '😀', 'pencil', ports).name).toBe('SCRAM-SHA-1');
  });
});
