import { expect, test } from 'vitest';
import { accountWith, RawClient } from '../testing/raw-client.ts';

function selected(count = 9): RawClient {
  const client = new RawClient([accountWith(count)]).signIn();
  client.run('SELECT INBOX');
  return client;
}

test('result options give what they name, and nothing of a list that is empty (RFC 4731 §3.1)', () => {
  const client = selected();
  expect(client.lines('SEARCH RETURN (MIN MAX COUNT ALL) NOT 4')[0]).toBe(
    '* ESEARCH (TAG "a3") MIN 1 MAX 9 ALL 1:3,5:9 COUNT 8',
  );
  expect(client.lines('UID SEARCH RETURN () 2:3')[0]).toBe('* ESEARCH (TAG "a4") UID ALL 2:3');
  expect(client.lines('UID SEARCH RETURN (MIN MAX ALL COUNT) KEYWORD none')[0]).toBe(
    '* ESEARCH (TAG "a5") UID COUNT 0',
  );
  expect(client.lines('SEARCH RETURN (ALL) MODSEQ 5')[0]).toBe('* ESEARCH (TAG "a6") ALL 4:9 MODSEQ 10');
  expect(client.lines('SEARCH RETURN (MIN) MODSEQ 5')[0]).toBe('* ESEARCH (TAG "a7") MIN 4 MODSEQ 5');
  expect(client.run('SEARCH RETURN (NONSENSE) ALL')).toMatch(/^BAD/);
});

test('a saved result stands where a set may stand, as numbers or UIDs (RFC 5182 §2.1)', () => {
  const client = selected();
  client.run('STORE 1 +FLAGS (\\Deleted)');
  client.run('EXPUNGE');
  expect(client.lines('SEARCH RETURN (SAVE) LARGER 1 UID 3:5')).toEqual(['OK Searched']);
  expect(client.lines('UID FETCH $ (UID)').slice(0, -1)).toEqual([
    '* 2 FETCH (UID 3)',
    '* 3 FETCH (UID 4)',
    '* 4 FETCH (UID 5)',
  ]);
  expect(client.lines('SEARCH OR $ 8')[0]).toBe('* SEARCH 2 3 4 8');
  expect(client.lines('UID SEARCH NOT UID $')[0]).toBe('* SEARCH 2 6 7 8 9');
  expect(client.lines('UID COPY $ Archive')[0]).toBe('OK [COPYUID 1700000002 3:5 1:3] Copied');
  client.run('STORE $ +FLAGS.SILENT (\\Deleted)');
  client.run('UID EXPUNGE 4');
  expect(client.lines('UID SEARCH $')[0]).toBe('* SEARCH 3 5');
});

test('what becomes of the saved result: NO empties it, BAD and SEARCH without SAVE leave it (RFC 5182 §2.1)', () => {
  const client = selected();
  client.run('SEARCH RETURN (SAVE) 2:3');
  expect(client.run('SEARCH RETURN (SAVE) NONSENSE')).toMatch(/^BAD/);
  client.run('SEARCH ALL');
  expect(client.lines('SEARCH $')[0]).toBe('* SEARCH 2 3');
  expect(client.run('SEARCH RETURN (SAVE) CHARSET KOI8-R (OR $ 1)')).toMatch(/^NO \[BADCHARSET/);
  expect(client.lines('FETCH $ FLAGS')).toEqual(['OK Fetched']);
  client.run('SEARCH RETURN (SAVE) 2:3');
  client.run('SELECT INBOX');
  expect(client.lines('FETCH $ FLAGS')).toEqual(['OK Fetched']);
});

test('MIN and MAX save what they show; with ALL or COUNT everything is saved (RFC 5182 §2.4)', () => {
  const client = selected();
  for (const [options, saved] of [
    ['SAVE MIN', '2'],
    ['SAVE MAX', '7'],
    ['MIN SAVE MAX', '2 7'],
    ['SAVE COUNT MIN', '2 3 4 5 6 7'],
    ['SAVE ALL MAX', '2 3 4 5 6 7'],
    ['SAVE PARTIAL 2:3', '3 4'],
    ['SAVE PARTIAL 2:3 MAX', '3 4 7'],
    ['SAVE PARTIAL 2:3 COUNT', '2 3 4 5 6 7'],
  ] as const) {
    client.run(`SEARCH RETURN (${options}) 2:7`);
    expect(client.lines('SEARCH $')[0]).toBe(`* SEARCH ${saved}`);
  }
});

test('PARTIAL counts results from either end (RFC 9394 §3.1)', () => {
  const client = selected();
  const partial = (range: string): string =>
    client.lines(`UID SEARCH RETURN (PARTIAL ${range}) 2:8`)[0]!.replace(/^.* PARTIAL /, '');
  expect(partial('1:3')).toBe('(1:3 2:4)');
  expect(partial('6:20')).toBe('(6:20 7:8)');
  expect(partial('-1:-3')).toBe('(-1:-3 6:8)');
  expect(partial('-6:-20')).toBe('(-6:-20 2:3)');
  expect(partial('8:9')).toBe('(8:9 NIL)');
  expect(client.run('UID SEARCH RETURN (PARTIAL 1:2 ALL) ALL')).toMatch(/^BAD/);
  expect(client.run('UID SEARCH RETURN (PARTIAL 1:-2) ALL')).toMatch(/^BAD/);
  expect(client.run('UID SEARCH RETURN (PARTIAL 0:2) ALL')).toMatch(/^BAD/);
});

test('without the capabilities, RETURN and $ are BAD', () => {
  const capabilities = { ESEARCH: false, SEARCHRES: false };
  const client = new RawClient([accountWith(2)], { name: 'plain', capabilities }).signIn();
  client.run('SELECT INBOX');
  expect(client.run('SEARCH RETURN (ALL) ALL')).toMatch(/^BAD/);
  expect(client.run('FETCH $ UID')).toMatch(/^BAD/);
  expect(client.run('SEARCH $')).toMatch(/^BAD/);
});
