import { expect } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { CommandError, ConnectionLost } from '../../error.ts';
import { testQuirks, type WireQuirk } from '../../testing/quirks.ts';
import { openSession, selectedSession, signedInSession } from '../../testing/session.ts';
import { failure } from '../../testing/wire.ts';
import { signIn } from '../../sign-in/index.ts';
import { create, noop, select, uidFetch, uidsFrom, uidSearch } from '../index.ts';
import type { ModSeq } from '../index.ts';

const structure = (wire: string): string => `* 1 FETCH (UID 5 BODYSTRUCTURE ${wire} FLAGS (kept))`;
const whole = (message: object): object[] => [
  { type: 'fetch', message: { uid: 5, flags: ['kept'], ...message } },
];

const TABLE: readonly WireQuirk[] = [
  {
    server: 'Zimbra',
    quirk: 'UID glued to MODSEQ',
    bytes: '* 1 FETCH (FLAGS (kept) UID 5MODSEQ (7))',
    expected: whole({ modSeq: 7n }),
  },
  {
    server: 'Domino',
    quirk: 'ENVELOPE in one more pair of parentheses',
    bytes: '* 1 FETCH (UID 5 ENVELOPE (("date" "s" NIL NIL NIL NIL NIL NIL NIL "<id>")) FLAGS (kept))',
    expected: whole({ envelope: { date: 'date', subject: 's', messageId: '<id>' } }),
  },
  {
    server: 'Domino',
    quirk: 'a date of 00-Jan-0000',
    bytes: '* 1 FETCH (UID 5 INTERNALDATE "00-Jan-0000 00:00:00 +0000" FLAGS (kept))',
    expected: whole({}),
    absent: 'internalDate',
  },
  {
    server: 'Dovecot',
    quirk: 'NIL for the children of a multipart',
    bytes: structure('(NIL "alternative" ("boundary" "x") NIL NIL NIL)'),
    expected: whole({
      structure: { kind: 'multipart', subtype: 'alternative', parts: [], parameters: [['boundary', 'x']] },
    }),
  },
  {
    server: 'Dovecot',
    quirk: 'MISSING_DOMAIN in addresses',
    bytes:
      '* 1 FETCH (UID 5 ENVELOPE (NIL "s" ((NIL NIL "ada" "MISSING_DOMAIN")("B" NIL "MISSING_MAILBOX" "x.org")) NIL NIL NIL NIL NIL NIL "<id>") FLAGS (kept))',
    expected: whole({
      envelope: {
        messageId: '<id>',
        from: [
          { mailbox: 'ada', host: '' },
          { mailbox: '', host: 'x.org' },
        ],
      },
    }),
  },
  {
    server: 'Xeams',
    quirk: ') on the line after BODY[]',
    bytes: '* 1 FETCH (UID 5 FLAGS (kept) BODY[] {4}\r\nabcd\r\n)\r\n* 2 FETCH (UID 6)',
    expected: [
      ...whole({ sections: [{ section: '', origin: undefined, data: encodeText('abcd') }] }),
      { type: 'fetch', seq: 2, message: { uid: 6 } },
    ],
  },
];

testQuirks('Zimbra', TABLE, {
  async 'BYE after a refused sign-in'() {
    const { session, wire } = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const done = signIn(session, { user: 'ada', password: 'wrong' });
    await wire.heard();
    wire.say('P1 NO [AUTHENTICATIONFAILED] LOGIN failed', '* BYE Zimbra server terminating', undefined);
    // It is the password that is wrong, and not the connection that broke.
    expect(await failure(done)).toMatchObject({
      kind: 'CommandError',
      code: { code: 'AUTHENTICATIONFAILED' },
    });
    expect(await session.closed).toBeInstanceOf(ConnectionLost);

    const other = openSession('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] hello');
    const again = signIn(other.session, { user: 'ada', password: 'wrong' });
    await other.wire.heard();
    other.wire.say('* BYE Zimbra server terminating', 'P1 NO LOGIN failed', undefined);
    expect(await failure(again)).toBeInstanceOf(CommandError);
  },
});

testQuirks('Domino', TABLE);

testQuirks('Dovecot', TABLE, {
  async 'UNKNOWN-CTE for a part that holds NUL'() {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 BINARY');
    const run = session.run(uidFetch([5], [{ section: '2' }]));
    // Postern undoes the transfer encoding itself, so that no server has to.
    expect(await wire.heard()).toContain('BODY.PEEK[2]');
    wire.say('* 1 FETCH (UID 5 BODY[2] {2}', 'ab)', 'P2 NO [UNKNOWN-CTE] Unknown encoding');
    expect(await failure(run)).toMatchObject({ code: { name: 'ATOM', code: 'UNKNOWN-CTE' } });
    const next = session.run(noop());
    wire.say('P3 OK');
    await next;
  },
});

testQuirks('Cyrus', TABLE, {
  async '* passes over an expunged top UID with CHANGEDSINCE'() {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 CONDSTORE QRESYNC');
    const modSeq = 5n as ModSeq;
    // The set says how far it reaches: what was expunged above the last message is in it too.
    void session.run(uidFetch([[1, 13]], ['FLAGS'], { changedSince: modSeq, vanished: true }));
    expect(await wire.heard()).toBe('P2 UID FETCH 1:13 (UID FLAGS) (CHANGEDSINCE 5 VANISHED)\r\n');
    wire.say('P2 OK');
    void session.run(uidFetch(uidsFrom(1), ['FLAGS'], { changedSince: modSeq, vanished: true }));
    expect(await wire.heard()).toBe('P3 UID FETCH 1:4294967295 (UID FLAGS) (CHANGEDSINCE 5 VANISHED)\r\n');
  },

  async 'strict about modified UTF-7'() {
    const { session, wire } = await signedInSession();
    void session.run(create('R&D "Entwürfe" & 日本語\u{1f600}'));
    expect(await wire.heard()).toBe('P1 CREATE "R&-D \\"Entw&APw-rfe\\" &- &ZeVnLIqe2D3eAA-"\r\n');
    wire.say('P1 OK');
    // What the server listed is sent back as it spells it.
    void session.run(select({ wire: 'R&D' }));
    expect(await wire.heard()).toBe('P2 SELECT "R&D"\r\n');
  },

  async 'ESEARCH answered by SEARCH'() {
    const { session, wire } = await selectedSession(undefined, 'IMAP4rev1 ESEARCH');
    const run = session.run(uidSearch({ key: 'ALL' }));
    expect(await wire.heard()).toBe('P2 UID SEARCH RETURN (ALL) ALL\r\n');
    wire.say('* SEARCH 9 3 4', 'P2 OK');
    expect(await run).toEqual([3, 4, 9]);
  },
});

testQuirks('Courier', TABLE, {
  async 'FETCH of message 0'() {
    const { session, wire, news } = await selectedSession();
    const run = session.run(noop());
    wire.say('* 0 FETCH (UID 8 FLAGS (a))', '* 0 FETCH (FLAGS (b))', 'P2 OK');
    await run;
    expect(news).toEqual([
      { type: 'fetch', message: { uid: 8, flags: ['a'] } },
      { type: 'fetch', message: { uid: undefined, flags: ['b'] } },
    ]);
  },
});

testQuirks('davmail', TABLE, {
  async 'FETCH * fails'() {
    const { session, wire } = await selectedSession();
    void session.run(uidFetch([4_294_967_295], ['FLAGS']));
    expect(await wire.heard()).not.toContain('*');
  },
});

testQuirks('Xeams', TABLE);
