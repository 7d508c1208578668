import { expect } from 'vitest';
import { append, select } from '@postern/protocol/imap';
import type { FeatureGroup } from '../feature.ts';
import { nested, note } from '../letters.ts';

const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

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
  ],
};
