import { expect } from 'vitest';
import type { BodyStructure } from '@postern/protocol/imap';
import type { FeatureGroup } from '../feature.ts';
import { attachment, html, nested, note, plain } from '../letters.ts';

const one = (name: string | null, mailbox: string): object => ({ name, mailbox, host: 'postern.example' });

/** `multipart/mixed[text/plain …]`, with each part's section. */
function shape(body: BodyStructure): string {
  if (body.kind === 'multipart') return `${body.subtype}[${body.parts.map(shape).join(' ')}]`;
  const inside = body.body ? `{${shape(body.body)}}` : '';
  return `${body.section}:${body.type}/${body.subtype}${inside}`;
}

export const fetching: FeatureGroup = {
  title: 'Fetching',
  features: [
    {
      name: 'ENVELOPE',
      rfc: '3501 §7.4.2',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const { envelope } = await client.look(uids[0], 'ENVELOPE');
        const one = (name: string | null, mailbox: string): object => ({
          name,
          mailbox,
          host: 'postern.example',
        });
        expect(envelope).toMatchObject({
          date: 'Wed, 02 Sep 2026 12:34:56 +0200',
          subject: 'Nested',
          from: [one('Lovelace, Ada', 'ada')],
          sender: [one('Lovelace, Ada', 'ada')],
          replyTo: [one('Lovelace, Ada', 'ada')],
          to: [one('Grace Hopper', 'grace'), one(null, 'joan')],
          cc: [one(null, 'kay')],
          bcc: [],
          inReplyTo: '<before@postern.example>',
          messageId: '<nested@postern.example>',
        });
      },
    },
    {
      name: 'groups of addresses',
      rfc: '3501 §7.4.2',
      async run(bench) {
        const { client, uids } = await bench.open([
          note('To a group', { To: 'Team: alan@postern.example, Kay <kay@postern.example>;' }),
        ]);
        const { envelope } = await client.look(uids[0], 'ENVELOPE');
        expect(envelope?.to).toEqual([
          { name: null, mailbox: 'Team', host: null },
          one(null, 'alan'),
          one('Kay', 'kay'),
          { name: null, mailbox: null, host: null },
        ]);
      },
    },
    {
      name: 'BODYSTRUCTURE',
      rfc: '3501 §7.4.2',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const { structure } = await client.look(uids[0], 'BODYSTRUCTURE');
        expect(shape(structure!)).toBe(
          'mixed[alternative[1.1:text/plain 1.2:text/html] 2:application/octet-stream 3:message/rfc822{3.1:text/plain}]',
        );
        const parts = structure?.kind === 'multipart' ? structure.parts : [];
        expect(parts[1]).toMatchObject({
          encoding: 'base64',
          parameters: [['name', 'octets.bin']],
          disposition: { type: 'attachment', parameters: [['filename', 'octets.bin']] },
        });
        expect(parts[2]).toMatchObject({
          envelope: { subject: 'Inside', messageId: '<inside@postern.example>' },
        });
      },
    },
    {
      name: 'parts of the body',
      rfc: '3501 §6.4.5',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const section = (name: string): Promise<string> => client.section(uids[0], { section: name });
        expect(await section('1.1')).toBe(plain);
        expect(await section('1.2')).toBe(html);
        expect(Buffer.from(await section('2'), 'base64')).toEqual(Buffer.from(attachment));
        expect(await section('2.MIME')).toMatch(
          /^Content-Type: application\/octet-stream; name="octets.bin"\r\n/,
        );
        expect(await section('TEXT')).toBe(nested.slice(nested.indexOf('\r\n\r\n') + 4));
        // Looking marks nothing as read.
        expect(await client.flags(uids[0])).toEqual([]);
      },
    },
    {
      name: 'parts of a message inside',
      rfc: '3501 §6.4.5',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const section = (name: string): Promise<string> => client.section(uids[0], { section: name });
        expect(await section('3.HEADER')).toMatch(/^Subject: Inside\r\n[^]*\r\n\r\n$/);
        expect(await section('3.TEXT')).toBe('The message inside.');
        expect(await section('3.1')).toBe('The message inside.');
      },
    },
    {
      name: 'header fields',
      rfc: '3501 §6.4.5',
      async run(bench) {
        const { client, uids } = await bench.open([note('Some fields', { References: '<a@b>\r\n <c@d>' })]);
        const fields = await client.section(uids[0], {
          section: 'HEADER.FIELDS',
          fields: ['References', 'Subject', 'List-Id'],
        });
        expect(fields.split('\r\n').filter(Boolean).toSorted()).toEqual([
          ' <c@d>',
          'References: <a@b>',
          'Subject: Some fields',
        ]);
      },
    },
    {
      name: 'ranges of octets',
      rfc: '3501 §6.4.5',
      async run(bench) {
        const { client, uids } = await bench.open([nested]);
        const partial = async (origin: number, octets: number): Promise<string> =>
          client.section(uids[0], { section: '', partial: [origin, octets] });
        expect(await partial(0, 10)).toBe(nested.slice(0, 10));
        expect(await partial(100, 300)).toBe(nested.slice(100, 400));
        expect(await partial(nested.length - 5, 100)).toBe(nested.slice(-5));
        expect(await partial(nested.length + 5, 100).catch(() => '')).toBe('');
      },
    },
    {
      name: 'a message of 12 MB',
      rfc: '3501 §6.4.5',
      async run(bench) {
        const text = note('Large', {}, `${'0123456789'.repeat(7)}\r\n`.repeat(170_000));
        const { client, uids } = await bench.open([text]);
        const read: Uint8Array[] = [];
        await client.fetch([uids[0]], { section: '' }, { onSection: ({ data }) => read.push(data.slice()) });
        expect(Buffer.concat(read).toString('latin1') === text).toBe(true);
      },
    },
  ],
};
