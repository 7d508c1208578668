import { expect, it } from 'vitest';
import type { Refusal } from '@postern/protocol/sync';
import { en } from '../i18n/en.ts';
import { refusalLines } from './refusals.ts';

const size = (octets: number): string => `${octets / 1e6} MB`;
const sentences = (...refusals: Refusal[]): string[] =>
  refusalLines(refusals, en.outbox, size).lines.map(({ address = '', sentence }) => `${address}|${sentence}`);

it.each<[Refusal, string]>([
  [
    { address: 'bob@example.org', why: 'no-such-address', lasting: true },
    'bob@example.org|There is no such address at example.org.',
  ],
  [
    { address: '"a@b"@example.org', why: 'mailbox-full', lasting: false },
    '"a@b"@example.org|This mailbox is full. It may work later.',
  ],
  [{ why: 'no-such-address', lasting: true }, '|There is no such address.'],
  [{ why: 'too-large', lasting: true, limit: 25e6 }, '|Your mail server takes messages of up to 25 MB.'],
  [{ why: 'too-large', lasting: true }, '|The message is larger than the mail server accepts.'],
])('%j is said plainly', (refusal, sentence) => {
  expect(sentences(refusal)).toEqual([sentence]);
});

it('says no more than can be read', () => {
  const refusals = Array.from({ length: 12 }, (_, i): Refusal => ({
    address: `a${i}@b`,
    why: 'policy',
    lasting: true,
  }));
  expect(refusalLines(refusals, en.outbox, size)).toMatchObject({ lines: { length: 10 }, more: 2 });
});

it('has a sentence for everything, with and without a place', () => {
  for (const say of Object.values(en.outbox.refusals) as ((place: string, limit: string) => string)[]) {
    expect(say('example.org', '')).toMatch(/^\S.*[a-z]\.$/);
    expect(say('', '')).toMatch(/^[A-Z].*[a-z]\.$/);
  }
});
