import type { Execution } from '../output.ts';
import { GrammarError } from '../grammar-error.ts';
import { no, ok } from '../output.ts';
import { MetadataWatch } from '../metadata-watch.ts';
import type { Scanner } from '../scanner.ts';
import type { Enableable, Session } from '../session.ts';
import { acts, capabilityList, deselect, has } from '../session.ts';

/** CAPABILITY (RFC 3501 §6.1.1). */
export function* capability(session: Session, scanner: Scanner): Execution {
  scanner.end();
  yield `* CAPABILITY ${capabilityList(session)}\r\n`;
  return ok('Capabilities listed');
}

/** NOOP and CHECK (RFC 3501 §6.1.2, §6.4.1): the news comes with every tagged response. */
export function* noop(_session: Session, scanner: Scanner): Execution {
  scanner.end();
  return ok('Done');
}

/** LOGOUT (RFC 3501 §6.1.3). */
export function* logout(session: Session, scanner: Scanner): Execution {
  scanner.end();
  deselect(session);
  yield acts(session, 'bare-bye') ? '* BYE\r\n' : '* BYE Until next time\r\n';
  session.then = 'close';
  return ok('Signed out');
}

/** ID (RFC 2971). */
export function* id(session: Session, scanner: Scanner): Execution {
  if (acts(session, 'id-refused')) return no("Who you are is nobody's business");
  if (!has(session, 'ID')) throw new GrammarError('Unknown command');
  scanner.space();
  if (!scanner.accept('NIL')) {
    scanner.list(() => {
      scanner.string();
      scanner.space();
      return scanner.nstring();
    });
  }
  scanner.end();
  yield '* ID ("name" "Postern mail server" "vendor" "Postern")\r\n';
  return ok('Pleased to meet you');
}

const ENABLEABLE: readonly Enableable[] = [
  'CONDSTORE',
  'QRESYNC',
  'UTF8=ACCEPT',
  'IMAP4rev2',
  'UIDONLY',
  'METADATA',
];

/** ENABLE (RFC 5161). What is unknown is ignored. */
export function* enable(session: Session, scanner: Scanner): Execution {
  const enabled: string[] = [];
  const effective = !acts(session, 'enable-unanswered');
  do {
    scanner.space();
    const word = scanner.atom().toUpperCase();
    const name = ENABLEABLE.find((known) => known.toUpperCase() === word);
    if (!effective || name === undefined || !has(session, name) || session.enabled.has(name)) continue;
    session.enabled.add(name);
    enabled.push(name);
    if (name === 'METADATA') session.metadata = new MetadataWatch(session);
    if (name === 'CONDSTORE' || name === 'QRESYNC') session.condstore = true;
  } while (!scanner.atEnd());
  if (effective) yield `* ENABLED${enabled.map((name) => ` ${name}`).join('')}\r\n`;
  return ok('Enabled');
}

/** NAMESPACE (RFC 2342): one personal namespace, and what the profile says is not the person's own. */
export function* namespace(session: Session, scanner: Scanner): Execution {
  scanner.end();
  const { prefix = '', separator = '/', foreign = {} } = session.host.profile;
  const one = (begins: string | undefined): string =>
    begins === undefined ? 'NIL' : `(("${begins}" ${separator === null ? 'NIL' : `"${separator}"`}))`;
  yield `* NAMESPACE ${one(prefix)} ${one(foreign.others)} ${one(foreign.shared)}\r\n`;
  return ok('Namespaces listed');
}
