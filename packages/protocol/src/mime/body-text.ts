import type { BodyPart } from '../imap/types.ts';
import { decodeText } from './charset.ts';
import type { DecodedText } from './charset.ts';
import { isEnriched, textOfEnriched } from './enriched.ts';
import { unflow } from './flowed.ts';
import { parameterValue } from './parameter.ts';

/**
 * The text of a text part: charset, format=flowed and text/enriched undone, lines parted by `\n`.
 * @param octets with the transfer encoding already undone; they may be the beginning of the part only.
 */
export function textOfPart(part: BodyPart, octets: Uint8Array): DecodedText {
  const html = part.subtype === 'html';
  const decoded = decodeText(octets, parameterValue(part.parameters, 'charset'), { html });
  return { ...decoded, text: readable(part, decoded.text) };
}

function readable(part: BodyPart, text: string): string {
  if (isEnriched(part)) return textOfEnriched(text);
  const flowed =
    part.subtype === 'plain' && parameterValue(part.parameters, 'format')?.toLowerCase() === 'flowed';
  if (!flowed) return text.replace(/\r\n?/g, '\n');
  return unflow(text, parameterValue(part.parameters, 'delsp')?.toLowerCase() === 'yes');
}
