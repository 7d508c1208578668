import { sampleDescriptor } from '@postern/protocol/sync/store-conformance';
import type { Descriptor } from '@postern/protocol/sync';
import { describe, expect, it } from 'vitest';
import { blocksOf, displayOf, askedSectionsOf, imageType, sealedOf, sectionsOf } from './body.ts';

type Structure = Descriptor['structure'];
type Leaf = Extract<Structure, { kind: 'part' }>;

const leaf = (section: string, type: string, more: Partial<Leaf> = {}): Leaf => {
  const [main = '', subtype = ''] = type.split('/');
  return { ...(sampleDescriptor('').structure as Leaf), section, type: main, subtype, ...more };
};
const multipart = (subtype: string, parts: Structure[], section = ''): Structure => ({
  kind: 'multipart',
  section,
  subtype,
  parts,
  parameters: [],
  disposition: null,
  language: [],
  location: null,
});
const display = (structure: Structure) => displayOf({ ...sampleDescriptor(''), structure });

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]);
const noUrl = (): undefined => undefined;

const newsletter = display(
  multipart('mixed', [
    multipart(
      'related',
      [
        multipart('alternative', [leaf('1.1.1', 'text/plain'), leaf('1.1.2', 'text/html')], '1.1'),
        leaf('1.2', 'image/png', { id: '<logo@x>', octets: 2000 }),
        leaf('1.3', 'image/png', { id: '<huge@x>', octets: 50_000_000 }),
      ],
      '1',
    ),
    leaf('2', 'video/mp4', {
      octets: 40_000_000,
      disposition: { type: 'attachment', parameters: [['filename', 'film.mp4']] },
    }),
  ]),
);

describe('what a message says', () => {
  it('needs its text and its small pictures, and never what is large or attached', () => {
    expect(sectionsOf(newsletter)).toEqual(['1.1.2', '1.2']);
    expect(askedSectionsOf(newsletter)).toEqual(['1.2']);
  });

  it('is on its way, then there; or not to be had, with the reason', () => {
    expect(blocksOf(newsletter, new Map(), noUrl, undefined)).toEqual([
      { kind: 'loading', section: '1.1.2' },
    ]);
    expect(blocksOf(newsletter, new Map(), noUrl, 'offline')).toEqual([
      { kind: 'unavailable', section: '1.1.2', reason: 'offline' },
    ]);
    const parts = new Map([['1.1.2', utf8('<p>Hello</p>')]]);
    expect(blocksOf(newsletter, parts, noUrl, 'offline')).toEqual([
      { kind: 'html', section: '1.1.2', html: '<p>Hello</p>' },
    ]);
  });

  it('is read in its charset, flowed text with its paragraphs whole', () => {
    const flowed = display(
      leaf('1', 'text/plain', {
        parameters: [
          ['charset', 'iso-8859-1'],
          ['format', 'flowed'],
        ],
      }),
    );
    const bytes = new Uint8Array([...utf8('one '), 0x0d, 0x0a, 0xfc, ...utf8('ber\r\n')]);
    const [block] = blocksOf(flowed, new Map([['1', bytes]]), noUrl, undefined);
    expect(block).toMatchObject({ kind: 'plain', text: expect.stringMatching(/^one über/) });
  });

  it('says when it is sealed, and by what', () => {
    const pgp = multipart('encrypted', [
      leaf('1', 'application/pgp-encrypted'),
      leaf('2', 'application/octet-stream'),
    ]);
    const opaque = leaf('1', 'application/pkcs7-mime', { parameters: [['smime-type', 'signed-data']] });
    const clear = multipart('signed', [leaf('1', 'text/plain'), leaf('2', 'application/pkcs7-signature')]);
    const found = [pgp, leaf('1', 'application/pkcs7-mime'), opaque, clear, leaf('1', 'text/plain')];
    expect(found.map((structure) => sealedOf(display(structure)))).toEqual([
      'openpgp',
      'smime',
      'signature',
      undefined,
      undefined,
    ]);
  });

  it('shows a picture only when its octets are those of one', () => {
    const picture = display(leaf('1', 'image/png', { octets: 10 }));
    const url = (_: string, bytes: Uint8Array): string | undefined => imageType(bytes) && 'blob:x';
    expect(blocksOf(picture, new Map([['1', png]]), url, undefined)).toMatchObject([
      { kind: 'image', url: 'blob:x' },
    ]);
    expect(blocksOf(picture, new Map([['1', utf8('<svg onload=…>')]]), url, undefined)).toEqual([]);
  });
});
