import { Connection } from '@postern/protocol/imap';
import * as imap from '@postern/protocol/imap';
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
import { ProtocolError } from '@postern/protocol/error';
import { winmail } from '../support/winmail.ts';
import type { Random } from './random.ts';
import { MESSAGES, TRANSCRIPTS } from './samples.ts';

export interface Target {
  readonly name: string;
  readonly samples: readonly Uint8Array[];
  /** Throws where something happened that must not. */
  run(bytes: Uint8Array, random: Random): void;
}

/** All that reading a message comes to, whatever it is. */
function readMessage(bytes: Uint8Array): void {
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

/** Fed in pieces of any length; only a peer's broken grammar, by its name, may come out. */
function readTranscript(bytes: Uint8Array, random: Random): void {
  const connection = new Connection();
  const commands = [() => imap.capability(), () => imap.noop()];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.below(random.below(2) === 0 ? 5 : 500);
    try {
      connection.receive(bytes.subarray(at, at + length));
      while (connection.next() !== undefined);
      connection.output();
    } catch (error) {
      if (error instanceof ProtocolError) return;
      throw error;
    }
    if (connection.state !== 'greeting' && connection.state !== 'closed' && random.below(4) === 0)
      connection.send(random.pick(commands)());
    at += length;
  }
  connection.end();
  while (connection.next() !== undefined);
}

export const TARGETS: readonly Target[] = [
  { name: 'mime', samples: MESSAGES, run: readMessage },
  { name: 'imap', samples: TRANSCRIPTS, run: readTranscript },
];
