/** What is written to a server comes back as it went, where a server says it again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../bytes/index.ts';
import { mailboxPiece, type Piece, stringPiece } from './command.ts';
import { labelPiece } from './commands/search-key.ts';
import { Fragmenter, frameOf } from './fragmenter.ts';
import { readWireName, wireOctets } from './mailbox-name.ts';
import { parseResponse } from './parse.ts';
import { Reader } from './reader.ts';
import type { Response } from './response.ts';
import { formatInternalDate, readInternalDate } from './responses/date.ts';
import { formatSet, toRanges } from './sets.ts';
import { namedInUtf8 } from './utf8-names.ts';

const ENABLED = [new Set<string>(), new Set(['UTF8=ACCEPT']), new Set(['IMAP4REV2'])];
const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1 }),
    fc.constantFrom('"', '\\', '&', '{3}', ' ', 'ä', '漢', '😀'),
  ),
});

/** A response that ends in this argument, as it came: strings stay, octets are a literal. */
function heard(before: string, argument: Piece, after = ''): Response | undefined {
  const fragmenter = new Fragmenter();
  const end =
    argument instanceof Uint8Array
      ? [encodeText(`{${argument.length}}\r\n`), argument]
      : [encodeText(argument as string)];
  fragmenter.push(concatBytes([encodeText(before), ...end, encodeText(`${after}\r\n`)]));
  const fragment = fragmenter.next();
  if (fragment?.type !== 'frame') throw new Error('no response');
  const { response, defects } = parseResponse(fragment.frame);
  expect(defects).toEqual([]);
  return response;
}

describe('what is written is read again', () => {
  it.each(ENABLED.map((enabled) => [[...enabled].join(' ') || 'IMAP4rev1', enabled] as const))(
    'names, under %s',
    (_, enabled) => {
      fc.assert(
        fc.property(text, (raw) => {
          const name = raw.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd') || 'x';
          const response = heard('* LIST () "/" ', mailboxPiece(name, enabled));
          const listed = response?.type === 'list' && enabled.size > 0 ? namedInUtf8(response) : response;
          expect(listed).toMatchObject({ mailbox: { name: /^inbox$/i.test(name) ? 'INBOX' : name } });
        }),
      );
    },
  );

  it.each(ENABLED.map((enabled) => [[...enabled].join(' ') || 'IMAP4rev1', enabled] as const))(
    'labels, under %s',
    (_, enabled) => {
      fc.assert(
        fc.property(text, (raw) => {
          const name = `x${raw.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd')}`;
          const response = heard('* 1 FETCH (X-GM-LABELS (', labelPiece(name, enabled), '))');
          const fetched = response?.type === 'fetch' && enabled.size > 0 ? namedInUtf8(response) : response;
          expect(fetched).toMatchObject({ message: { gmailLabels: [{ name, system: false }] } });
        }),
      );
    },
  );

  it.each(ENABLED.map((enabled) => [[...enabled].join(' ') || 'IMAP4rev1', enabled] as const))(
    'strings, under %s',
    (_, enabled) => {
      fc.assert(
        fc.property(text, (raw) => {
          const value = raw.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
          const response = heard('* QUOTAROOT x ', stringPiece(value, enabled));
          expect(response).toEqual({ type: 'quota-root', roots: { wireName: 'x', roots: [value] } });
        }),
      );
    },
  );

  it('names as a server spells them, whatever their octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (octets) => {
        expect([...wireOctets({ wire: readWireName(octets) })]).toEqual([...octets]);
      }),
    );
  });

  it('dates, to the second', () => {
    const range = {
      min: new Date('1000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(range), (date) => {
        const second = Math.floor(date.getTime() / 1000) * 1000;
        expect(readInternalDate(formatInternalDate(second))).toBe(second);
      }),
    );
  });

  it('sets', () => {
    const uid = fc.integer({ min: 1, max: 0xffff_ffff });
    fc.assert(
      fc.property(fc.array(fc.tuple(uid, uid), { minLength: 1, maxLength: 20 }), (ranges) => {
        const read = new Reader().open(frameOf(encodeText(formatSet(ranges)))).set();
        expect(toRanges(read)).toEqual(toRanges(ranges));
      }),
    );
  });
});
