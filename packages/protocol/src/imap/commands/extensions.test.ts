/** Commands of extensions: what is written, and what an answer becomes. */
import { describe, expect, it } from 'vitest';
import { decodeLatin1, encodeText } from '../../bytes/index.ts';
import { UsageError } from '../../error.ts';
import { Connection } from '../connection.ts';
import {
  type Command,
  deleteAcl,
  enable,
  getAcl,
  getMetadata,
  getQuota,
  getQuotaRoot,
  listRights,
  myRights,
  namespace,
  select,
  setAcl,
  setMetadata,
  setQuota,
  uidExpunge,
  uidExtendedSort,
  uidMove,
  uidSort,
  uidThread,
  unselect,
} from '../index.ts';

/** Runs one command on a connection where a mailbox is selected: what went out, and what the OK gave. */
function run(command: Command<unknown>, ...answer: string[]): { written: string; value: unknown } {
  const connection = new Connection();
  const hear = (line: string): void => connection.receive(encodeText(`${line}\r\n`));
  const drain = (): unknown => {
    let value: unknown;
    for (let event = connection.next(); event; event = connection.next()) {
      if (event.type === 'receipt' && event.ok) ({ value } = event);
      else if (event.type !== 'greeting') throw new Error(`unexpected ${event.type}`);
    }
    return value;
  };
  hear('* PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ ACL METADATA QUOTA SORT THREAD=REFERENCES] hi');
  drain();
  const selecting = connection.send(select('INBOX'));
  connection.output();
  hear(`${selecting} OK done`);
  drain();
  const tag = connection.send(command);
  const written = decodeLatin1(connection.output()!);
  for (const line of [...answer, `${tag} OK done`]) hear(line);
  return { written: written.slice(tag.length + 1, -2), value: drain() };
}

const ada = { key: 'FROM', text: 'ada' } as const;

describe('commands of extensions', () => {
  it.each<[command: Command<unknown>, written: string, answer: string, value: unknown]>([
    [
      getAcl('INBOX'),
      'GETACL "INBOX"',
      '* ACL INBOX Fred lr',
      { wireName: 'INBOX', entries: [{ identifier: 'Fred', rights: 'lr' }] },
    ],
    [
      listRights('a b', 'smith'),
      'LISTRIGHTS "a b" "smith"',
      '* LISTRIGHTS "a b" smith la r s',
      { wireName: 'a b', identifier: 'smith', required: 'la', optional: ['r', 's'] },
    ],
    [myRights('x'), 'MYRIGHTS "x"', '* MYRIGHTS x lrs', { wireName: 'x', rights: 'lrs' }],
    [
      getQuota(''),
      'GETQUOTA ""',
      '* QUOTA "" (STORAGE 10 512)',
      [{ root: '', resources: [{ name: 'STORAGE', usage: 10n, limit: 512n }] }],
    ],
    [
      getQuotaRoot('INBOX'),
      'GETQUOTAROOT "INBOX"',
      '* QUOTAROOT INBOX ""\r\n* QUOTA "" ()',
      [{ root: '', resources: [] }],
    ],
    [
      setQuota('', { STORAGE: 512n }),
      'SETQUOTA "" (STORAGE 512)',
      '* QUOTA "" ()',
      [{ root: '', resources: [] }],
    ],
    [
      getMetadata('INBOX', ['/shared/comment'], { maxSize: 1024, depth: 1 }),
      'GETMETADATA (MAXSIZE 1024 DEPTH 1) "INBOX" (/shared/comment)',
      '* METADATA "INBOX" (/shared/comment "hi")',
      new Map([['/shared/comment', encodeText('hi')]]),
    ],
    [
      uidSort([{ by: 'SUBJECT' }, { by: 'DATE', reverse: true }], ada),
      'UID SORT (SUBJECT REVERSE DATE) US-ASCII FROM "ada"',
      '* SORT 5 3 4',
      [5, 3, 4],
    ],
    [
      uidThread('REFERENCES', { key: 'SUBJECT', text: 'ä' }),
      'UID THREAD REFERENCES UTF-8 SUBJECT {2+}\r\n\xc3\xa4',
      '* THREAD (2)(3)',
      [
        { line: [2], branches: [] },
        { line: [3], branches: [] },
      ],
    ],
  ])('%# are written, and their answers read', (command, text, answer, result) => {
    expect(run(command, answer)).toEqual({ written: text, value: result });
  });

  it.each<[Command<unknown>, string]>([
    [setAcl('x', 'fred', 'lr'), 'SETACL "x" "fred" "lr"'],
    [setAcl('x', 'fred', 'w', 'remove'), 'SETACL "x" "fred" "-w"'],
    [deleteAcl('x', 'fred'), 'DELETEACL "x" "fred"'],
    [
      setMetadata(
        '',
        new Map([
          ['/shared/a', encodeText('b"')],
          ['/shared/c', null],
          ['/shared/d', encodeText('e\0')],
        ]),
      ),
      'SETMETADATA "" (/shared/a {2+}\r\nb" /shared/c NIL /shared/d ~{2+}\r\ne\0)',
    ],
  ])('%# need no answer', (command, text) => {
    expect(run(command)).toEqual({ written: text, value: undefined });
  });

  it.each<[Command<unknown>, ...capabilities: string[]]>([
    [uidMove([1], 'x'), 'MOVE'],
    [uidExpunge([1]), 'UIDPLUS', 'IMAP4REV2'],
    [unselect(), 'UNSELECT', 'IMAP4REV2'],
    [namespace(), 'NAMESPACE', 'IMAP4REV2'],
    [enable(['CONDSTORE']), 'ENABLE', 'IMAP4REV2'],
    [getAcl('x'), 'ACL'],
    [setAcl('x', 'fred', 'l'), 'ACL'],
    [deleteAcl('x', 'fred'), 'ACL'],
    [listRights('x', 'fred'), 'ACL'],
    [myRights('x'), 'ACL'],
    [getQuota(''), 'QUOTA'],
    [getQuotaRoot('x'), 'QUOTA'],
    [setQuota('', {}), 'QUOTA', 'QUOTASET'],
    [getMetadata('x', ['/shared/a']), 'METADATA'],
    [getMetadata('', ['/shared/a']), 'METADATA', 'METADATA-SERVER'],
    [setMetadata('x', new Map([['/shared/a', null]])), 'METADATA'],
    [uidSort([{ by: 'DATE' }], ada), 'SORT'],
    [uidExtendedSort([{ by: 'DATE' }], ada), 'SORT'],
    [uidThread('References', ada), 'THREAD=REFERENCES'],
  ])('%# are refused where the server does not have them, and only there', (command, ...capabilities) => {
    expect(() => command.write(new Set(['IMAP4REV1', 'THREAD=ORDEREDSUBJECT']))).toThrow(UsageError);
    for (const capability of capabilities) expect(command.write(new Set([capability]))).not.toEqual([]);
  });

  it.each<[string, () => unknown]>([
    ['rights that are none', () => setAcl('x', 'fred', 'l r')],
    ['a wildcard for an entry', () => getMetadata('x', ['/shared/*'])],
    ['no entries', () => setMetadata('x', new Map())],
    ['no order', () => uidSort([], ada)],
    ['a limit below nothing', () => setQuota('', { STORAGE: -1n })],
    ['an algorithm with a space', () => uidThread('A B', ada)],
  ])('%s cannot be said', (_, make) => {
    expect(make).toThrow(UsageError);
  });
});
