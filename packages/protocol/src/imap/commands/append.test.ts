import { describe, expect, it } from 'vitest';
import { encodeText } from '../../bytes/index.ts';
import { CommandError, UsageError } from '../../error.ts';
import { Exchange } from '../../testing/exchange.ts';
import { signedInSession } from '../../testing/session.ts';
import { failure } from '../../testing/wire.ts';
import { append, type Appending, type Command, multiAppend, noop, type Uid, uidReplace } from '../index.ts';

const FULL = 'IMAP4rev1 LITERAL+ MULTIAPPEND CATENATE BINARY REPLACE UTF8=ACCEPT UIDPLUS';
const text = (message: string): { message: Uint8Array } => ({ message: encodeText(message) });
const stream = (octets: number): { octets: number; chunks: () => AsyncIterable<Uint8Array> } => ({
  octets,
  chunks: async function* () {},
});
const SEVEN = 7 as Uid;

describe('APPEND', () => {
  it.each<[Command<unknown>, string]>([
    [
      multiAppend('saved', [
        { ...text('ab'), flags: ['\\Seen'] },
        text('cde'),
        { ...text('f'), internalDate: 0 },
      ]),
      'APPEND "saved" (\\Seen) {2+}\r\nab {3+}\r\ncde " 1-Jan-1970 00:00:00 +0000" {1+}\r\nf',
    ],
    [append('x', { ...text('a\0b'), form: 'binary' }), 'APPEND "x" ~{3+}\r\na\0b'],
    [
      append('Drafts', {
        flags: ['\\Draft'],
        parts: [{ text: encodeText('To: a\r\n') }, { url: '/Drafts/;UID=3002' }, { text: encodeText('.') }],
      }),
      'APPEND "Drafts" (\\Draft) CATENATE (TEXT {7+}\r\nTo: a\r\n URL "/Drafts/;UID=3002" TEXT {1+}\r\n.)',
    ],
    [
      uidReplace(SEVEN, 'Drafts', { ...text('new'), flags: ['\\Draft'] }),
      'UID REPLACE 7 "Drafts" (\\Draft) {3+}\r\nnew',
    ],
    [
      uidReplace(SEVEN, 'Drafts', { parts: [{ url: '/Drafts/;UID=3002' }] }),
      'UID REPLACE 7 "Drafts" CATENATE (URL "/Drafts/;UID=3002")',
    ],
  ])('%# is written', (command, written) => {
    expect(new Exchange(FULL).run(command).written).toBe(written);
  });

  it('of UTF-8 is said as each extension wants it', () => {
    const command = append('x', { ...text('ä'), form: 'utf8' });
    const octets = '\xc3\xa4';
    expect(new Exchange(FULL, 'UTF8=ACCEPT').run(command).written).toBe(
      `APPEND "x" UTF8 (~{2+}\r\n${octets})`,
    );
    expect(new Exchange('IMAP4rev1 IMAP4rev2', 'IMAP4rev2').run(command).written).toBe(
      `APPEND "x" {2+}\r\n${octets}`,
    );
    expect(() => new Exchange(FULL).run(command)).toThrow(UsageError);
    const catenated = append('x', { parts: [{ utf8: encodeText('ä') }, { url: '/a/;UID=1' }] });
    expect(new Exchange(FULL, 'UTF8=ACCEPT').run(catenated).written).toBe(
      `APPEND "x" CATENATE (UTF8 (~{2+}\r\n${octets}) URL "/a/;UID=1")`,
    );
  });

  it('asks before each literal where the server wants to be asked', () => {
    const { connection } = new Exchange('IMAP4rev1 MULTIAPPEND LITERAL-');
    connection.send(multiAppend('x', [text('ab'), { message: new Uint8Array(5000) }, text('cd')]));
    const heard = (): string => String.fromCharCode(...(connection.output() ?? []));
    expect(heard()).toBe('P2 APPEND "x" {2+}\r\nab {5000}\r\n');
    expect(heard()).toBe('');
    connection.receive(encodeText('+ \r\n'));
    connection.next();
    expect(heard()).toMatch(/^\0{5000} \{2\+\}\r\ncd\r\n$/);
  });

  it('streams each message', () => {
    const { connection } = new Exchange('IMAP4rev1 MULTIAPPEND LITERAL+ BINARY');
    connection.send(multiAppend('x', [{ message: stream(2) }, { message: stream(1), form: 'binary' }]));
    const heard = (): string => String.fromCharCode(...(connection.output() ?? []));
    expect(heard()).toBe('P2 APPEND "x" {2+}\r\n');
    connection.supply(encodeText('ab'));
    expect(heard()).toBe('ab ~{1+}\r\n');
    connection.supply(encodeText('c'));
    expect(heard()).toBe('c\r\n');
  });

  it('streams through a session, the same message twice too', async () => {
    const { session, wire } = await signedInSession('IMAP4rev1 MULTIAPPEND');
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      yield encodeText('a');
      yield encodeText('bc');
    };
    const message = { octets: 3, chunks };
    const done = session.run(multiAppend('x', [{ message }, { message }, text('d')]));
    expect(await wire.heard()).toBe('P1 APPEND "x" {3}\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('abc {3}\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('abc {1}\r\n');
    wire.say('+');
    expect(await wire.heard()).toBe('d\r\n');
    wire.say('P1 OK [APPENDUID 1 5:7] done');
    expect(await done).toHaveLength(3);
    const unasked = await signedInSession('IMAP4rev1 MULTIAPPEND LITERAL+');
    const second = unasked.session.run(multiAppend('x', [{ message }, { message }]));
    expect(await unasked.wire.heard()).toBe('P1 APPEND "x" {3+}\r\nabc {3+}\r\nabc\r\n');
    unasked.wire.say('P1 OK');
    expect(await second).toEqual([]);
  });

  it('sends no more once one of them is refused', async () => {
    const { session, wire } = await signedInSession('IMAP4rev1 MULTIAPPEND');
    const done = failure(session.run(multiAppend('x', [text('a'), text('b')])));
    await wire.heard();
    wire.say('+');
    await wire.heard();
    wire.say('P1 NO [OVERQUOTA] full');
    expect(await done).toBeInstanceOf(CommandError);
    const next = session.run(noop());
    expect(await wire.heard()).toBe('P2 NOOP\r\n');
    wire.say('P2 OK');
    await next;
  });

  it.each<[Command<unknown>, answers: string[], unknown]>([
    [
      multiAppend('x', [text('a'), text('b'), text('c')]),
      ['$tag OK [APPENDUID 38505 3955:3956,3960] done'],
      [3955, 3956, 3960].map((uid) => ({ uidValidity: 38505, uid })),
    ],
    [multiAppend('x', [text('a'), text('b')]), ['$tag OK done'], []],
    [append('x', text('a')), ['$tag OK [APPENDUID 1 2] done'], { uidValidity: 1, uid: 2 }],
    [
      uidReplace(SEVEN, 'x', text('a')),
      ['* OK [APPENDUID 1 2000] ready', '* 3 EXPUNGE', '$tag OK done'],
      { uidValidity: 1, uid: 2000 },
    ],
    [uidReplace(SEVEN, 'x', text('a')), ['$tag OK [APPENDUID 1 2001] done'], { uidValidity: 1, uid: 2001 }],
    [uidReplace(SEVEN, 'x', text('a')), ['$tag OK done'], undefined],
  ])('%# says where messages are', (command, answers, value) => {
    expect(new Exchange(FULL).run(command, ...answers).value).toEqual(value);
  });

  it.each<[string, string, () => Command<unknown>]>([
    ['several messages', 'IMAP4rev1', () => multiAppend('x', [text('a'), text('b')])],
    ['no message', FULL, () => multiAppend('x', [])],
    ['an empty one among others', FULL, () => multiAppend('x', [text('a'), text('')])],
    ['NUL', 'IMAP4rev2', () => append('x', { ...text('a'), form: 'binary' })],
    ['putting together', 'IMAP4rev1', () => append('x', { parts: [{ url: 'u' }] })],
    ['putting nothing together', FULL, () => append('x', { parts: [] })],
    ['replacing', 'IMAP4rev1', () => uidReplace(SEVEN, 'x', text('a'))],
    ['replacing nothing', FULL, () => uidReplace(0 as Uid, 'x', text('a'))],
    ['a flag that breaks out', FULL, () => append('x', { ...text('a'), flags: ['a) {1}'] })],
  ])('%s cannot be said (%s)', (_, capabilities, make) => {
    expect(() => new Exchange(capabilities).run(make())).toThrow(UsageError);
  });

  it.each<[string, Appending]>([
    ['the server', { message: stream(11) }],
    ['the mailbox', { message: stream(6), limit: 5 }],
    ['the server, put together', { parts: [{ text: stream(6) }, { url: 'u' }, { text: stream(5) }] }],
  ])('of more than %s takes is refused before anything is sent', (_, message) => {
    const exchange = new Exchange('IMAP4rev1 CATENATE APPENDLIMIT=10');
    let error: unknown;
    try {
      exchange.connection.send(append('x', message));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CommandError);
    expect(error).toMatchObject({ status: 'NO', code: { name: 'ATOM', code: 'TOOBIG' } });
    expect((error as CommandError).text).toMatch(
      /^the message has \d+ octets; the server takes no more than \d+$/,
    );
    expect(exchange.connection.output()).toBeUndefined();
    expect(exchange.connection.unanswered).toEqual([]);
  });

  it('of as much as the server takes is sent', () => {
    const exchange = new Exchange('IMAP4rev1 LITERAL+ APPENDLIMIT=10');
    expect(exchange.run(append('x', { ...text('0123456789'), limit: null })).written).toContain('{10+}');
  });
});
