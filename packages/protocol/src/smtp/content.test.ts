import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { describedMessage } from './content.ts';

const plain = 'Subject: s\r\nTo: a@b\r\n\r\n';

it.each([
  ['ASCII alone', `${plain}text\r\n`, { content: '7bit' }],
  ['nothing', '', { content: '7bit' }],
  ['a body beyond ASCII', `${plain}Grüße\r\n`, { content: '8bit', utf8Header: false }],
  ['its last octet', `${plain}${'x'.repeat(20)}ü`, { content: '8bit', utf8Header: false }],
  ['a header beyond ASCII', 'To: ö@b\r\n\r\nx', { content: '8bit', utf8Header: true }],
  ['the last of the header', 'Subject: s\r\nTo: a@ö\r\n\r\nx', { content: '8bit', utf8Header: true }],
  ['a header alone', 'To: aaaaaaaaaaaaa@ö', { content: '8bit', utf8Header: true }],
  ['line feeds alone', 'To: a@b\n\nö\n\n', { content: '8bit', utf8Header: false }],
])('of %s', (_, text, described) => {
  const bytes = encodeText(text);
  expect(describedMessage(bytes)).toEqual({ octets: bytes.length, ...described });
});
