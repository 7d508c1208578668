import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../../bytes/index.ts';
import { CommandError, ProtocolError } from '../../error.ts';
import { Exchange } from '../../testing/exchange.ts';
import { speaker } from '../../testing/speaker.ts';
import {
  appendAll,
  Connection,
  type Enableable,
  enableOffered,
  fetchBinary,
  inSteps,
  replace,
  type Uid,
  uidCopy,
  uidFetch,
  uidMove,
  uidStore,
  withProgress,
} from '../index.ts';

const failure = (run: Promise<unknown>): Promise<unknown> =>
  run.then(
    () => undefined,
    (error: unknown) => error,
  );
const text = (message: string): { message: Uint8Array } => ({ message: encodeText(message) });

describe('appendAll', () => {
  const messages = [text('a'), text('b')];

  it('is one command with MULTIAPPEND', async () => {
    const session = speaker('IMAP4rev1 LITERAL+ MULTIAPPEND', ['$tag OK [APPENDUID 1 4:5] done']);
    expect(await appendAll(session, 'x', messages)).toEqual([
      { uidValidity: 1, uid: 4 },
      { uidValidity: 1, uid: 5 },
    ]);
    expect(session.written).toEqual(['APPEND "x" {1+}\r\na {1+}\r\nb']);
  });

  it('is one after another without, up to the one that is refused', async () => {
    const session = speaker('IMAP4rev1 LITERAL+', ['$tag OK done'], ['$tag OK [APPENDUID 1 5] done']);
    expect(await appendAll(session, 'x', messages)).toEqual([undefined, { uidValidity: 1, uid: 5 }]);
    expect(session.written).toEqual(['APPEND "x" {1+}\r\na', 'APPEND "x" {1+}\r\nb']);
    const full = speaker('IMAP4rev1 LITERAL+', ['$tag NO [OVERQUOTA] full']);
    expect(await failure(appendAll(full, 'x', messages))).toBeInstanceOf(CommandError);
    expect(full.written).toHaveLength(1);
  });
});

describe('replace', () => {
  it.each([
    ['REPLACE UIDPLUS', ['UID REPLACE 7 "Drafts" {1+}\r\na']],
    ['UIDPLUS', ['APPEND "Drafts" {1+}\r\na', 'UID STORE 7 +FLAGS.SILENT (\\Deleted)', 'UID EXPUNGE 7']],
    ['', ['APPEND "Drafts" {1+}\r\na', 'UID STORE 7 +FLAGS.SILENT (\\Deleted)']],
  ])('with %j', async (capabilities, written) => {
    const session = speaker(`IMAP4rev1 LITERAL+ ${capabilities}`, ['$tag OK [APPENDUID 1 9] done']);
    expect(await replace(session, 7 as Uid, 'Drafts', text('a'))).toEqual({ uidValidity: 1, uid: 9 });
    expect(session.written).toEqual(written);
  });

  it('removes nothing where the new message was refused', async () => {
    const session = speaker('IMAP4rev1 LITERAL+', ['$tag NO [OVERQUOTA] full']);
    expect(await failure(replace(session, 7 as Uid, 'Drafts', text('a')))).toBeInstanceOf(CommandError);
    expect(session.written).toHaveLength(1);
  });
});

describe('fetchBinary', () => {
  const BODY = 'UID FETCH 5 (UID BODY.PEEK[2])';
  const BINARY = 'UID FETCH 5 (UID BINARY.PEEK[2])';
  const decoded = '* 1 FETCH (UID 5 BINARY[2] ~{1}\r\n\0)';
  const encoded = '* 1 FETCH (UID 5 BODY[2] "AA==")';

  it.each([
    ['BINARY', [[decoded]], [BINARY]],
    ['', [[encoded]], [BODY]],
    ['BINARY', [['$tag NO [UNKNOWN-CTE] what'], [encoded]], [BINARY, BODY]],
  ])('with %j', async (capability, answers, written) => {
    const session = speaker(`IMAP4rev1 ${capability}`, ...answers);
    expect(await fetchBinary(session, [5], '2')).toBe(1);
    expect(session.written).toEqual(written);
  });

  it('fails as FETCH does otherwise', async () => {
    const session = speaker('IMAP4rev1 BINARY', ['$tag NO [UNAVAILABLE] later']);
    expect(await failure(fetchBinary(session, [5], '2'))).toBeInstanceOf(CommandError);
    expect(session.written).toEqual([BINARY]);
  });
});

describe('inSteps', () => {
  const LIMITED = 'IMAP4rev1 MOVE MESSAGELIMIT=1000';

  it('is one command where there is no limit', async () => {
    const session = speaker('IMAP4rev1', ['* 1 FETCH (UID 3 RFC822.SIZE 5)']);
    expect(await inSteps(session, [[1, 9]], (uids) => uidFetch(uids, ['RFC822.SIZE']))).toEqual([1]);
    expect(session.written).toEqual(['UID FETCH 1:9 (UID RFC822.SIZE)']);
    expect(await inSteps(session, [], (uids) => uidFetch(uids, ['FLAGS']))).toEqual([]);
  });

  it('goes on below the lowest UID that was done, whichever response tells it', async () => {
    const session = speaker(
      LIMITED,
      ['* 1 FETCH (UID 25000 FLAGS ())', '$tag OK [MESSAGELIMIT 1000 23221] partial'],
      ['* NO [MESSAGELIMIT 1000 12000] partial', '$tag OK [EXPUNGEISSUED] gone'],
      ['$tag OK done'],
    );
    const counts = await inSteps(
      session,
      [
        [10000, 14589],
        [20000, 4294967295],
      ],
      (uids) => uidFetch(uids, ['FLAGS']),
    );
    expect(counts).toEqual([1, 0, 0]);
    expect(session.written).toEqual([
      'UID FETCH 10000:14589,20000:* (UID FLAGS)',
      'UID FETCH 10000:14589,20000:23220 (UID FLAGS)',
      'UID FETCH 10000:11999 (UID FLAGS)',
    ]);
  });

  it('copies by parts what is refused whole', async () => {
    const session = speaker(
      LIMITED,
      ['$tag NO [MESSAGELIMIT 1000 20001] too many'],
      ['$tag OK [COPYUID 1 20001:20002 1:2] done'],
      ['$tag NO [MESSAGELIMIT 1500] too many'],
      ['$tag OK done'],
      ['$tag OK done'],
    );
    await inSteps(session, [[18000, 21000]], (uids) => uidCopy(uids, 'Trash'));
    expect(session.written).toEqual([
      'UID COPY 18000:21000 "Trash"',
      'UID COPY 20001:21000 "Trash"',
      'UID COPY 18000:20000 "Trash"',
      'UID COPY 18501:20000 "Trash"',
      'UID COPY 18000:18500 "Trash"',
    ]);
  });

  it('takes no more than the limit from several ranges', async () => {
    const session = speaker(LIMITED, ['$tag NO [MESSAGELIMIT 1000] too many']);
    await inSteps(
      session,
      [
        [1, 300],
        [501, 1000],
        [2001, 2700],
      ],
      (uids) => uidCopy(uids, 'x'),
    );
    expect(session.written).toEqual([
      'UID COPY 1:300,501:1000,2001:2700 "x"',
      'UID COPY 701:1000,2001:2700 "x"',
      'UID COPY 1:300,501:700 "x"',
    ]);
  });

  it.each<[string, string[], typeof CommandError | typeof ProtocolError]>([
    ['a limit that helps nothing', ['$tag NO [MESSAGELIMIT 1000 1] no'], CommandError],
    ['another refusal', ['$tag NO [CANNOT] no'], CommandError],
    ['a message that was not asked for', ['$tag OK [MESSAGELIMIT 1000 22000] odd'], ProtocolError],
  ])('ends with %s', async (_, answers, kind) => {
    const session = speaker(LIMITED, answers);
    expect(await failure(inSteps(session, [[18000, 21000]], (uids) => uidMove(uids, 'x')))).toBeInstanceOf(
      kind,
    );
    expect(session.written).toHaveLength(1);
  });
});

describe('enableOffered', () => {
  /** Authenticated; gives what was written and what is enabled. */
  async function tried(capabilities: string, wanted: readonly Enableable[], answer: (tag: string) => string) {
    const connection = new Connection();
    const hear = (text: string): unknown => {
      connection.receive(encodeText(text));
      let settled: unknown;
      for (let event = connection.next(); event; event = connection.next()) {
        if (event.type === 'receipt') settled = event.ok ? event.value : event.error;
      }
      return settled;
    };
    hear(`* PREAUTH [CAPABILITY ${capabilities}] hi\r\n`);
    const written: string[] = [];
    const enabled = await enableOffered(
      {
        capabilities: connection.capabilities,
        get enabled() {
          return connection.enabled;
        },
        async run(command) {
          const tag = connection.send(command);
          written.push(decodeLatin1(connection.output()!));
          const value = hear(answer(tag));
          if (value instanceof Error) throw value;
          return value as never;
        },
      },
      wanted,
    );
    return { written, enabled: [...enabled] };
  }
  const all = ['QRESYNC', 'IMAP4rev2', 'UTF8=ACCEPT', 'UIDONLY'] as const;
  const granted = (tag: string): string => `* ENABLED QRESYNC\r\n${tag} OK done\r\n`;

  it.each<[string, readonly Enableable[], string[], string[]]>([
    ['IMAP4rev1 ENABLE QRESYNC CONDSTORE', all, ['P1 ENABLE QRESYNC\r\n'], ['QRESYNC']],
    [
      'IMAP4rev1 IMAP4rev2 QRESYNC UTF8=ACCEPT UIDONLY',
      all,
      ['P1 ENABLE QRESYNC IMAP4rev2 UIDONLY UTF8=ACCEPT\r\n'],
      ['QRESYNC'],
    ],
    ['IMAP4rev1 ENABLE UTF8=ONLY', [], ['P1 ENABLE UTF8=ACCEPT\r\n'], ['QRESYNC']],
    ['IMAP4rev1 ENABLE UTF8=ACCEPT', ['QRESYNC'], [], []],
    ['IMAP4rev1 QRESYNC', all, [], []],
    ['IMAP4rev2', ['IMAP4rev2'], [], ['IMAP4REV2']],
  ])('with %s', async (capabilities, wanted, written, enabled) => {
    expect(await tried(capabilities, wanted, granted)).toEqual({ written, enabled });
  });

  it('goes without where the server refuses', async () => {
    const refused = await tried('IMAP4rev1 ENABLE QRESYNC', all, (tag) => `${tag} BAD what\r\n`);
    expect(refused.enabled).toEqual([]);
  });
});

describe('withProgress', () => {
  it('tells how far its own command is', () => {
    const heard: unknown[] = [];
    const command = withProgress(uidStore([[1, 9]], { mode: 'add', flags: ['a'] }), (progress) =>
      heard.push(progress),
    );
    const { value, news } = new Exchange('IMAP4rev1').run(
      command,
      '* OK [INPROGRESS ("$tag" 454 1000)] working',
      '* OK [INPROGRESS ("P99" 1 2)] of another',
      '* OK [INPROGRESS ("$tag" 999 NIL)] working',
      '* OK [INPROGRESS (NIL 5 10)] working',
      '* OK [INPROGRESS] working',
      '$tag OK [MODIFIED 7] done',
    );
    expect(value).toEqual({ modified: [7] });
    expect(heard).toEqual([
      { progress: 454, goal: 1000 },
      { progress: 999, goal: undefined },
      { progress: 5, goal: 10 },
      { progress: undefined, goal: undefined },
    ]);
    expect(news).toMatchObject([{ type: 'ok', status: { text: 'of another' } }]);
  });

  it('hands on what is too large to be kept', () => {
    let octets = 0;
    const fetching = uidFetch([9], [{ section: '' }], { onSection: ({ data }) => (octets += data.length) });
    const size = 9 * 2 ** 20;
    const { value } = new Exchange('IMAP4rev1').run(
      withProgress(fetching, () => undefined),
      `* 1 FETCH (UID 9 BODY[] {${size}}\r\n${'x'.repeat(size)})`,
    );
    expect(value).toBe(1);
    expect(octets).toBe(size);
  });
});
