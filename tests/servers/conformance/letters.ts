/** Messages that features are tried on. Line breaks are CRLF; every text below is what a server has to give back. */

/** One plain message. */
export function note(
  subject: string,
  more: Readonly<Record<string, string>> = {},
  text = 'Nothing more.',
): string {
  const fields = {
    From: 'Ada Lovelace <ada@postern.example>',
    To: 'Grace Hopper <grace@postern.example>',
    Date: 'Tue, 01 Sep 2026 10:00:00 +0000',
    'Message-ID': `<${crypto.randomUUID()}@postern.example>`,
    ...more,
  };
  return [
    `Subject: ${subject}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '',
  ].join('\r\n');
}

/** Every octet there is, so that a transfer encoding shows. */
export const attachment = Uint8Array.from({ length: 256 }, (_, i) => i);
const base64 = Buffer.from(attachment).toString('base64').replace(/.{76}/g, '$&\r\n');

export const html = '<p>Two <b>ways</b> to say it</p>';
export const plain = 'Two ways to say it';

/** mixed ( alternative ( plain, html ), an attachment, a message with a plain text ). */
export const nested = [
  'Subject: Nested',
  'From: "Lovelace, Ada" <ada@postern.example>',
  'To: Grace Hopper <grace@postern.example>, joan@postern.example',
  'Cc: kay@postern.example',
  'Date: Wed, 02 Sep 2026 12:34:56 +0200',
  'Message-ID: <nested@postern.example>',
  'In-Reply-To: <before@postern.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary="inner"',
  '',
  '--inner',
  'Content-Type: text/plain; charset=us-ascii',
  '',
  plain,
  '--inner',
  'Content-Type: text/html; charset=us-ascii',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  html.replaceAll('=', '=3D'),
  '--inner--',
  '',
  '--outer',
  'Content-Type: application/octet-stream; name="octets.bin"',
  'Content-Disposition: attachment; filename="octets.bin"',
  'Content-Transfer-Encoding: base64',
  '',
  base64,
  '--outer',
  'Content-Type: message/rfc822',
  '',
  'Subject: Inside',
  'From: alan@postern.example',
  'Date: Mon, 31 Aug 2026 08:00:00 +0000',
  'Message-ID: <inside@postern.example>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=us-ascii',
  '',
  'The message inside.',
  '--outer--',
  '',
].join('\r\n');
