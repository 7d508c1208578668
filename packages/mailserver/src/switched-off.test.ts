/** Every capability can be switched off by a profile, alone: what needs it is then refused, and works where it is on. */
import { expect, test } from 'vitest';
import type { CapabilityName } from './profile.ts';
import { CAPABILITIES } from './profile.ts';
import { accountWith, RawClient } from './testing/raw-client.ts';

/** What is said to a signed-in client that has INBOX selected, and how it is answered where the capability is on. */
type Use = readonly [say: string, on: RegExp];

const OK = /(?:^|\n)OK /;
/** Where it is off it is but announced no more: what it changes shows in answers to other commands, which their own tests have. */
const TELLS_ONLY: Use = ['', OK];

/** A command, or a part of one, that there is only with the capability. */
const USES: Readonly<Record<CapabilityName, Use>> = {
  IMAP4rev2: ['ENABLE IMAP4rev2', /^\* ENABLED IMAP4rev2/],
  'SASL-IR': TELLS_ONLY,
  'LITERAL+': ['APPEND INBOX {9+}\r\nSubject: ', /OK/],
  'LITERAL-': ['APPEND INBOX {9+}\r\nSubject: ', /OK/],
  ID: ['ID NIL', /^\* ID/],
  ENABLE: ['ENABLE CONDSTORE', /^\* ENABLED CONDSTORE/],
  IDLE: ['IDLE', /^\+/],
  NAMESPACE: ['NAMESPACE', /^\* NAMESPACE/],
  CHILDREN: ['LIST "" "INBOX"', /HasNoChildren/],
  'LOGIN-REFERRALS': TELLS_ONLY,
  'MAILBOX-REFERRALS': ['RLIST "" "*"', /^\* LIST/],
  UIDPLUS: ['UID EXPUNGE 1', OK],
  MOVE: ['UID MOVE 1 Trash', OK],
  MULTIAPPEND: ['APPEND INBOX {9+}\r\nSubject:  {9+}\r\nSubject: ', /OK/],
  APPENDLIMIT: ['STATUS INBOX (APPENDLIMIT)', /APPENDLIMIT \d/],
  'SPECIAL-USE': ['LIST "" "Sent"', /\\Sent/],
  'CREATE-SPECIAL-USE': ['CREATE Filed (USE (\\Archive))', /OK/],
  'LIST-EXTENDED': ['LIST (SUBSCRIBED) "" "*"', OK],
  'LIST-STATUS': ['LIST "" "INBOX" RETURN (STATUS (MESSAGES))', /\* STATUS INBOX/],
  'STATUS=SIZE': ['STATUS INBOX (SIZE)', /SIZE \d/],
  ESEARCH: ['SEARCH RETURN (COUNT) ALL', /^\* ESEARCH/],
  SEARCHRES: ['SEARCH RETURN (SAVE) ALL', OK],
  PARTIAL: ['UID SEARCH RETURN (PARTIAL 1:1) ALL', /^\* ESEARCH .*PARTIAL/],
  ACL: ['MYRIGHTS INBOX', /^\* MYRIGHTS/],
  'RIGHTS=texk': TELLS_ONLY,
  'LIST-MYRIGHTS': ['LIST "" "INBOX" RETURN (MYRIGHTS)', /\* MYRIGHTS/],
  QUOTA: ['GETQUOTAROOT INBOX', /^\* QUOTAROOT/],
  QUOTASET: ['SETQUOTA "" (STORAGE 99)', /OK/],
  'QUOTA=RES-STORAGE': TELLS_ONLY,
  'QUOTA=RES-MESSAGE': TELLS_ONLY,
  METADATA: ['GETMETADATA INBOX /private/comment', OK],
  REPLACE: ['UID REPLACE 1 INBOX {9+}\r\nSubject: ', /OK/],
  CATENATE: ['APPEND INBOX CATENATE (TEXT {9+}\r\nSubject: )', /OK/],
  WITHIN: ['SEARCH YOUNGER 5', /^\* (?:E)?SEARCH/],
  SORT: ['SORT (DATE) UTF-8 ALL', /^\* SORT/],
  ESORT: ['SORT RETURN (COUNT) (DATE) UTF-8 ALL', /^\* ESEARCH/],
  'THREAD=ORDEREDSUBJECT': ['THREAD ORDEREDSUBJECT UTF-8 ALL', /^\* THREAD/],
  'THREAD=REFERENCES': ['THREAD REFERENCES UTF-8 ALL', /^\* THREAD/],
  'COMPRESS=DEFLATE': ['COMPRESS DEFLATE', /OK/],
  BINARY: ['FETCH 1 BINARY[1]', /^\* 1 FETCH .*BINARY\[1\]/],
  PREVIEW: ['FETCH 1 PREVIEW', /^\* 1 FETCH .*PREVIEW/],
  SAVEDATE: ['FETCH 1 SAVEDATE', /^\* 1 FETCH .*SAVEDATE/],
  OBJECTID: ['FETCH 1 EMAILID', /^\* 1 FETCH .*EMAILID/],
  NOTIFY: ['NOTIFY NONE', /^OK/],
  'UTF8=ACCEPT': ['ENABLE UTF8=ACCEPT', /^\* ENABLED UTF8=ACCEPT/],
  UIDONLY: ['ENABLE UIDONLY', /^\* ENABLED UIDONLY/],
  CONDSTORE: ['FETCH 1 MODSEQ', /^\* 1 FETCH .*MODSEQ/],
  QRESYNC: ['ENABLE QRESYNC', /^\* ENABLED QRESYNC/],
  UNSELECT: ['UNSELECT', /^OK/],
};

/** What IMAP4rev2 brings is not off as long as that is on. */
function client(name: CapabilityName, on: boolean): RawClient {
  const capabilities = {
    IMAP4rev2: name === 'IMAP4rev2',
    'LITERAL+': name !== 'LITERAL-',
    [name]: on,
  };
  const made = new RawClient([accountWith(2)], { name: 'one', capabilities }).signIn();
  made.run('SELECT INBOX');
  return made;
}

const announces = (of: RawClient, name: string): boolean =>
  of
    .lines('CAPABILITY')[0]!
    .split(' ')
    .some((each) => each.split('=')[0] === name || each === name);

test.each(CAPABILITIES)('%s', (name) => {
  const [say, on] = USES[name];
  const [with_, without] = [client(name, true), client(name, false)];
  expect([announces(with_, name), announces(without, name)]).toEqual([true, false]);
  if (say === TELLS_ONLY[0]) return;
  expect(with_.run(say)).toMatch(on);
  expect(without.run(say)).not.toMatch(on);
});
