import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyStructure } from '../imap/types.ts';
import { html, multi, numbered, part, pdf, plain, png } from '../testing/structure.ts';
import { choosePresentation } from './presentation.ts';

function look(structure: BodyStructure, prefer: 'html' | 'plain' = 'html') {
  const display = choosePresentation(numbered(structure), { prefer });
  return {
    shown: display.shown.map(({ section, kind, depth }) => `${'>'.repeat(depth)}${section} ${kind}`),
    alternatives: display.alternatives.map(({ section, kind }) => `${section} ${kind}`),
    related: display.related.map(({ section }) => section),
    attachments: display.attachments.map(({ section }) => section),
  };
}

type Expected = Partial<ReturnType<typeof look>>;
const nothing = { shown: [], alternatives: [], related: [], attachments: [] };

const newsletter = multi('alternative', [plain(), multi('related', [html(), png({ id: 'logo@x' })])]);

const cases: [string, BodyStructure, Expected][] = [
  ['one text', plain(), { shown: ['1 plain'] }],
  ['one HTML', html(), { shown: ['1 html'] }],
  ['one PDF and nothing to read', pdf(), { attachments: ['1'] }],
  [
    'a text that calls itself an attachment, but is all there is',
    plain({ disposition: 'attachment', name: 'a.txt' }),
    { shown: ['1 plain'], attachments: ['1'] },
  ],
  ['alternative', multi('alternative', [plain(), html()]), { shown: ['2 html'], alternatives: ['1 plain'] }],
  [
    'alternative, the wrong way round',
    multi('alternative', [html(), plain()]),
    { shown: ['1 html'], alternatives: ['2 plain'] },
  ],
  [
    'alternative whose HTML is empty',
    multi('alternative', [plain(), html({ octets: 0 })]),
    { shown: ['1 plain'], alternatives: ['2 html'] },
  ],
  [
    'alternative with AMP',
    multi('alternative', [plain(), part('text/x-amp-html'), html()]),
    { shown: ['3 html'], alternatives: ['1 plain'] },
  ],
  [
    'alternative with an invitation',
    multi('alternative', [plain(), html(), part('text/calendar')]),
    { shown: ['2 html', '3 calendar'], alternatives: ['1 plain'] },
  ],
  ['newsletter', newsletter, { shown: ['2.1 html'], alternatives: ['1 plain'], related: ['2.2'] }],
  [
    'Apple Mail: attachments within an alternative',
    multi('alternative', [plain(), multi('mixed', [html(), pdf(), html()])]),
    { shown: ['2.1 html', '2.3 html'], alternatives: ['1 plain'], attachments: ['2.2'] },
  ],
  [
    'related with a start parameter',
    multi('related', [png({ id: 'a@x' }), html({ id: 'root@x' })], [['start', '<root@x>']]),
    { shown: ['2 html'], related: ['1'] },
  ],
  [
    'related with a start parameter without brackets',
    multi('related', [png({ id: 'a@x' }), html({ id: 'root@x' })], [['start', 'root@x']]),
    { shown: ['2 html'], related: ['1'] },
  ],
  [
    'related around an alternative',
    multi('related', [multi('alternative', [plain(), html()]), png({ id: 'a@x' })]),
    { shown: ['1.2 html'], alternatives: ['1.1 plain'], related: ['2'] },
  ],
  [
    'Outlook: a PDF in a related',
    multi('related', [html(), png({ id: 'a@x' }), pdf()]),
    { shown: ['1 html'], related: ['2'], attachments: ['3'] },
  ],
  [
    'Exchange: what the HTML refers to, sent as an attachment',
    multi('related', [html(), png({ id: 'a@x', disposition: 'attachment', name: 'a.png' })]),
    { shown: ['1 html'], related: ['2'], attachments: ['2'] },
  ],
  [
    'related without HTML',
    multi('related', [plain(), png({ id: 'a@x', disposition: 'attachment' })]),
    { shown: ['1 plain'], related: ['2'], attachments: ['2'] },
  ],
  [
    'related by Content-Location alone (RFC 2557)',
    multi('related', [html(), png({ location: 'https://example.org/a.png' }), png()]),
    { shown: ['1 html', '3 image'], related: ['2'], attachments: ['3'] },
  ],
  [
    'a digest among other parts',
    multi('mixed', [plain(), multi('digest', [part('message/rfc822', { body: plain() })]), plain()]),
    { shown: ['1 plain', '2.1 message', '>2.1.1 plain', '3 plain'] },
  ],
  [
    'a piece of a message: there is nothing to read, and it is not hidden',
    part('message/partial', { parameters: [['number', '1']] }),
    { attachments: ['1'] },
  ],
  [
    'a body that is elsewhere',
    multi('mixed', [plain(), part('message/external-body', { parameters: [['access-type', 'url']] })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'an AppleDouble alone',
    multi('appledouble', [part('application/applefile'), png({ disposition: 'inline' })]),
    { shown: ['2 image'], attachments: ['2'] },
  ],
  [
    'mixed in order',
    multi('mixed', [plain(), png({ disposition: 'inline', name: 'a.png' }), plain()]),
    { shown: ['1 plain', '2 image', '3 plain'], attachments: ['2'] },
  ],
  [
    'an attached image is not shown',
    multi('mixed', [plain(), png({ disposition: 'attachment', name: 'a.png' })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'SVG is never shown',
    multi('mixed', [plain(), part('image/svg+xml', { disposition: 'inline' })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'HTML refers to an image in a mixed',
    multi('mixed', [html(), png({ id: 'a@x', disposition: 'inline' })]),
    { shown: ['1 html', '2 image'], related: ['2'], attachments: ['2'] },
  ],
  [
    'a text file',
    multi('mixed', [plain(), plain({ disposition: 'attachment', name: 'log.txt' })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'a text file without a disposition',
    multi('mixed', [plain(), part('text/plain', { parameters: [['name', 'log.txt']] })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'a body that has a name',
    multi('mixed', [
      part('text/plain', { parameters: [['name', 'msg.txt']] }),
      plain({ disposition: 'attachment', name: 'b' }),
    ]),
    { shown: ['1 plain'], attachments: ['1', '2'] },
  ],
  [
    'a text file inline',
    multi('mixed', [plain(), plain({ disposition: 'inline', name: 'log.txt' })]),
    { shown: ['1 plain', '2 plain'], attachments: ['2'] },
  ],
  [
    'a patch inline',
    multi('mixed', [plain(), part('text/x-patch', { disposition: 'inline', name: 'a.patch' })]),
    { shown: ['1 plain', '2 plain'], attachments: ['2'] },
  ],
  ['a patch', multi('mixed', [plain(), part('text/x-patch')]), { shown: ['1 plain'], attachments: ['2'] }],
  [
    'a mailing list footer',
    multi('mixed', [newsletter, plain()]),
    { shown: ['1.2.1 html', '2 plain'], alternatives: ['1.1 plain'], related: ['1.2.2'] },
  ],
  [
    'signed',
    multi('signed', [multi('mixed', [plain(), pdf()]), part('application/pgp-signature')]),
    { shown: ['1.1 plain'], attachments: ['1.2'] },
  ],
  [
    'encrypted',
    multi('encrypted', [
      part('application/pgp-encrypted'),
      part('application/octet-stream', { name: 'encrypted.asc', disposition: 'inline' }),
    ]),
    { attachments: ['2'] },
  ],
  [
    'appledouble',
    multi('mixed', [
      plain(),
      multi('appledouble', [part('application/applefile'), part('application/msword')]),
    ]),
    { shown: ['1 plain'], attachments: ['2.2'] },
  ],
  [
    'bounce',
    multi('report', [plain(), part('message/delivery-status'), part('message/rfc822', { body: plain() })]),
    { shown: ['1 plain', '2 delivery-status', '3 message', '>3.1 plain'], attachments: ['3'] },
  ],
  [
    'receipt',
    multi('report', [plain(), part('message/disposition-notification')]),
    { shown: ['1 plain', '2 disposition-notification'] },
  ],
  [
    'bounce of an internationalised address',
    multi('report', [plain(), part('message/global-delivery-status')]),
    { shown: ['1 plain', '2 delivery-status'] },
  ],
  [
    'bounce with headers only',
    multi('report', [plain(), part('message/delivery-status'), part('text/rfc822-headers')]),
    { shown: ['1 plain', '2 delivery-status', '3 plain'] },
  ],
  [
    'forwarded message',
    multi('mixed', [plain(), part('message/rfc822', { body: multi('mixed', [plain(), pdf()]) })]),
    { shown: ['1 plain', '2 message', '>2.1 plain'], attachments: ['2', '2.2'] },
  ],
  [
    'digest',
    multi('digest', [part('message/rfc822', { body: plain() }), part('message/rfc822', { body: html() })]),
    { shown: ['1 message', '>1.1 plain', '2 message', '>2.1 html'] },
  ],
  [
    'Gmail: a message without an envelope',
    multi('mixed', [plain(), part('message/rfc822', { encoding: 'base64' })]),
    { shown: ['1 plain'], attachments: ['2'] },
  ],
  [
    'Gmail: a multipart without parts',
    multi('mixed', [plain(), multi('alternative', [])]),
    { shown: ['1 plain'] },
  ],
  [
    'an invitation as a file',
    multi('mixed', [plain(), part('text/calendar', { disposition: 'attachment', name: 'invite.ics' })]),
    { shown: ['1 plain', '2 calendar'], attachments: ['2'] },
  ],
  ['a style sheet', multi('mixed', [plain(), part('text/css')]), { shown: ['1 plain'], attachments: ['2'] }],
  [
    'an alternative that nobody knows',
    multi('alternative', [part('text/css'), part('video/mp4')]),
    { attachments: ['2'] },
  ],
  [
    'parallel, and what nobody knows',
    multi('parallel', [plain(), multi('x-unknown', [plain()])]),
    { shown: ['1 plain', '2.1 plain'] },
  ],
];

describe('choosePresentation', () => {
  it.each(cases)('%s', (_, structure, expected) => {
    expect(look(structure)).toEqual({ ...nothing, ...expected });
  });

  it.each<[string, BodyStructure, Expected]>([
    [
      'alternative',
      multi('alternative', [plain(), html()]),
      { shown: ['1 plain'], alternatives: ['2 html'] },
    ],
    ['only HTML', html(), { shown: ['1 html'] }],
    ['newsletter', newsletter, { shown: ['1 plain'], alternatives: ['2.1 html'], related: ['2.2'] }],
    [
      'empty plain text',
      multi('alternative', [plain({ octets: 2 }), html()]),
      { shown: ['2 html'], alternatives: ['1 plain'] },
    ],
    [
      'what can be saved stays',
      multi('alternative', [plain(), multi('mixed', [html(), pdf()])]),
      { shown: ['1 plain'], alternatives: ['2.1 html'], attachments: ['2.2'] },
    ],
  ])('plain text preferred: %s', (_, structure, expected) => {
    expect(look(structure, 'plain')).toEqual({ ...nothing, ...expected });
  });

  it('names attachments and estimates their size', () => {
    const structure = multi('mixed', [
      plain(),
      part('application/pdf', {
        disposition: 'attachment',
        name: '..\\..\\=?utf-8?Q?=C3=9Cber_uns=3F.pdf?=',
        encoding: 'base64',
        octets: 78_000,
        id: 'x@y',
      }),
      part('message/rfc822', { body: plain() }),
      part('application/zip', { parameters: [['name', `${'n'.repeat(300)}.zip`]] }),
    ]);
    const { attachments } = choosePresentation(numbered(structure), { prefer: 'html' });
    expect(attachments[0]).toEqual({
      section: '2',
      type: 'application/pdf',
      name: 'Über uns_.pdf',
      octets: 78_000,
      estimatedSize: 57_000,
      encoding: 'base64',
      contentId: 'x@y',
      inline: false,
    });
    expect(attachments[1]?.name).toBe('Inner.eml');
    const located = choosePresentation(multi('related', [html(), png({ location: ' https://x/a.png ' })]), {
      prefer: 'html',
    });
    expect(located.related[0]).toMatchObject({ location: 'https://x/a.png' });
    expect(located.related[0]).not.toHaveProperty('contentId');
    expect(attachments[2]?.name).toMatch(/^n{196}\.zip$/);
  });

  it.each<[string, BodyStructure, unknown, unknown]>([
    [
      'PGP',
      multi(
        'signed',
        [plain(), part('application/pgp-signature')],
        [['protocol', 'application/pgp-signature']],
      ),
      'openpgp',
      undefined,
    ],
    [
      'S/MIME behind a list footer',
      multi('mixed', [multi('signed', [plain()], [['protocol', 'application/pkcs7-signature']]), plain()]),
      'smime',
      undefined,
    ],
    [
      'S/MIME, opaque',
      part('application/pkcs7-mime', { parameters: [['smime-type', 'signed-data']] }),
      'smime',
      undefined,
    ],
    ['S/MIME, enveloped', part('application/x-pkcs7-mime'), undefined, 'smime'],
    ['PGP/MIME', multi('encrypted', [], [['protocol', 'application/pgp-encrypted']]), undefined, 'openpgp'],
    ['neither', plain(), undefined, undefined],
  ])('%s: what is signed and encrypted', (_, structure, signed, encrypted) => {
    expect(choosePresentation(structure, { prefer: 'html' })).toMatchObject({ signed, encrypted });
  });

  it('says when there is a calendar', () => {
    expect(
      choosePresentation(multi('mixed', [plain(), part('text/calendar')]), { prefer: 'html' }).hasCalendar,
    ).toBe(true);
    expect(choosePresentation(plain(), { prefer: 'html' }).hasCalendar).toBe(false);
  });

  it('keeps its bounds', () => {
    const wide = choosePresentation(
      multi(
        'mixed',
        Array.from({ length: 5000 }, () => plain()),
      ),
      { prefer: 'html' },
    );
    expect(wide).toMatchObject({ truncated: true });
    expect(wide.shown).toHaveLength(999);
    let deep: BodyStructure = plain();
    for (let i = 0; i < 2000; i++)
      deep = i % 2 === 0 ? multi('alternative', [deep]) : part('message/rfc822', { body: deep });
    expect(choosePresentation(deep, { prefer: 'html' }).truncated).toBe(true);
    expect(choosePresentation(plain(), { prefer: 'html' }).truncated).toBe(false);
  });

  it('loses no part: each leaf is shown, offered, or a signature', () => {
    const leaf = fc.constantFrom(
      plain(),
      html(),
      png(),
      png({ id: 'a@x' }),
      pdf(),
      part('text/calendar'),
      part('audio/ogg'),
    );
    const { tree } = fc.letrec<{ tree: BodyStructure }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc
          .tuple(
            fc.constantFrom('mixed', 'alternative', 'related', 'digest'),
            fc.array(tie('tree'), { maxLength: 4 }),
          )
          .map(([subtype, parts]) => multi(subtype, parts)),
        tie('tree').map((body) => part('message/rfc822', { body })),
      ),
    }));
    // An embedded message that is not opened is still there to be saved.
    const leaves = (structure: BodyStructure): string[] =>
      structure.kind === 'multipart' ? structure.parts.flatMap(leaves) : [structure.section];
    fc.assert(
      fc.property(tree, fc.constantFrom('html' as const, 'plain' as const), (bare, prefer) => {
        const structure = numbered(bare);
        const { shown, alternatives, related, attachments } = choosePresentation(structure, { prefer });
        const seen = new Set(
          [...shown, ...alternatives, ...related, ...attachments].map(({ section }) => section),
        );
        expect(leaves(structure).filter((section) => !seen.has(section))).toEqual([]);
        expect(new Set(shown.map(({ section, kind }) => section + kind)).size).toBe(shown.length);
        expect(new Set(attachments.map(({ section }) => section)).size).toBe(attachments.length);
      }),
    );
  });
});
