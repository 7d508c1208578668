import { expect } from 'vitest';
import { testQuirks, type WireQuirk } from '../../testing/quirks.ts';
import { selectedSession } from '../../testing/session.ts';
import { uidCopy, uidMove } from '../index.ts';

const server = 'Exchange';
const structure = (wire: string): string => `* 1 FETCH (UID 5 BODYSTRUCTURE ${wire} FLAGS (kept))`;
const whole = (message: object): object[] => [
  { type: 'fetch', message: { uid: 5, flags: ['kept'], ...message } },
];
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const TABLE: readonly WireQuirk[] = [
  {
    server,
    quirk: 'a disposition as a bare string',
    bytes: structure('("image" "gif" NIL NIL NIL "base64" 1 NIL "inline" NIL)'),
    expected: whole({ structure: { octets: 1, disposition: { type: 'inline', parameters: [] } } }),
  },
  {
    server,
    quirk: 'a disposition as a bare string',
    bytes: structure('(("image" "gif" NIL NIL NIL "base64" 1 NIL inline NIL) "mixed" NIL "inline" NIL)'),
    expected: whole({
      structure: { disposition: { type: 'inline' }, parts: [{ disposition: { type: 'inline' } }] },
    }),
  },
  {
    server,
    quirk: 'a part of nothing but NIL',
    bytes: structure(
      '(("text" "plain" NIL NIL NIL "7bit" 3 1)(NIL NIL NIL NIL NIL "7BIT" 0 NIL NIL NIL NIL) "mixed")',
    ),
    expected: whole({
      structure: {
        parts: [
          { section: '1', subtype: 'plain' },
          { section: '2', type: 'application', subtype: 'octet-stream', octets: 0 },
        ],
      },
    }),
  },
  {
    server,
    quirk: 'an encoding of NIL',
    bytes: structure('("image" "gif" NIL NIL NIL NIL 12 NIL ("inline" NIL))'),
    expected: whole({ structure: { encoding: '7bit', octets: 12, disposition: { type: 'inline' } } }),
  },
  {
    server,
    quirk: 'an encoding with a space at its end',
    bytes: structure('("image" "gif" NIL NIL NIL "base64 " 12)'),
    expected: whole({ structure: { encoding: 'base64', octets: 12 } }),
  },
  {
    server,
    quirk: 'a part of −1 octets',
    bytes: structure('("text" "plain" NIL NIL NIL "7bit" -1 -1 NIL ("inline" NIL))'),
    expected: whole({ structure: { octets: -1, lines: null, disposition: { type: 'inline' } } }),
  },
  {
    server,
    quirk: 'octets in the text of a response that no text may hold',
    bytes: latin1('* NO Fehler\t\0 beim \xd6ffnen\x80'),
    expected: [{ type: 'status', status: 'NO', text: 'Fehler\t\0 beim Öffnen€' }],
  },
  {
    server,
    quirk: 'octets in the text of a response that no text may hold',
    bytes: 'P1 NO a bare\rreturn',
    expected: [{ type: 'receipt', tag: 'P1', status: 'NO', text: 'a bare\rreturn' }],
  },
  {
    server,
    quirk: 'spaces between addresses',
    bytes:
      '* 1 FETCH (UID 5 ENVELOPE (NIL "s" ((NIL NIL "a" "b")  (NIL NIL "c" "d") ) NIL NIL NIL NIL NIL NIL "<id>") FLAGS (kept))',
    expected: whole({ envelope: { messageId: '<id>', from: [{ mailbox: 'a' }, { mailbox: 'c' }] } }),
  },
];

testQuirks(server, TABLE, {
  async 'COPYUID on a line with no OK'() {
    for (const line of ['[COPYUID 14 3:4 8:9] done', '* [COPYUID 14 3:4 8:9]']) {
      const { session, wire, defects } = await selectedSession(undefined, 'IMAP4rev1 MOVE');
      const run = session.run(uidMove([3, 4], 'Archive'));
      wire.say(line, '* 1 EXPUNGE', 'P2 OK');
      expect(await run).toMatchObject({ uidValidity: 14, source: [3, 4], destination: [8, 9] });
      expect(defects).toEqual([]);
    }
  },

  async 'COPYUID with nothing in it'() {
    const { session, wire, defects } = await selectedSession();
    const run = session.run(uidCopy([3], 'Archive'));
    wire.say('* OK [COPYUID 14  ] copied', '* 4 EXISTS', 'P2 OK [COPYUID 14  ] done');
    expect(await run).toBeUndefined();
    expect(defects).toEqual([]);
  },
});
