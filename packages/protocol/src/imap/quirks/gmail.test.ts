import { testQuirks, type WireQuirk } from '../../testing/quirks.ts';

const server = 'Gmail';
const structure = (wire: string): string => `* 1 FETCH (UID 5 BODYSTRUCTURE ${wire} FLAGS (kept))`;
const whole = (message: object): object[] => [
  { type: 'fetch', message: { uid: 5, flags: ['kept'], ...message } },
];

const TABLE: readonly WireQuirk[] = [
  {
    server,
    quirk: 'a multipart with no children',
    bytes: structure(
      '(("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)("TEXT" "PLAIN" NIL NIL NIL "7BIT" 3 1) "MIXED")',
    ),
    expected: whole({
      structure: {
        subtype: 'mixed',
        parts: [
          {
            kind: 'multipart',
            section: '1',
            subtype: 'alternative',
            parts: [],
            parameters: [['boundary', 'x']],
          },
          { kind: 'part', section: '2', subtype: 'plain' },
        ],
      },
    }),
  },
  {
    server,
    quirk: 'a multipart with no children',
    bytes: structure('("ALTERNATIVE" ("BOUNDARY" "x") NIL NIL)'),
    expected: whole({ structure: { kind: 'multipart', section: '', subtype: 'alternative', parts: [] } }),
  },
  {
    server,
    quirk: 'an enclosed message in base64, as a basic part',
    bytes: structure(
      '("MESSAGE" "RFC822" ("NAME" "x.eml") NIL NIL "BASE64" 900 NIL ("ATTACHMENT" ("FILENAME" "x.eml")) NIL)',
    ),
    expected: whole({
      structure: { subtype: 'rfc822', envelope: null, body: null, disposition: { type: 'attachment' } },
    }),
  },
  {
    server,
    quirk: 'display name and mailbox swapped',
    bytes:
      '* 1 FETCH (UID 5 ENVELOPE (NIL "s" (("ada@example.org" NIL "Ada Lovelace" "example.org")) NIL NIL NIL NIL NIL NIL "<id>") FLAGS (kept))',
    expected: whole({
      envelope: { messageId: '<id>', from: [{ name: 'Ada Lovelace', mailbox: 'ada', host: 'example.org' }] },
    }),
  },
  {
    server,
    quirk: 'display name and mailbox swapped',
    // A name that is an address is no reason to swap what is right.
    bytes:
      '* 1 FETCH (UID 5 ENVELOPE (NIL "s" (("ada@example.org" NIL "ada" "example.org")) NIL NIL NIL NIL NIL NIL "<id>") FLAGS (kept))',
    expected: whole({
      envelope: { from: [{ name: 'ada@example.org', mailbox: 'ada', host: 'example.org' }] },
    }),
  },
];

testQuirks(server, TABLE);
