import { descriptorChunk, DESCRIPTORS_PER_CHUNK } from '@postern/protocol/sync';
import type { Descriptor, MessageKey } from '@postern/protocol/sync';
import { sampleDescriptor } from '@postern/protocol/sync/store-conformance';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DescriptorChunk } from './descriptor-chunk.ts';

type Structure = Descriptor['structure'];
type Part = Extract<Structure, { kind: 'part' }>;
type Multipart = Extract<Structure, { kind: 'multipart' }>;
type Parameters = Part['parameters'];
type Envelope = NonNullable<Part['envelope']>;

/** Whatever a header may have been decoded to: line feeds, halves of pairs, quotes, nothing. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '\n', '\u2028', '\ud800', '"', '\\n', '邮件 ✉'),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const addresses: fc.Arbitrary<Descriptor['from']> = fc.array(
  fc.oneof(fc.record({ name: text, address: text }), fc.record({ name: text, address: text, group: text })),
  { maxLength: 3 },
);
const parameters: fc.Arbitrary<Parameters> = fc.array(fc.tuple(text, text), { maxLength: 3 });
const common = {
  section: text,
  parameters,
  disposition: maybe(fc.record({ type: text, parameters })),
  language: fc.array(text, { maxLength: 2 }),
  location: maybe(text),
  subtype: text,
};
const envelopeAddresses: fc.Arbitrary<Envelope['from']> = fc.array(
  fc.record({ name: maybe(text), mailbox: maybe(text), host: maybe(text) }),
  { maxLength: 2 },
);
const envelope: fc.Arbitrary<Envelope> = fc.record({
  date: maybe(text),
  subject: maybe(text),
  from: envelopeAddresses,
  sender: envelopeAddresses,
  replyTo: envelopeAddresses,
  to: envelopeAddresses,
  cc: envelopeAddresses,
  bcc: envelopeAddresses,
  inReplyTo: maybe(text),
  messageId: maybe(text),
});
const { structure } = fc.letrec<{ structure: Structure; part: Part; multipart: Multipart }>((tie) => ({
  structure: fc.oneof({ maxDepth: 3, withCrossShrink: true }, tie('part'), tie('multipart')),
  part: fc.record<Part>({
    kind: fc.constant('part'),
    ...common,
    type: text,
    id: maybe(text),
    description: maybe(text),
    encoding: text,
    octets: fc.integer({ min: -1 }),
    lines: maybe(fc.nat()),
    md5: maybe(text),
    envelope: maybe(envelope),
    body: fc.option(tie('structure'), { maxDepth: 3 }),
  }),
  multipart: fc.record<Multipart>({
    kind: fc.constant('multipart'),
    ...common,
    parts: fc.array(tie('structure'), { maxLength: 3 }),
  }),
}));
/** Every field that there is: the compiler asks for those that are added. */
const fields: { [F in keyof Required<Descriptor>]: fc.Arbitrary<Required<Descriptor>[F]> } = {
  subject: text,
  sent: fc.integer(),
  from: addresses,
  replyTo: addresses,
  to: addresses,
  cc: addresses,
  bcc: addresses,
  messageId: text,
  inReplyTo: text,
  references: fc.array(text),
  listId: text,
  unsubscribe: fc.array(text, { minLength: 1 }),
  receiptTo: addresses,
  structure,
  hasAttachments: fc.boolean(),
  emailId: text,
  preview: fc.option(text, { nil: undefined }),
};
const { unsubscribe: _, receiptTo: __, emailId: ___, ...always } = fields;
const descriptors: fc.Arbitrary<Descriptor> = fc.oneof(
  fc.record(always),
  fc.record(fields),
  fc.record(always).map((one) => ({ ...one, replyTo: one.from })),
);

const key = (n: number): MessageKey => n as MessageKey;
const again = (chunk: DescriptorChunk): DescriptorChunk => new DescriptorChunk(chunk.stored());

describe('a chunk of descriptors', () => {
  it('gives every descriptor back as it was', () => {
    fc.assert(
      fc.property(fc.array(descriptors, { minLength: 1, maxLength: 4 }), (some) => {
        const chunk = new DescriptorChunk(undefined);
        for (const [i, descriptor] of some.entries()) chunk.set(key(i), descriptor);
        const read = again(chunk);
        for (const [i, descriptor] of some.entries())
          expect(read.get(key(i))).toStrictEqual(structuredClone(descriptor));
        expect(read.has(key(some.length))).toBe(false);
      }),
    );
  });

  it('keeps each at its key, whatever comes and goes beside it', () => {
    const first = 7 * DESCRIPTORS_PER_CHUNK;
    const last = first + DESCRIPTORS_PER_CHUNK - 1;
    expect(descriptorChunk(key(last))).toBe(7);
    const chunk = new DescriptorChunk(undefined);
    for (const at of [first, first + 9, last]) chunk.set(key(at), sampleDescriptor(`at ${at}`));
    const read = again(chunk);
    read.delete(key(first + 9));
    read.set(key(last), sampleDescriptor('other'));
    const after = again(read);
    expect(after.get(key(first))?.subject).toBe(`at ${first}`);
    expect(after.get(key(first + 9))).toBe(undefined);
    expect(after.has(key(first + 9))).toBe(false);
    expect(after.get(key(last))?.subject).toBe('other');
    expect(after.isEmpty).toBe(false);
    for (const at of [first, last]) after.delete(key(at));
    expect(again(after).isEmpty).toBe(true);
  });

  it('reads the Map that it once was', () => {
    const old = new Map([300, 511].map((at) => [at, sampleDescriptor(`at ${at}`)]));
    const chunk = new DescriptorChunk(old);
    expect(chunk.get(key(300))).toStrictEqual(sampleDescriptor('at 300'));
    expect(again(chunk).get(key(511))).toStrictEqual(sampleDescriptor('at 511'));
    expect(chunk.has(key(301))).toBe(false);
  });
});
