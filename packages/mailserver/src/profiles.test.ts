import { expect, test } from 'vitest';
import { accountWith, RawClient } from './testing/raw-client.ts';
import type { Profile } from './profile.ts';
import { CAPABILITIES, supports } from './profile.ts';
import { profiles } from './profiles.ts';
import type { Trait } from './traits.ts';
import { TRAITS } from './traits.ts';

function acting(...traits: Trait[]): RawClient {
  return new RawClient([accountWith(3)], { name: 'habits', traits }).signIn();
}

function selected(...traits: Trait[]): RawClient {
  const client = acting(...traits);
  client.run('SELECT INBOX');
  return client;
}

test.each(Object.values(profiles))(
  '$name announces what it supports and serves a session',
  (profile: Profile) => {
    const account = accountWith(3);
    const client = new RawClient([account], profile);
    client.run('LOGIN ada@postern.example postern');
    const announced = client.lines('CAPABILITY')[0]!.trimEnd().split(' ').slice(3);
    const expected = CAPABILITIES.filter((name) => supports(profile, name));
    expect(announced.map((name) => name.replace(/^APPENDLIMIT=\d+$/, 'APPENDLIMIT'))).toEqual(expected);
    expect(client.run('SELECT INBOX')).toMatch(/\* 3 EXISTS\r\n/);
    expect(
      client.run('UID FETCH 1:* (UID FLAGS ENVELOPE BODYSTRUCTURE)').match(/ FETCH \(UID/g),
    ).toHaveLength(3);
    expect(client.run('UID STORE 2 +FLAGS.SILENT (\\Deleted)')).toMatch(/OK/);
    expect(client.run('EXPUNGE')).toMatch(/\* (2 EXPUNGE|VANISHED 2)\r\n/);
    expect(client.run('LIST "" *')).toContain('INBOX');
    expect(client.run('LOGOUT')).toMatch(/^\* BYE/);
  },
);

test('a capability is off where what it builds upon is off', () => {
  expect(supports({ name: 'x', capabilities: { CONDSTORE: false } }, 'QRESYNC')).toBe(false);
  expect(supports({ name: 'x', capabilities: { ESEARCH: false, SEARCHRES: true } }, 'SEARCHRES')).toBe(false);
  expect(supports(profiles.full, 'LITERAL-')).toBe(false);
});

test('LIST as Dovecot and Cyrus answer it', () => {
  const dovecot = acting('list-only-asked');
  expect(dovecot.lines('LIST "" Sent RETURN (SPECIAL-USE)')[0]).toBe('* LIST (\\Sent) "/" Sent');
  expect(dovecot.lines('LIST "" Sent RETURN (CHILDREN)')[0]).toBe('* LIST (\\HasNoChildren) "/" Sent');
  const cyrus = acting('special-use-asked');
  expect(cyrus.lines('LIST "" Sent')[0]).toBe('* LIST (\\HasNoChildren) "/" Sent');
  expect(cyrus.lines('LIST "" Sent RETURN (SPECIAL-USE)')[0]).toBe(
    '* LIST (\\HasNoChildren \\sent) "/" Sent',
  );
  expect(selected('preview-nil').lines('FETCH 1 PREVIEW')[0]).toBe('* 1 FETCH (PREVIEW NIL)');
});

test('Courier says little', () => {
  const client = new RawClient([accountWith(3)], profiles.courier);
  expect(client.greeting).not.toContain('AUTH=');
  expect(client.lines('LOGIN ada@postern.example postern')).toEqual(['OK Signed in']);
  expect(client.run('ID NIL')).toMatch(/^NO/);
  client.run('SELECT INBOX');
  expect(client.send('x APPEND INBOX {3}\r\n')).toBe('+ Go ahead\r\n');
  expect(client.send('abc\r\n')).toMatch(/^x OK/);
  expect(client.run('NOOP')).toContain('* 4 EXISTS');
  expect(client.run('LSUB "" *')).toContain('* LSUB (\\Noselect) "." INBOX\r\n');
  expect(acting('examine-uidvalidity').run('EXAMINE INBOX')).toContain('[UIDVALIDITY 1700000002]');
});

test('Exchange and Yahoo write structures in their own way', () => {
  expect(selected('bare-copyuid').lines('UID MOVE 1 Sent')[0]).toBe('[COPYUID 1700000005 1 1]');
  const account = accountWith(0);
  account.get('INBOX').add({ content: Buffer.from('Content-Disposition: inline; filename=x\r\n\r\n') });
  const exchange = new RawClient([account], profiles.exchange).signIn();
  exchange.run('SELECT INBOX');
  expect(exchange.run('FETCH 1 BODYSTRUCTURE')).toContain(' NIL "inline" NIL NIL)');
  const yahoo = new RawClient([accountWith(3)], profiles.yahoo).signIn();
  yahoo.run('SELECT INBOX');
  expect(yahoo.run('FETCH 1 ENVELOPE')).toContain(' () () () NIL NIL)');
  expect(yahoo.lines('FETCH 1:3 UID').slice(0, 3)).toEqual(
    [3, 2, 1].map((number) => `* ${number} FETCH (UID ${number})`),
  );
  expect(yahoo.run(`UID FETCH ${'1,'.repeat(500)}1 UID`)).toMatch(/^BAD/);
  expect(yahoo.run('NOOP')).toMatch(/^OK/);
});

test('iCloud answers ENABLE by OK alone, BYE by nothing else, SEARCH HEADER not at all', () => {
  const client = new RawClient([accountWith(3)], profiles.icloud).signIn();
  expect(client.lines('ENABLE QRESYNC')).toEqual(['OK Enabled']);
  expect(client.run('SELECT INBOX (QRESYNC (1 1))')).toMatch(/^BAD/);
  client.run('SELECT INBOX');
  expect(client.run('SEARCH HEADER Message-ID x')).toMatch(/^NO \[UNAVAILABLE\]/);
  expect(client.run('LOGOUT')).toMatch(/^\* BYE\r\n/);
});

test('what any server may do: FETCH in spite of .SILENT, codes without text, spaces at the end', () => {
  expect(selected('fetch-despite-silent').lines('STORE 1 +FLAGS.SILENT (\\Seen)')[0]).toBe(
    '* 1 FETCH (FLAGS (\\Seen \\Recent))',
  );
  const select = acting('code-without-text', 'trailing-space').run('SELECT INBOX');
  expect(select).toContain('* OK [UIDNEXT 4]\r\n');
  expect(select).toContain('\\Draft) \r\n');
  expect(selected('trailing-space').lines('SEARCH ALL')[0]).toBe('* SEARCH 1 2 3 ');
});

test('every trait is shown by a profile', () => {
  const shown = new Set(Object.values(profiles).flatMap((profile: Profile) => profile.traits ?? []));
  expect(TRAITS.filter((trait) => !shown.has(trait))).toEqual([]);
});
