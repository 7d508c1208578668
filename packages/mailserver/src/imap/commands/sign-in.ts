import type { Completion, Execution } from '../output.ts';
import { no, ok, WAIT } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { capabilityList, has } from '../session.ts';

function signIn(session: Session, user: string, password: string): Completion {
  const { refuseLogins } = session.host.faults;
  if (refuseLogins !== undefined) return no(refuseLogins, 'UNAVAILABLE');
  session.account = session.host.authenticate(user, password);
  if (session.account === undefined) return no('User name or password is wrong', 'AUTHENTICATIONFAILED');
  return ok('Signed in', `CAPABILITY ${capabilityList(session)}`);
}

/** LOGIN (RFC 3501 §6.2.3). */
export function* login(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const user = scanner.text();
  scanner.space();
  const password = scanner.text();
  scanner.end();
  return signIn(session, user, password);
}

/** AUTHENTICATE PLAIN (RFC 3501 §6.2.2, RFC 4616), with an initial response where SASL-IR is on (RFC 4959). */
export function* authenticate(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const mechanism = scanner.atom().toUpperCase();
  let response: string | undefined;
  if (has(session, 'SASL-IR') && scanner.accept(' ')) response = scanner.accept('=') ? '' : scanner.astring();
  scanner.end();
  if (mechanism !== 'PLAIN') return no('That mechanism is not supported');
  if (response === undefined) {
    yield '+ \r\n';
    while ((response = session.reader.line()) === undefined) yield WAIT;
    if (response === '*') throw new GrammarError('Sign-in cancelled');
  }
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(response)) throw new GrammarError('Not base64');
  const [authorize, user, password, ...more] = Buffer.from(response, 'base64').toString('utf8').split('\0');
  if (user === undefined || password === undefined || more.length > 0)
    throw new GrammarError('Not a PLAIN response');
  if (authorize !== '' && authorize !== user)
    return no('Signing in for somebody else is not allowed', 'AUTHORIZATIONFAILED');
  return signIn(session, user, password);
}

/** STARTTLS (RFC 3501 §6.2.1). */
export function* startTls(session: Session, scanner: Scanner): Execution {
  scanner.end();
  if (!session.host.startTls || session.secure) throw new GrammarError('Unknown command');
  session.then = 'starttls';
  return ok('Begin TLS now');
}
