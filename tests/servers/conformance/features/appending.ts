import { expect } from 'vitest';
import {
  append,
  create,
  enable,
  formatImapUrl,
  multiAppend,
  select,
  status,
  uidReplace,
} from '@postern/protocol/imap';
import type { FeatureGroup } from '../feature.ts';
import { attachment, nested, note } from '../letters.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* nothing(): AsyncGenerator<Uint8Array> {
  throw new Error('nobody may ask for it');
}

export const appending: FeatureGroup = {
  title: 'Appending',
  features: [
    {
      name: 'APPEND',
      rfc: '3501 §6.3.11',
      async run(bench) {
        const internalDate = Date.UTC(2025, 1, 28, 23, 59, 58);
        const { client, uids } = await bench.open([
          { message: nested, flags: ['\\Seen', '\\Flagged'], internalDate },
        ]);
        const message = await client.look(uids[0], ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE']);
        expect(message).toMatchObject({ internalDate, size: nested.length });
        expect(await client.flags(uids[0])).toEqual(['\\Flagged', '\\Seen']);
        expect(await client.section(uids[0], { section: '' })).toBe(nested);
      },
    },
    {
      name: 'APPEND to no mailbox',
      rfc: '3501 §6.3.11',
      async run(bench) {
        const client = await bench.client();
        await expect(
          client.run(append(bench.name('not-there'), { message: octets(note('Nowhere')) })),
        ).rejects.toMatchObject({ status: 'NO', code: { code: 'TRYCREATE' } });
      },
    },
    {
      name: 'APPENDUID',
      rfc: '4315 §3',
      capability: ['UIDPLUS'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const appended = await client.run(append(name, { message: octets(note('Which?')) }));
        const other = await bench.client();
        const { uidValidity } = await other.run(select(name));
        expect(appended).toEqual({ uidValidity, uid: (await other.uids())[0] });
      },
    },
    {
      name: 'a message in pieces',
      rfc: '3501 §6.3.11',
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const text = note('Streamed', {}, 'line after line\r\n'.repeat(20_000));
        const whole = octets(text);
        const chunks = async function* (): AsyncGenerator<Uint8Array> {
          for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000);
        };
        await client.run(append(name, { message: { octets: whole.length, chunks } }));
        const other = await bench.second(name);
        const [uid] = await other.uids();
        expect(await other.section(uid!, { section: '' })).toBe(text);
      },
    },
    {
      name: 'MULTIAPPEND',
      rfc: '3502',
      capability: ['MULTIAPPEND'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const internalDate = Date.UTC(2024, 1, 29, 1, 2, 3);
        const appended = await client.run(
          multiAppend(name, [
            { message: octets(note('One')), flags: ['\\Seen'] },
            { message: octets(note('Two')), internalDate },
            { message: octets(note('Three')) },
          ]),
        );
        const other = await bench.second(name);
        const uids = await other.uids();
        expect(appended.map(({ uid }) => uid)).toEqual(uids);
        const messages = await other.fetch(uids, ['ENVELOPE', 'INTERNALDATE']);
        expect(messages.map(({ envelope }) => envelope?.subject)).toEqual(['One', 'Two', 'Three']);
        expect(messages[1]?.internalDate).toBe(internalDate);
        expect(await other.flags(uids[0]!)).toEqual(['\\Seen']);
        expect(await other.flags(uids[1]!)).toEqual([]);
      },
    },
    {
      name: 'MULTIAPPEND, all or none',
      rfc: '3502 §6.3.11',
      capability: ['MULTIAPPEND'],
      async run(bench) {
        const client = await bench.client();
        const name = bench.name('not-there');
        const two = [{ message: octets(note('One')) }, { message: octets(note('Two')) }];
        await expect(client.run(multiAppend(name, two))).rejects.toMatchObject({ status: 'NO' });
        await client.run(create(name));
        expect((await client.run(select(name))).exists).toBe(0);
      },
    },
    {
      name: 'CATENATE',
      rfc: '4469',
      capability: ['CATENATE'],
      async run(bench) {
        const { client, name, uids, selected } = await bench.open([nested]);
        const to = await bench.mailbox(client, 'put-together');
        const header = note('Put together')
          .split('\r\n\r\n')[0]!
          .replace(/Content-Type: .*/, 'Content-Type: multipart/mixed; boundary="seam"');
        const front = `${header}\r\n\r\n--seam\r\n`;
        const { uidValidity } = selected;
        const part = (section: string): string =>
          formatImapUrl({ form: 'absolute', mailbox: name, uidValidity, uid: uids[0], section });
        await client.run(
          append(to, {
            parts: [
              { text: octets(front) },
              { url: part('2.MIME') },
              { url: part('2') },
              { text: octets('\r\n--seam--\r\n') },
            ],
          }),
        );
        const other = await bench.second(to);
        const [uid] = await other.uids();
        const mime = await client.section(uids[0], { section: '2.MIME' });
        const body = await client.section(uids[0], { section: '2' });
        expect(await other.section(uid!, { section: '' })).toBe(`${front}${mime}${body}\r\n--seam--\r\n`);
        expect(Buffer.from(await other.section(uid!, { section: '1' }), 'base64')).toEqual(
          Buffer.from(attachment),
        );
      },
    },
    {
      name: 'REPLACE',
      rfc: '8508',
      capability: ['REPLACE'],
      async run(bench) {
        const { client, name, uids } = await bench.open([note('First draft'), note('Another matter')]);
        const replaced = await client.run(
          uidReplace(uids[0], name, { message: octets(note('Second draft')), flags: ['\\Draft'] }),
        );
        const other = await bench.second(name);
        expect(await other.uids()).toEqual([uids[1], replaced?.uid]);
        const { envelope } = await other.look(replaced!.uid, 'ENVELOPE');
        expect(envelope?.subject).toBe('Second draft');
        expect(await other.flags(replaced!.uid)).toEqual(['\\Draft']);
      },
    },
    {
      name: 'APPEND of NUL',
      rfc: '3516 §4.4',
      capability: ['BINARY'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const header = note('Every octet').replace(
          /\r\n\r\n[^]*/,
          '\r\nContent-Transfer-Encoding: binary\r\n\r\n',
        );
        const message = Buffer.concat([
          Buffer.from(header.replace(/Content-Type: .*/, 'Content-Type: application/octet-stream')),
          attachment,
        ]);
        await client.run(append(name, { message, form: 'binary' }));
        const other = await bench.second(name);
        const { sections = [] } = await other.look((await other.uids())[0]!, { binary: '1' });
        expect(Buffer.from(sections[0]?.data ?? [])).toEqual(Buffer.from(attachment));
      },
    },
    {
      name: 'APPEND of a UTF-8 header',
      rfc: '6855 §4',
      capability: ['UTF8=ACCEPT', 'UTF8=ONLY', 'IMAP4REV2'],
      async run(bench) {
        const client = await bench.client();
        await client.run(enable([bench.offers('UTF8=ACCEPT', 'UTF8=ONLY') ? 'UTF8=ACCEPT' : 'IMAP4rev2']));
        const name = await bench.mailbox(client);
        const message = note('Grüße aus Köln', { From: 'Zoë <zoë@postern.example>' });
        await client.run(append(name, { message: octets(message), form: 'utf8' }));
        await client.run(select(name));
        const { envelope } = await client.look((await client.uids())[0]!, 'ENVELOPE');
        expect(envelope).toMatchObject({
          subject: 'Grüße aus Köln',
          from: [{ name: 'Zoë', mailbox: 'zoë', host: 'postern.example' }],
        });
      },
    },
    {
      name: 'more than APPENDLIMIT',
      rfc: '7889 §4',
      capability: ['APPENDLIMIT'],
      async run(bench) {
        const client = await bench.client();
        const name = await bench.mailbox(client);
        const announced = [...bench.capabilities].flatMap(
          (each) => /^APPENDLIMIT=(\d+)$/.exec(each)?.[1] ?? [],
        );
        const own = (await client.run(status(name, ['MESSAGES', 'APPENDLIMIT'])))?.appendLimit;
        const limit = Number(announced[0] ?? own);
        const { up } = client.wire;
        const tooBig = append(name, { message: { octets: limit + 1, chunks: nothing }, limit });
        await expect(client.run(tooBig)).rejects.toMatchObject({ status: 'NO', code: { code: 'TOOBIG' } });
        // It costs nothing: the message never left, and the connection goes on.
        expect(client.wire.up).toBe(up);
        expect((await client.run(select(name))).exists).toBe(0);
      },
    },
  ],
};
