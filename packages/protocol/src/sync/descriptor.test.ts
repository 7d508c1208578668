import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import type { BodyStructure, FetchedMessage } from '../imap/types.ts';
import { choosePresentation } from '../mime/index.ts';
import { descriptorOf, EXTRA_FIELDS, STAND_IN_FIELDS } from './descriptor.ts';
import type { Descriptor } from './model.ts';

const PEOPLE = { from: [], sender: [], replyTo: [], to: [], cc: [], bcc: [] };

/** As a server answers ENVELOPE, BODYSTRUCTURE and the header fields asked for. */
function fetched(header: string, envelope = true): FetchedMessage {
  const section = `HEADER.FIELDS (${(envelope ? EXTRA_FIELDS : STAND_IN_FIELDS).join(' ')})`;
  const message = {
    sections: [{ section, origin: undefined, data: encodeText(`${header}\r\n`) }],
  };
  if (!envelope) return message as unknown as FetchedMessage;
  return {
    ...message,
    envelope: { ...PEOPLE, date: null, subject: 'x', inReplyTo: null, messageId: null },
    structure: {
      ...{ kind: 'part', section: '1', type: 'text', subtype: 'plain', parameters: [], disposition: null },
      ...{ language: [], location: null, id: null, description: null, encoding: '7bit', octets: 1, lines: 1 },
      ...{ md5: null, envelope: null, body: null },
    },
  } as unknown as FetchedMessage;
}

it.each([true, false])('keeps what the sender asks of the reader, with an ENVELOPE: %s', (envelope) => {
  const descriptor = descriptorOf(
    fetched(
      'List-Id: News <news.example.org>\r\n' +
        'List-Unsubscribe: <mailto:leave@example.org?subject=off>,\r\n <https://example.org/off>, <javascript:x>\r\n' +
        'Disposition-Notification-To: Ada <ada@example.org>\r\nDisposition-Notification-To: nobody\r\n',
      envelope,
    ),
  );
  expect(descriptor).toMatchObject({
    listId: 'news.example.org',
    unsubscribe: ['mailto:leave@example.org?subject=off', 'https://example.org/off'],
    receiptTo: [{ name: 'Ada', address: 'ada@example.org' }],
  });
});

it('keeps nothing where nothing is asked', () => {
  const descriptor = descriptorOf(fetched('References: <a@b>\r\n'));
  expect(descriptor?.references).toEqual(['<a@b>']);
  expect(descriptor).not.toHaveProperty('unsubscribe');
  expect(descriptor).not.toHaveProperty('receiptTo');
});

it('keeps few of many', () => {
  const descriptor = descriptorOf(
    fetched(
      `List-Unsubscribe: ${'<https://example.org/off>, '.repeat(30)}\r\n` +
        `Disposition-Notification-To: ${'a@b, '.repeat(30)}\r\n`,
    ),
  );
  expect(descriptor?.unsubscribe).toHaveLength(4);
  expect(descriptor?.receiptTo).toHaveLength(4);
});

const text = (subtype: string, more: object = {}): object => ({
  ...{
    kind: 'part',
    section: '1',
    type: 'text',
    subtype,
    parameters: [['charset', 'utf-8']],
    disposition: null,
  },
  ...{ language: [], location: null, id: null, description: null, encoding: '7bit', octets: 1, lines: 1 },
  ...{ md5: null, envelope: null, body: null, ...more },
});
const multipart = (subtype: string, ...parts: object[]): object => ({
  ...{ kind: 'multipart', section: '', subtype, parts, parameters: [], disposition: null, language: [] },
  location: null,
});
const attached = { disposition: { type: 'attachment', parameters: [] } };

it.each([
  [text('plain'), false],
  [text('html', { parameters: [] }), false],
  [text('plain', { parameters: [['name', 'notes.txt']] }), true],
  [text('plain', attached), true],
  [text('x-log'), false],
  [text('pdf', { type: 'application' }), true],
  [multipart('alternative', text('plain'), text('html')), false],
  [multipart('alternative', text('plain'), text('html', attached)), true],
  [multipart('mixed', text('plain'), text('plain', attached)), true],
])('says whether there is something to save: %#', (structure, expected) => {
  const message = { ...fetched(''), structure } as unknown as FetchedMessage;
  expect(descriptorOf(message)?.hasAttachments).toBe(expected);
  const { attachments } = choosePresentation(structure as BodyStructure, { prefer: 'html' });
  expect(attachments.some(({ inline }) => !inline)).toBe(expected);
});

it('has one list of addresses where a server says that answers go to whom it is from', () => {
  const [ada, grace] = ['ada', 'grace'].map((mailbox) => ({ name: null, mailbox, host: 'b.example' }));
  const of = (replyTo: object[]): Descriptor | undefined => {
    const message = fetched('');
    return descriptorOf({ ...message, envelope: { ...message.envelope, from: [ada], replyTo } } as never);
  };
  expect(of([{ ...ada }])?.replyTo).toEqual([{ name: '', address: 'ada@b.example' }]);
  expect(of([grace!])?.replyTo).toEqual([{ name: '', address: 'grace@b.example' }]);
  expect(of([])?.replyTo).toEqual([]);
});
