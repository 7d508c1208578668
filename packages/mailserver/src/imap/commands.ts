import type { CapabilityName } from '../profile.ts';
import { deleteAcl, getAcl, listRights, myRights, setAcl } from './commands/acl.ts';
import { getQuota, getQuotaRoot, setQuota } from './commands/quota.ts';
import { replace } from './commands/replace.ts';
import { append } from './commands/append.ts';
import { authenticate, login, startTls } from './commands/sign-in.ts';
import { capability, enable, id, logout, namespace, noop } from './commands/connection-state.ts';
import { compress } from './commands/compress.ts';
import { copy, move } from './commands/copy.ts';
import { expunge, uidExpunge } from './commands/expunge.ts';
import { fetch } from './commands/fetch.ts';
import { idle } from './commands/idle.ts';
import { list, lsub, rlist, rlsub } from './commands/list.ts';
import { create, deleteMailbox, rename, subscribe, unsubscribe } from './commands/mailboxes.ts';
import { getMetadata, setMetadata } from './commands/metadata.ts';
import { notify } from './commands/notify.ts';
import { search } from './commands/search.ts';
import { close, examine, select, unselect } from './commands/select.ts';
import { sort } from './commands/sort.ts';
import { status } from './commands/status.ts';
import { store } from './commands/store.ts';
import { thread } from './commands/thread.ts';
import type { Execution } from './output.ts';
import type { Scanner } from './scanner.ts';
import { GrammarError } from './grammar-error.ts';
import type { Session } from './session.ts';
import { has } from './session.ts';

type Run = (session: Session, scanner: Scanner) => Execution;

interface Command {
  /** The states of RFC 3501 §3 in which it is allowed. */
  readonly state: 'any' | 'signed-out' | 'signed-in' | 'selected';
  readonly needs?: CapabilityName;
  readonly run: Run;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  CAPABILITY: { state: 'any', run: capability },
  NOOP: { state: 'any', run: noop },
  LOGOUT: { state: 'any', run: logout },
  ID: { state: 'any', run: id },
  STARTTLS: { state: 'signed-out', run: startTls },
  LOGIN: { state: 'signed-out', run: login },
  AUTHENTICATE: { state: 'signed-out', run: authenticate },
  COMPRESS: { state: 'signed-in', needs: 'COMPRESS=DEFLATE', run: compress },
  ENABLE: { state: 'signed-in', needs: 'ENABLE', run: enable },
  NAMESPACE: { state: 'signed-in', needs: 'NAMESPACE', run: namespace },
  NOTIFY: { state: 'signed-in', needs: 'NOTIFY', run: notify },
  GETACL: { state: 'signed-in', needs: 'ACL', run: getAcl },
  SETACL: { state: 'signed-in', needs: 'ACL', run: setAcl },
  DELETEACL: { state: 'signed-in', needs: 'ACL', run: deleteAcl },
  LISTRIGHTS: { state: 'signed-in', needs: 'ACL', run: listRights },
  MYRIGHTS: { state: 'signed-in', needs: 'ACL', run: myRights },
  GETMETADATA: { state: 'signed-in', needs: 'METADATA', run: getMetadata },
  SETMETADATA: { state: 'signed-in', needs: 'METADATA', run: setMetadata },
  GETQUOTA: { state: 'signed-in', needs: 'QUOTA', run: getQuota },
  GETQUOTAROOT: { state: 'signed-in', needs: 'QUOTA', run: getQuotaRoot },
  SETQUOTA: { state: 'signed-in', needs: 'QUOTASET', run: setQuota },
  SELECT: { state: 'signed-in', run: select },
  EXAMINE: { state: 'signed-in', run: examine },
  CREATE: { state: 'signed-in', run: create },
  DELETE: { state: 'signed-in', run: deleteMailbox },
  RENAME: { state: 'signed-in', run: rename },
  SUBSCRIBE: { state: 'signed-in', run: subscribe },
  UNSUBSCRIBE: { state: 'signed-in', run: unsubscribe },
  LIST: { state: 'signed-in', run: list },
  RLIST: { state: 'signed-in', needs: 'MAILBOX-REFERRALS', run: rlist },
  RLSUB: { state: 'signed-in', needs: 'MAILBOX-REFERRALS', run: rlsub },
  LSUB: { state: 'signed-in', run: lsub },
  STATUS: { state: 'signed-in', run: status },
  APPEND: { state: 'signed-in', run: append },
  IDLE: { state: 'signed-in', needs: 'IDLE', run: idle },
  CHECK: { state: 'selected', run: noop },
  CLOSE: { state: 'selected', run: close },
  UNSELECT: { state: 'selected', needs: 'UNSELECT', run: unselect },
  EXPUNGE: { state: 'selected', run: expunge },
  SEARCH: { state: 'selected', run: (session, scanner) => search(session, scanner, false) },
  SORT: { state: 'selected', needs: 'SORT', run: (session, scanner) => sort(session, scanner, false) },
  THREAD: {
    state: 'selected',
    run: (session, scanner) => thread(session, scanner, false),
  },
  FETCH: { state: 'selected', run: (session, scanner) => fetch(session, scanner, false) },
  STORE: { state: 'selected', run: (session, scanner) => store(session, scanner, false) },
  COPY: { state: 'selected', run: (session, scanner) => copy(session, scanner, false) },
  MOVE: { state: 'selected', needs: 'MOVE', run: (session, scanner) => move(session, scanner, false) },
  REPLACE: {
    state: 'selected',
    needs: 'REPLACE',
    run: (session, scanner) => replace(session, scanner, false),
  },
  'UID REPLACE': {
    state: 'selected',
    needs: 'REPLACE',
    run: (session, scanner) => replace(session, scanner, true),
  },
  'UID SEARCH': { state: 'selected', run: (session, scanner) => search(session, scanner, true) },
  'UID SORT': { state: 'selected', needs: 'SORT', run: (session, scanner) => sort(session, scanner, true) },
  'UID THREAD': {
    state: 'selected',
    run: (session, scanner) => thread(session, scanner, true),
  },
  'UID FETCH': { state: 'selected', run: (session, scanner) => fetch(session, scanner, true) },
  'UID STORE': { state: 'selected', run: (session, scanner) => store(session, scanner, true) },
  'UID COPY': { state: 'selected', run: (session, scanner) => copy(session, scanner, true) },
  'UID MOVE': { state: 'selected', needs: 'MOVE', run: (session, scanner) => move(session, scanner, true) },
  'UID EXPUNGE': { state: 'selected', needs: 'UIDPLUS', run: uidExpunge },
};

/** The command whose name comes next; a GrammarError when there is none or it is not allowed in this state. */
export function findCommand(session: Session, scanner: Scanner): { name: string; run: Run } {
  let name = scanner.keyword();
  if (name === 'UID') {
    scanner.space();
    name = `UID ${scanner.keyword()}`;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || (command.needs !== undefined && !has(session, command.needs)))
    throw new GrammarError('Unknown command');
  if (command.state === 'signed-out' && session.account !== undefined)
    throw new GrammarError('Already signed in');
  if (command.state === 'signed-in' && session.account === undefined)
    throw new GrammarError('Please sign in first');
  if (session.enabled.has('UIDONLY') && Object.hasOwn(COMMANDS, `UID ${name}`) && name !== 'EXPUNGE')
    throw new GrammarError(`Use UID ${name}`, 'UIDREQUIRED');
  if (command.state === 'selected' && session.selected === undefined)
    throw new GrammarError('Please select a mailbox first');
  return { name, run: command.run };
}
