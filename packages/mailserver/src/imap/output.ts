import type { MessageSource } from '../message/source.ts';

/** Octets of a message, produced when the peer is ready to take them. */
export interface MessageOctets {
  readonly source: Pick<MessageSource, 'read'>;
  readonly offset: number;
  readonly count: number;
}

/** Nothing more to say until something happens: more input, or a change in the selected mailbox. */
export const WAIT = Symbol('wait');

/** One piece of what a command sends: protocol text (one character per octet), octets of a message, or a pause. */
export type Piece = string | MessageOctets | typeof WAIT;

/** How a command ended: its tagged response. */
export interface Completion {
  readonly status: 'OK' | 'NO' | 'BAD';
  /** Response code without brackets. */
  readonly code?: string | undefined;
  readonly text: string;
}

/** A command being carried out. It runs only as fast as its output is taken. */
export type Execution = Generator<Piece, Completion, void>;

export function ok(text: string, code?: string): Completion {
  return { status: 'OK', code, text };
}

export function no(text: string, code?: string): Completion {
  return { status: 'NO', code, text };
}
