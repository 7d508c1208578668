/**
 * A chunk of descriptors as it is kept: one string with a line for every key of the chunk, empty where there is no descriptor.
 * A line is JSON of a tuple, without the names of its fields, and is read only when somebody asks for that message.
 *
 * Measured (Chromium 156, 10,000 messages in chunks of 256): cloning Maps of Descriptor takes 167 ms to write and 277 ms to read,
 * these strings 38 ms and 30 ms, and one chunk 0.9 ms instead of 13 ms. Octets of UTF-8 instead of a string take half as long again.
 */
import { DESCRIPTORS_PER_CHUNK } from '@postern/protocol/sync';
import type { Descriptor, MessageKey } from '@postern/protocol/sync';

type BodyStructure = Descriptor['structure'];
type BodyPart = Extract<BodyStructure, { kind: 'part' }>;
type BodyMultipart = Extract<BodyStructure, { kind: 'multipart' }>;
type Addresses = Descriptor['from'];

/** Until schema version 3 a chunk was a Map; those that nothing has changed since are still there. */
export type StoredChunk = string | ReadonlyMap<number, Descriptor>;

export class DescriptorChunk {
  readonly #lines: string[];

  constructor(stored: StoredChunk | undefined) {
    if (typeof stored === 'string') {
      this.#lines = stored.split('\n');
      return;
    }
    this.#lines = new Array<string>(DESCRIPTORS_PER_CHUNK).fill('');
    for (const [key, descriptor] of stored ?? []) this.set(key as MessageKey, descriptor);
  }

  get isEmpty(): boolean {
    return this.#lines.every((line) => line === '');
  }

  has(key: MessageKey): boolean {
    return this.#line(key) !== '';
  }

  get(key: MessageKey): Descriptor | undefined {
    const line = this.#line(key);
    return line === '' ? undefined : unpack(JSON.parse(line) as Packed);
  }

  set(key: MessageKey, descriptor: Descriptor): void {
    this.#lines[key % DESCRIPTORS_PER_CHUNK] = JSON.stringify(pack(descriptor));
  }

  delete(key: MessageKey): void {
    this.#lines[key % DESCRIPTORS_PER_CHUNK] = '';
  }

  /** JSON has no line feed of its own. */
  stored(): string {
    return this.#lines.join('\n');
  }

  #line(key: MessageKey): string {
    return this.#lines[key % DESCRIPTORS_PER_CHUNK] ?? '';
  }
}

type PackedAddresses = readonly (readonly [name: string, address: string, group?: string])[];

type Packed = readonly [
  subject: string,
  sent: number,
  from: PackedAddresses,
  /** null: as `from`, which a server says where the message has none (RFC 3501 §7.4.2). */
  replyTo: PackedAddresses | null,
  to: PackedAddresses,
  cc: PackedAddresses,
  bcc: PackedAddresses,
  messageId: string,
  inReplyTo: string,
  references: readonly string[],
  listId: string,
  structure: PackedStructure,
  hasAttachments: 0 | 1,
  preview?: string | null,
  unsubscribe?: readonly string[] | null,
  receiptTo?: PackedAddresses | null,
  emailId?: string | null,
];

function pack(descriptor: Descriptor): Packed {
  const { from, replyTo, preview, unsubscribe, receiptTo } = descriptor;
  return trimmed<Packed>([
    descriptor.subject,
    descriptor.sent,
    from.map(packAddress),
    isSame(from, replyTo) ? null : replyTo.map(packAddress),
    descriptor.to.map(packAddress),
    descriptor.cc.map(packAddress),
    descriptor.bcc.map(packAddress),
    descriptor.messageId,
    descriptor.inReplyTo,
    descriptor.references,
    descriptor.listId,
    packStructure(descriptor.structure),
    descriptor.hasAttachments ? 1 : 0,
    preview ?? null,
    unsubscribe ?? null,
    receiptTo?.map(packAddress) ?? null,
    descriptor.emailId ?? null,
  ]);
}

function unpack(packed: Packed): Descriptor {
  const from = packed[2].map(unpackAddress);
  return {
    subject: packed[0],
    sent: packed[1],
    from,
    replyTo: packed[3]?.map(unpackAddress) ?? from,
    to: packed[4].map(unpackAddress),
    cc: packed[5].map(unpackAddress),
    bcc: packed[6].map(unpackAddress),
    messageId: packed[7],
    inReplyTo: packed[8],
    references: packed[9],
    listId: packed[10],
    ...(packed[14] ? { unsubscribe: packed[14] } : {}),
    ...(packed[15] ? { receiptTo: packed[15].map(unpackAddress) } : {}),
    ...(typeof packed[16] === 'string' ? { emailId: packed[16] } : {}),
    structure: unpackStructure(packed[11]),
    hasAttachments: packed[12] === 1,
    preview: packed[13] ?? undefined,
  };
}

function packAddress({ name, address, group }: Addresses[number]): PackedAddresses[number] {
  return group === undefined ? [name, address] : [name, address, group];
}

function unpackAddress([name, address, group]: PackedAddresses[number]): Addresses[number] {
  return group === undefined ? { name, address } : { name, address, group };
}

function isSame(some: Addresses, others: Addresses): boolean {
  if (some.length !== others.length) return false;
  return some.every(({ name, address, group }, i) => {
    const other = others[i];
    return other?.address === address && other.name === name && other.group === group;
  });
}

/** What few parts have comes last, and is left out with all that follows it where nothing of that is there. */
type PackedPart = readonly [
  section: string,
  type: string,
  subtype: string,
  encoding: string,
  octets: number,
  lines?: number | null,
  parameters?: BodyPart['parameters'] | null,
  disposition?: BodyPart['disposition'],
  id?: string | null,
  description?: string | null,
  language?: readonly string[] | null,
  location?: string | null,
  md5?: string | null,
  envelope?: BodyPart['envelope'],
  body?: PackedStructure | null,
];

type PackedMultipart = readonly [
  section: string,
  parts: readonly PackedStructure[],
  subtype: string,
  parameters?: BodyMultipart['parameters'] | null,
  disposition?: BodyMultipart['disposition'],
  language?: readonly string[] | null,
  location?: string | null,
];

/** A part has its type where a multipart has its parts. */
type PackedStructure = PackedPart | PackedMultipart;

function packStructure(structure: BodyStructure): PackedStructure {
  const { section, subtype, disposition, location } = structure;
  const parameters = structure.parameters.length > 0 ? structure.parameters : null;
  const language = structure.language.length > 0 ? structure.language : null;
  if (structure.kind === 'multipart') {
    const parts = structure.parts.map(packStructure);
    return trimmed<PackedMultipart>([section, parts, subtype, parameters, disposition, language, location]);
  }
  const { type, encoding, octets, lines, id, description, md5, envelope } = structure;
  const common = [section, type, subtype, encoding, octets, lines, parameters, disposition, id, description];
  const body = structure.body && packStructure(structure.body);
  return trimmed<PackedPart>([...common, language, location, md5, envelope, body]);
}

function trimmed<P>(values: unknown[]): P {
  while (values.at(-1) === null) values.pop();
  return values as P;
}

function isMultipart(packed: PackedStructure): packed is PackedMultipart {
  return typeof packed[1] !== 'string';
}

function unpackStructure(packed: PackedStructure): BodyStructure {
  if (isMultipart(packed)) {
    const [section, parts, subtype, parameters, disposition, language, location] = packed;
    return {
      kind: 'multipart',
      section,
      subtype,
      parts: parts.map(unpackStructure),
      parameters: parameters ?? [],
      disposition: disposition ?? null,
      language: language ?? [],
      location: location ?? null,
    };
  }
  const body = packed[14];
  return {
    kind: 'part',
    section: packed[0],
    type: packed[1],
    subtype: packed[2],
    encoding: packed[3],
    octets: packed[4],
    lines: packed[5] ?? null,
    parameters: packed[6] ?? [],
    disposition: packed[7] ?? null,
    id: packed[8] ?? null,
    description: packed[9] ?? null,
    language: packed[10] ?? [],
    location: packed[11] ?? null,
    md5: packed[12] ?? null,
    envelope: packed[13] ?? null,
    body: body ? unpackStructure(body) : null,
  };
}
