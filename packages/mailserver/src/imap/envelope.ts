import { parseAddresses } from '../message/address.ts';
import type { Entity } from '../message/entity.ts';
import { headerValue } from '../message/header.ts';
import { nstring } from './format.ts';

/** Where servers differ in what they write. */
export interface StructureStyle {
  /** An address list with nobody in it: NIL. */
  readonly emptyList: string;
  /** The disposition without its parameters and parentheses. */
  readonly bareDisposition: boolean;
}

/** As the RFC writes it. */
export const PLAIN_STYLE: StructureStyle = { emptyList: 'NIL', bareDisposition: false };

/** ENVELOPE of a message (RFC 3501 §7.4.2). An absent or empty Sender and Reply-To repeat From. */
export function envelope(message: Entity, style = PLAIN_STYLE): string {
  const field = (name: string): string | undefined => headerValue(message.header, name);
  const addresses = (name: string): string => {
    const value = message.header
      .filter((candidate) => candidate.name === name)
      .map((candidate) => candidate.value)
      .join(', ');
    const list = parseAddresses(value);
    if (list.length === 0) return style.emptyList;
    return `(${list
      .map((a) => `(${nstring(a.name)} ${nstring(a.route)} ${nstring(a.mailbox)} ${nstring(a.host)})`)
      .join('')})`;
  };
  const from = addresses('from');
  const orFrom = (list: string): string => (list === style.emptyList ? from : list);
  return `(${[
    nstring(field('date')),
    nstring(field('subject')),
    from,
    orFrom(addresses('sender')),
    orFrom(addresses('reply-to')),
    addresses('to'),
    addresses('cc'),
    addresses('bcc'),
    nstring(field('in-reply-to')),
    nstring(field('message-id')),
  ].join(' ')})`;
}
