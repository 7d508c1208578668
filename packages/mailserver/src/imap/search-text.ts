import { parseAddresses } from '../message/address.ts';
import { decodeHeaderText } from '../message/decode.ts';
import type { Predicate } from './search-key.ts';

/** Text as it is compared: without regard to case or composition. */
export function fold(text: string): string {
  return text.normalize('NFC').toLowerCase();
}

/** Messages that have the text in a header field of that name (lower case). */
export function inField(name: string, text: string): Predicate {
  const wanted = fold(text);
  return ({ content }) =>
    content
      .structure()
      .header.some((field) => field.name === name && fold(decodeHeaderText(field.value)).includes(wanted));
}

/** In a name or an address, however the header writes it. */
export function inAddresses(field: string, text: string): Predicate {
  const wanted = fold(text);
  return ({ content }) =>
    content
      .structure()
      .header.filter(({ name }) => name === field)
      .flatMap(({ value }) => parseAddresses(value))
      .some(({ name, mailbox, host }) => {
        const address = `${mailbox ?? ''}${host === null ? '' : `@${host}`}`;
        return fold(decodeHeaderText(`${name ?? ''} <${address}>`)).includes(wanted);
      });
}
