import { choosePresentation, parseMessage } from '@postern/protocol/mime';
import { describe, expect, it } from 'vitest';
import { askedSectionsOf, sectionsOf, textOf } from './body.ts';
import { isTnef, packedFetched, packedSections, unpacked, withoutFiles } from './packed.ts';

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const little = (value: number, octets: number): string =>
  String.fromCharCode(
    ...Array.from({ length: octets }, (_, index) => Math.floor(value / 256 ** index) % 256),
  );
/** [MS-OXTNEF] §2.1.1: level, identifier, length, data, checksum. */
const attribute = (level: number, id: number, data: string): string =>
  little(level, 1) + little(id, 4) + little(data.length, 4) + data + little(0, 2);
const tnef = (...attributes: string[]): string => little(0x223e9f78, 4) + little(1, 2) + attributes.join('');
const file = (name: string, content: string): string =>
  attribute(2, 0x00069002, '\0'.repeat(14)) +
  attribute(2, 0x00018010, `${name}\0`) +
  attribute(2, 0x0006800f, content);
/** A message within: one property of type object, behind the octets that say what it is. */
const within = (inner: string): string => {
  const value = '\0'.repeat(16) + inner;
  const property = little(0x0d, 2) + little(0x3701, 2) + little(1, 4) + little(value.length, 4) + value;
  return (
    attribute(2, 0x00069002, '\0'.repeat(14)) +
    attribute(2, 0x00069005, little(1, 4) + property + '\0'.repeat((4 - (value.length % 4)) % 4))
  );
};
const subject = (text: string): string => attribute(1, 0x00018004, `${text}\0`);
const body = (text: string): string => attribute(1, 0x0002800c, `${text}\0`);

const display = (...parts: string[]) =>
  choosePresentation(
    parseMessage(
      latin1(
        `Content-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--`,
      ),
    ).structure,
    { prefer: 'html' },
  );
const TEXT = 'Content-Type: text/plain\r\n\r\nx';
const WINMAIL = 'Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nx';

describe('winmail.dat', () => {
  const mixed = display(TEXT, WINMAIL);
  const inside = (octets: string) => unpacked(mixed, new Map([['2', latin1(octets)]])).get('2');

  it('is known by its type, or by its name where nobody knows the type', () => {
    expect(isTnef({ type: 'application/ms-tnef', name: 'x' })).toBe(true);
    expect(isTnef({ type: 'application/octet-stream', name: 'WINMAIL.DAT' })).toBe(true);
    expect(isTnef({ type: 'application/octet-stream', name: 'mail.dat' })).toBe(false);
    expect(isTnef({ type: 'image/png', name: 'winmail.dat' })).toBe(false);
  });

  it('is fetched to be looked into, unless it is large', () => {
    expect(packedSections(mixed)).toEqual(['2']);
    expect(sectionsOf(mixed)).toEqual(['1', '2']);
    expect(askedSectionsOf(mixed)).toEqual(['2']);
    const large = mixed.attachments.map((one) => ({ ...one, octets: packedFetched + 1 }));
    expect(packedSections({ ...mixed, attachments: large })).toEqual([]);
  });

  it('gives its files, under names that are safe', () => {
    expect(inside(tnef(file('..\\a.pdf', 'PDF'), file('', 'x')))).toMatchObject({
      whole: true,
      blocks: [],
      files: [
        { section: '2/1', name: 'a.pdf', bytes: latin1('PDF') },
        { section: '2/2', name: 'attachment', bytes: latin1('x') },
      ],
    });
  });

  it('gives its text, then the messages within it, with their files', () => {
    const found = inside(
      tnef(body('Hello'), file('a', '1'), within(tnef(subject('Inner'), body('Deep'), file('b', '2')))),
    );
    expect(found?.blocks).toEqual([
      { kind: 'plain', section: '2', text: 'Hello' },
      { kind: 'message', section: '2/2', subject: 'Inner', from: [], date: undefined },
      { kind: 'plain', section: '2/2', text: 'Deep' },
    ]);
    expect(found?.files.map(({ section, name }) => [section, name])).toEqual([
      ['2/1', 'a'],
      ['2/2/1', 'b'],
    ]);
  });

  it('that is cut off is not whole; what is none stays what it is', () => {
    const whole = tnef(file('a', 'x'.repeat(100)));
    expect(inside(whole.slice(0, -60))).toMatchObject({ whole: false, files: [{ name: 'a' }] });
    expect(inside('PK\x03\x04')).toBeUndefined();
    expect(unpacked(mixed, new Map()).size).toBe(0);
  });
});

describe('uuencode', () => {
  const UU = 'begin 644 cat.txt\n#0V%T\n`\nend\n';
  const mixed = display(TEXT);
  const part = mixed.shown[0]!;

  it('is a file, and the text around it is the text', () => {
    const bytes = latin1(`Before\n${UU}After\n`);
    expect(unpacked(mixed, new Map([['1', bytes]])).get('1')).toMatchObject({
      whole: true,
      files: [{ section: '1/1', name: 'cat.txt', bytes: latin1('Cat') }],
    });
    expect(textOf(part, bytes)).toBe('Before\nAfter\n');
  });

  it('leaves a text that has none alone', () => {
    const bytes = latin1('begin 644 of them\nwere here\n');
    expect(withoutFiles(bytes)).toBe(bytes);
    expect(unpacked(mixed, new Map([['1', bytes]])).size).toBe(0);
  });
});
