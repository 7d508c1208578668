import {
  addressesOf,
  ancestorsOf,
  baseSubject,
  choosePresentation,
  decodeTransfer,
  decodeWords,
  flow,
  formatAddresses,
  mailingListOf,
  messageIds,
  parseAddresses,
  parseAuthenticationResults,
  parseDate,
  parseDeliveryStatus,
  parseDispositionNotification,
  parseMailto,
  parseMessage,
  previewOf,
  quotedStretches,
  replySubject,
  textOfHtml,
  textOfPart,
  Threads,
  unflow,
  unpackTnef,
  unpackUuencoded,
  withoutBcc,
} from '@postern/protocol/mime';
import { winmail } from '../support/winmail.ts';

/** All that reading a message comes to, whatever it is. */
export function readMessage(bytes: Uint8Array): void {
  const { headers, structure, body } = parseMessage(bytes);
  const threads = new Threads();
  for (const { name, raw } of headers.fields) {
    decodeWords(raw);
    parseAuthenticationResults(raw);
    parseDate(raw);
    parseMailto(`mailto:${raw}`);
    replySubject(baseSubject(raw));
    const list = parseAddresses(raw);
    parseAddresses(formatAddresses(list));
    threads.add({
      key: `${name}${threads.size}`,
      id: messageIds(raw)[0],
      references: ancestorsOf(raw, raw),
      subject: raw,
      date: threads.size % 3,
    });
  }
  threads.all();
  mailingListOf(headers);
  withoutBcc(bytes);
  for (const prefer of ['html', 'plain'] as const) {
    const display = choosePresentation(structure, { prefer });
    for (const { part, section, envelope } of [...display.shown, ...display.alternatives]) {
      const octets = decodeTransfer(body(section) ?? new Uint8Array(), part.encoding);
      readPart(octets, textOfPart(part, octets).text);
      if (envelope) addressesOf(envelope.from);
    }
    for (const { section, encoding } of display.attachments) {
      const octets = decodeTransfer(body(section) ?? new Uint8Array(), encoding);
      unpackTnef(octets);
    }
  }
}

function readPart(octets: Uint8Array, text: string): void {
  unpackUuencoded(octets);
  unpackTnef(winmail({ rtf: octets }));
  parseDeliveryStatus(octets);
  parseDispositionNotification(octets);
  quotedStretches(text);
  unflow(flow(text), text.length % 2 === 0);
  previewOf(text, 'html');
  previewOf(text, 'plain');
  textOfHtml(text);
}
