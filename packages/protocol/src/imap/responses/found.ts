import type { BodySection, BodyStructure, Envelope, FetchedMessage, Flag, ModSeq, Uid } from '../types.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Usual = 'uid' | 'flags' | 'modSeq' | 'internalDate' | 'size' | 'envelope' | 'structure';
/** What is seldom asked for. */
export type Rare = Mutable<Omit<FetchedMessage, Usual | 'sections' | 'binarySizes'>> & {
  sections?: BodySection[];
  binarySizes?: Map<string, number>;
};

/** What a FETCH response has said so far. */
export class Found {
  uid: Uid | undefined = undefined;
  flags: readonly Flag[] | undefined = undefined;
  modSeq: ModSeq | undefined = undefined;
  internalDate: number | undefined = undefined;
  size: number | undefined = undefined;
  envelope: Envelope | undefined = undefined;
  structure: BodyStructure | undefined = undefined;
  rare: Rare | undefined = undefined;

  message(): FetchedMessage {
    const { uid, flags, modSeq, internalDate, size, envelope, structure, rare } = this;
    // Made at once: an object that gets its properties one by one is much dearer.
    const described = flags && internalDate !== undefined && size !== undefined && envelope && structure;
    const message: Mutable<FetchedMessage> = described
      ? { uid, flags, internalDate, size, envelope, structure }
      : { uid };
    if (flags) message.flags = flags;
    if (modSeq !== undefined) message.modSeq = modSeq;
    if (internalDate !== undefined) message.internalDate = internalDate;
    if (size !== undefined) message.size = size;
    if (envelope) message.envelope = envelope;
    if (structure) message.structure = structure;
    return rare ? Object.assign(message, rare) : message;
  }
}
