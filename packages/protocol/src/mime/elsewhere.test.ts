import { expect, it } from 'vitest';
import { encodeText } from '../bytes/index.ts';
import { parseMessage } from './message.ts';
import { choosePresentation } from './presentation.ts';

const attachments = (type: string) =>
  choosePresentation(
    parseMessage(encodeText(`Content-Type: ${type}\r\n\r\nContent-Type: image/png\r\n\r\n`)).structure,
    {
      prefer: 'html',
    },
  ).attachments;

it.each([
  ['access-type=URL; URL="https://example.org/a\r\n b.png"', 'url', 'https://example.org/ab.png'],
  [
    'access-type=anon-ftp; site=ftp.example.org; directory=pub; name="a.png"',
    'anon-ftp',
    'ftp://ftp.example.org/pub/a.png',
  ],
  ['access-type=mail-server; server="get@example.org"', 'mail-server', 'get@example.org'],
  ['access-type=local-file; name="/etc/passwd"', 'local-file', '/etc/passwd'],
  ['access-type=x-other; name=a', 'x-other', ''],
  ['name=a', '', ''],
])('message/external-body; %s', (parameters, access, place) => {
  expect(attachments(`message/external-body; ${parameters}`)[0]?.external).toEqual({ access, place });
});

it.each([
  ['id="ABC@host"; number=2; total=3', { id: 'ABC@host', number: 2, total: 3 }],
  ['id=x; number=1', { id: 'x', number: 1, total: undefined }],
  ['number=-4; total=many', { id: '', number: 1, total: undefined }],
])('message/partial; %s', (parameters, partial) => {
  expect(attachments(`message/partial; ${parameters}`)[0]?.partial).toEqual(partial);
});

it('others are here and whole', () => {
  const [image] = attachments('image/png');
  expect(image).not.toHaveProperty('external');
  expect(image).not.toHaveProperty('partial');
});
