import { messageIds } from '../header.ts';
import { oneLine } from '../text.ts';
import { fieldGroups, typedValue } from './fields.ts';

/** RFC 8098 §3.2.6. */
export interface DispositionNotification {
  readonly recipient: string;
  readonly originalRecipient: string;
  /** Message-ID of the message that it speaks of, with angle brackets; undefined if it did not say. */
  readonly messageId: string | undefined;
  /** What happened to it; `processed` and others' words are `other`. */
  readonly disposition: 'displayed' | 'deleted' | 'dispatched' | 'other';
  /** A person did it, not a program by itself. */
  readonly manual: boolean;
  /** `error` and what else stands behind the slash, lower-case. */
  readonly modifiers: readonly string[];
  /** The program that reports, as it calls itself. */
  readonly userAgent: string;
  /** What went wrong; '' if nothing did. */
  readonly error: string;
}

/** A message/disposition-notification part, its transfer encoding undone; undefined where it says no disposition. Never throws. */
export function parseDispositionNotification(bytes: Uint8Array): DispositionNotification | undefined {
  const fields = fieldGroups(bytes).find((group) => group.raw('disposition') !== undefined);
  if (fields === undefined) return undefined;
  const [mode = '', type = ''] = fields.raw('disposition')!.slice(0, 1000).toLowerCase().split(';');
  const [word = '', modifiers = ''] = type.split('/');
  const final = typedValue(fields.raw('final-recipient'));
  const original = typedValue(fields.raw('original-recipient'));
  return {
    recipient: final === '' ? original : final,
    originalRecipient: original.toLowerCase() === final.toLowerCase() ? '' : original,
    messageId: messageIds(fields.raw('original-message-id') ?? '')[0],
    disposition: dispositionOf(word.trim()),
    manual: mode.trim().startsWith('manual-action'),
    modifiers: modifiers
      .split(',')
      .map((one) => oneLine(one).trim())
      .filter((one) => one !== ''),
    userAgent: oneLine(fields.raw('reporting-ua') ?? '').trim(),
    error: oneLine(fields.get('error') ?? fields.get('failure') ?? '').trim(),
  };
}

function dispositionOf(word: string): DispositionNotification['disposition'] {
  return word === 'displayed' || word === 'deleted' || word === 'dispatched' ? word : 'other';
}
