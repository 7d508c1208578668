import { randomBytes } from 'node:crypto';

/** Messages that the journey reads: each with something that has gone wrong in a webmail before. */

/** Octets of every value, and not the size of any buffer. */
export const attachment = Buffer.concat([
  Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
  randomBytes(300_001),
]);

/** A message with these header fields, over the usual ones; the body is Latin-1 octets. */
export function mailWith(head: Record<string, string>, body: string): Buffer {
  const lines = Object.entries({
    From: 'Grace Okafor <grace@postern.example>',
    To: 'ada@postern.example',
    Date: new Date().toUTCString().replace('GMT', '+0000'),
    'Message-ID': `<${randomBytes(8).toString('hex')}@postern.example>`,
    'MIME-Version': '1.0',
    ...head,
  }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body.replaceAll(/\r?\n/g, '\r\n')}`, 'latin1');
}

const base64 = (data: Buffer): string => data.toString('base64').replaceAll(/.{76}/g, '$&\r\n');

export const plain = mailWith(
  {
    Subject: 'Plain words',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': 'quoted-printable',
  },
  'The tide is at six =E2=80=94 bring a coat.\n\n<b>this is text, not bold</b>\n',
);

export const html = mailWith(
  { Subject: 'A page of a letter', 'Content-Type': 'text/html; charset=utf-8' },
  `<h1>Harbour news</h1><p id="hello">The lamp is <em>lit</em>.</p>
<img src="https://tracker.example/pixel.gif" alt="pixel">
<script>document.title = 'owned'; top.document.title = 'owned'</script>
<a href="javascript:alert(1)">press</a><img src=x onerror="top.document.title='owned'">`,
);

export const japanese = mailWith(
  {
    Subject: '=?ISO-2022-JP?B?GyRCRXRCZiRIOUEbKEI=?=',
    'Content-Type': 'text/plain; charset=iso-2022-jp',
    'Content-Transfer-Encoding': '7bit',
  },
  '\x1b$B:#Lk$N3$$O@E$+$G$9!#\x1b(B\n',
);

export const withFile = mailWith(
  { Subject: 'A file for you', 'Content-Type': 'multipart/mixed; boundary="=_frontier"' },
  `--=_frontier
Content-Type: text/plain; charset=us-ascii

The plan is attached.
--=_frontier
Content-Type: application/octet-stream
Content-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.bin
Content-Transfer-Encoding: base64

${base64(attachment)}
--=_frontier--
`,
);

export const nonsense = mailWith(
  { Subject: 'Nonsense inside', 'Content-Type': 'multipart/mixed; boundary=nowhere; boundary="elsewhere' },
  `--nothing
Content-Type: text/html; charset=klingon
Content-Transfer-Encoding: base65

<p>Words that survive \xff\xfe\x00 all of it</p>
--nowhere
Content-Type: message/rfc822
Content-Disposition: attachment; filename="../../../etc/passwd\x00.exe"

not a header
--nowhere
`,
);
