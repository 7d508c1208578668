import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { Exchange } from '../../testing/exchange.ts';
import {
  check,
  type Command,
  copy,
  fetch,
  type FetchItem,
  LAST,
  type ModSeq,
  move,
  type SectionPiece,
  store,
  uidFetch,
  uidStoreLabels,
} from '../index.ts';

const FULL = 'IMAP4rev1 LITERAL+ BINARY OBJECTID SAVEDATE PREVIEW X-GM-EXT-1 MOVE';

describe('items', () => {
  it.each<[item: FetchItem, written: string, answer: string]>([
    ['EMAILID', 'EMAILID', 'EMAILID (M1)'],
    ['THREADID', 'THREADID', 'THREADID NIL'],
    ['SAVEDATE', 'SAVEDATE', 'SAVEDATE NIL'],
    ['PREVIEW', 'PREVIEW', 'PREVIEW "a"'],
    ['PREVIEW (LAZY)', 'PREVIEW (LAZY)', 'PREVIEW NIL'],
    ['X-GM-MSGID', 'X-GM-MSGID', 'X-GM-MSGID 1278455344230334865'],
    ['X-GM-THRID', 'X-GM-THRID', 'X-GM-THRID 1278455344230334865'],
    ['X-GM-LABELS', 'X-GM-LABELS', 'X-GM-LABELS (\\Inbox "a b")'],
    [{ binary: '1.2' }, 'BINARY.PEEK[1.2]', 'BINARY[1.2] ~{3}\r\na\0b'],
    [{ binary: '', partial: [0, 9], marks: true }, 'BINARY[]<0.9>', 'BINARY[]<0> "abc"'],
    [{ binarySize: '2' }, 'BINARY.SIZE[2]', 'BINARY.SIZE[2] 77'],
  ])('%j is asked of servers that have it', (item, written, answer) => {
    const command = uidFetch([5], [item, 'FLAGS']);
    const run = new Exchange(FULL).run(command, `* 2 FETCH (UID 5 ${answer})`, '* 3 FETCH (UID 5 FLAGS ())');
    expect(run.written).toBe(`UID FETCH 5 (UID ${written} FLAGS)`);
    // The second was not asked for: it is a change of flags that came by itself.
    expect(run.value).toBe(1);
    expect(new Exchange('IMAP4rev1').run(command).written).toBe('UID FETCH 5 (UID FLAGS)');
    expect(() => new Exchange('IMAP4rev1').run(uidFetch([5], [item]))).toThrow(UsageError);
  });

  it('that mark as read do so only where that is asked for', () => {
    const items: FetchItem[] = [{ section: '1' }, { section: 'TEXT', marks: true }, { binary: '2' }];
    expect(new Exchange('IMAP4rev2').run(uidFetch([5], items)).written).toBe(
      'UID FETCH 5 (UID BODY.PEEK[1] BODY[TEXT] BINARY.PEEK[2])',
    );
  });

  it('answer only to what they were asked for', () => {
    const command = uidFetch([5], [{ binary: '1' }]);
    expect(new Exchange(FULL).run(command, '* 2 FETCH (UID 5 BODY[1] "x")').value).toBe(0);
    expect(new Exchange(FULL).run(command, '* 2 FETCH (UID 5 BINARY[2] "x")').value).toBe(0);
    expect(new Exchange(FULL).run(command, '* 2 FETCH (UID 6 BINARY[1] "x")').value).toBe(0);
    expect(new Exchange(FULL).run(command, '* 2 FETCH (UID 5 BINARY[1] NIL)').value).toBe(1);
  });

  it.each<[string, FetchItem]>([
    ['a header as binary', { binary: 'HEADER' }],
    ['part 0', { binary: '0' }],
    ['a size that breaks out', { binarySize: '1] BODY[' }],
    ['nothing of a section', { section: '1', partial: [0, 0] }],
    ['less than the beginning', { binary: '1', partial: [-1, 5] }],
  ])('%s cannot be asked for', (_, item) => {
    expect(() => uidFetch([5], [item])).toThrow(UsageError);
  });
});

describe('answers are counted', () => {
  it('with a window, changes and what is gone together', () => {
    const command = uidFetch([[25900, 26600]], ['RFC822.SIZE'], {
      changedSince: 98305n as ModSeq,
      vanished: true,
      window: [-1, -30],
    });
    const { written, value, news } = new Exchange('IMAP4rev1 QRESYNC PARTIAL', 'QRESYNC').run(
      command,
      '* VANISHED (EARLIER) 25950:25960',
      '* 1 FETCH (UID 25997 RFC822.SIZE 5 MODSEQ (98306))',
      '* 2 FETCH (UID 26600 RFC822.SIZE 6 MODSEQ (98312))',
      '* 3 FETCH (UID 26700 RFC822.SIZE 6)',
    );
    expect(written).toBe(
      'UID FETCH 25900:26600 (UID RFC822.SIZE) (CHANGEDSINCE 98305 VANISHED PARTIAL -1:-30)',
    );
    expect(value).toBe(2);
    expect(news.map(({ type }) => type)).toEqual(['vanished', 'fetch', 'fetch', 'fetch']);
  });

  it('without sequence numbers', () => {
    const pieces: SectionPiece[] = [];
    const exchange = new Exchange('IMAP4rev1 UIDONLY', 'UIDONLY');
    const { value, news } = exchange.run(
      uidFetch([[1, 99]], ['ENVELOPE', { section: '' }], { onSection: (piece) => pieces.push(piece) }),
      '* 25 UIDFETCH (ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL))',
      '* 26 UIDFETCH (FLAGS (\\Seen))',
      '* VANISHED 26',
      `* 27 UIDFETCH (BODY[] {${9 * 2 ** 20}}\r\n${'x'.repeat(9 * 2 ** 20)})`,
    );
    expect(value).toBe(2);
    expect(news).toMatchObject([
      { type: 'fetch', message: { uid: 25, envelope: { subject: 's' } } },
      { type: 'fetch', message: { uid: 26, flags: ['\\Seen'] } },
      { type: 'vanished', uids: [[26, 26]] },
      { type: 'fetch', message: { uid: 27 } },
    ]);
    expect(pieces[0]).toMatchObject({ uid: 27, section: '', octets: 9 * 2 ** 20 });
  });
});

describe('by sequence number', () => {
  it.each<[Command<unknown>, string]>([
    [fetch([[1, 5]], ['FLAGS']), 'FETCH 1:5 (UID FLAGS)'],
    [fetch([[LAST, LAST]], ['FLAGS']), 'FETCH * (UID FLAGS)'],
    [
      fetch(
        [
          [2, 2],
          [7, LAST],
        ],
        ['ENVELOPE'],
      ),
      'FETCH 2,7:* (UID ENVELOPE)',
    ],
    [store([[1, 2]], { mode: 'add', flags: ['\\Seen'], silent: true }), 'STORE 1:2 +FLAGS.SILENT (\\Seen)'],
    [copy([[1, 1]], 'a b'), 'COPY 1 "a b"'],
    [move([[1, 1]], 'Trash'), 'MOVE 1 "Trash"'],
  ])('%# is written, and forbidden by UIDONLY', (command, written) => {
    expect(new Exchange(FULL).run(command).written).toBe(written);
    const only = new Exchange(`${FULL} UIDONLY`, 'UIDONLY');
    expect(() => only.run(command)).toThrow(UsageError);
    expect(only.connection.output()).toBeUndefined();
  });

  it('overlaps with nothing', () => {
    const { connection } = new Exchange(FULL);
    connection.send(check());
    expect(connection.canSend(fetch([[1, 1]], ['FLAGS']))).toBe(false);
  });

  it('counts answers, and says which UIDs copies have', () => {
    const exchange = new Exchange(FULL);
    const answers = ['* 1 FETCH (UID 14 RFC822.SIZE 1)', '* 2 FETCH (FLAGS ())'];
    expect(exchange.run(fetch([[1, 2]], ['RFC822.SIZE']), ...answers).value).toBe(1);
    expect(exchange.run(copy([[1, 1]], 'x'), '$tag OK [COPYUID 5 14 3] done').value).toMatchObject({
      destination: [3],
    });
  });

  it.each<[string, () => unknown]>([
    ['no message', () => fetch([], ['FLAGS'])],
    ['message 0', () => fetch([[0, 1]], ['FLAGS'])],
    ['moving without MOVE', () => new Exchange('IMAP4rev1').run(move([[1, 1]], 'x'))],
    ['no item', () => new Exchange('IMAP4rev1').run(fetch([[1, 1]], []))],
  ])('%s cannot be said', (_, make) => {
    expect(make).toThrow(UsageError);
  });
});

describe('CHECK', () => {
  it('is NOOP under IMAP4rev2', () => {
    expect(new Exchange('IMAP4rev1 IMAP4rev2').run(check()).written).toBe('CHECK');
    expect(new Exchange('IMAP4rev2').run(check()).written).toBe('NOOP');
  });
});

describe('labels of Gmail', () => {
  const labels = ['\\Inbox', 'Muy Importante', 'Ü', { wire: 'x&APw-' }];

  it('are added and removed', () => {
    const exchange = new Exchange(FULL);
    expect(exchange.run(uidStoreLabels([1, 2], { mode: 'add', labels })).written).toBe(
      'UID STORE 1:2 +X-GM-LABELS (\\Inbox "Muy Importante" "&ANw-" "x&APw-")',
    );
    expect(exchange.run(uidStoreLabels([1], { mode: 'remove', labels: ['a'], silent: true })).written).toBe(
      'UID STORE 1 -X-GM-LABELS.SILENT ("a")',
    );
  });

  it('are no labels elsewhere, nor where there are none', () => {
    expect(() => new Exchange('IMAP4rev1').run(uidStoreLabels([1], { mode: 'add', labels }))).toThrow(
      UsageError,
    );
    expect(() => uidStoreLabels([1], { mode: 'add', labels: [] })).toThrow(UsageError);
  });
});

describe('a section as it was asked for', () => {
  it('is decoded where BINARY gave it', () => {
    const { news } = new Exchange(FULL).run(
      uidFetch([5], [{ binary: '1' }]),
      '* 2 FETCH (UID 5 BINARY[1] ~{2}\r\n\0a)',
    );
    expect(news).toMatchObject([
      { message: { sections: [{ section: '1', binary: true, data: encodeText('\0a') }] } },
    ]);
  });
});
