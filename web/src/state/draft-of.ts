/** From a message that waits to be sent back to the draft that it was. Pure. */
import {
  choosePresentation,
  decodeTransfer,
  formatAddresses,
  messageIds,
  parseAddresses,
  parseMessage,
  textOfHtml,
  textOfPart,
} from '@postern/protocol/mime';
import type { Display, ParsedMessage } from '@postern/protocol/mime';
import type { Draft, DraftAttachment, SendAction } from '@postern/protocol/sync';

/**
 * @param bytes as Postern composed them, with their Bcc field.
 * @param now milliseconds since 1970.
 */
export function draftOf(bytes: Uint8Array, action: SendAction, now: number): Draft {
  const message = parseMessage(bytes);
  const { headers } = message;
  const display = choosePresentation(message.structure, { prefer: 'plain' });
  const people = (field: string): string => formatAddresses(parseAddresses(headers.rawList(field)));
  return {
    id: action.id,
    changed: now,
    to: people('to'),
    cc: people('cc'),
    bcc: people('bcc'),
    subject: headers.get('subject') ?? '',
    text: textIn(message, display),
    inReplyTo: messageIds(headers.raw('in-reply-to') ?? '')[0] ?? '',
    references: messageIds(headers.raw('references') ?? ''),
    answers: answersOf(action),
    ...(action.original ? { original: action.original } : {}),
    ...(action.line === undefined ? {} : { line: action.line }),
    attachments: display.attachments.map(({ section, name, type, encoding }): DraftAttachment => {
      const body = message.body(section) ?? new Uint8Array();
      const known = action.files?.find(({ from }) => bytes.byteOffset + from === body.byteOffset);
      return {
        // What is on the server is known by it; another file of that section never has the same.
        id: known?.id ?? `${action.id} ${section}`,
        name,
        type,
        bytes: decodeTransfer(body, encoding),
        ...(known?.source ? { source: known.source } : {}),
      };
    }),
    ...(action.copy ? { copy: action.copy } : {}),
  };
}

function textIn(message: ParsedMessage, { shown }: Display): string {
  return shown
    .flatMap(({ kind, part, section }) => {
      const body = kind === 'plain' || kind === 'html' ? message.body(section) : undefined;
      if (!body) return [];
      const { text } = textOfPart(part, decodeTransfer(body, part.encoding));
      return [kind === 'html' ? textOfHtml(text) : text];
    })
    .join('\n');
}

function answersOf({ answers }: SendAction): Draft['answers'] {
  if (!answers) return undefined;
  const flag = answers.flag === '$Forwarded' ? '$Forwarded' : '\\Answered';
  return { key: answers.key, flag };
}
