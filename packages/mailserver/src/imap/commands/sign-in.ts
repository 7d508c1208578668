import { randomBytes } from 'node:crypto';
import type { Account } from '../../account/account.ts';
import { offeredMechanisms } from '../../profile.ts';
import type { Failure } from '../../sasl/mechanism.ts';
import { MECHANISMS } from '../../sasl/mechanisms.ts';
import type { Completion, Execution } from '../output.ts';
import { no, ok, WAIT } from '../output.ts';
import { homeOf } from '../refer.ts';
import type { Scanner } from '../scanner.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Session } from '../session.ts';
import { acts, capabilityList, has } from '../session.ts';

function signIn(session: Session, account: Account | Failure | undefined, mechanism?: string): Completion {
  const { refuseLogins } = session.host.faults;
  if (refuseLogins !== undefined) return no(refuseLogins, 'UNAVAILABLE');
  if (account === 'malformed') throw new GrammarError('That is no answer to the challenge');
  if (account === 'not-allowed')
    return no('Signing in for somebody else is not allowed', 'AUTHORIZATIONFAILED');
  if (account === undefined || account === 'wrong')
    return no('User name or password is wrong', 'AUTHENTICATIONFAILED');
  // Only who proved to be that user hears where they live (RFC 2221 §6).
  const home = homeOf(session, account.user, mechanism !== undefined);
  if (home?.refuse === true) return no('Your mail is on another server', home.code);
  session.account = account;
  if (home !== undefined) return ok('Signed in, but your mail is on another server', home.code);
  if (acts(session, 'bare-login-ok')) return ok('Signed in');
  return ok('Signed in', `CAPABILITY ${capabilityList(session)}`);
}

/** LOGIN (RFC 3501 §6.2.3). */
export function* login(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const user = scanner.text();
  scanner.space();
  const password = scanner.text();
  scanner.end();
  if (session.host.profile.loginDisabled === true) return no('LOGIN is disabled here', 'PRIVACYREQUIRED');
  return signIn(session, session.host.authenticate(user, password));
}

/**
 * AUTHENTICATE (RFC 3501 §6.2.2) by a mechanism of the profile, with an initial response where SASL-IR is on
 * (RFC 4959).
 */
export function* authenticate(session: Session, scanner: Scanner): Execution {
  scanner.space();
  const name = scanner.atom().toUpperCase();
  let initial: string | undefined;
  if (has(session, 'SASL-IR') && scanner.accept(' ')) initial = scanner.accept('=') ? '' : scanner.astring();
  scanner.end();
  const mechanism = offeredMechanisms(session.host.profile).find((offered) => offered === name);
  if (mechanism === undefined) return no('That mechanism is not supported', 'CANNOT');
  const { host } = session;
  const dialogue = MECHANISMS[mechanism]({
    accountOf: (user) => host.accountOf(user),
    authenticate: (user, password) => host.authenticate(user, password),
    random: (count) => host.random?.(count) ?? randomBytes(count),
  });
  let step = dialogue.next('');
  while (step.done !== true) {
    let response = initial;
    if (response !== undefined && step.value !== '')
      throw new GrammarError('In that mechanism the server begins');
    initial = undefined;
    if (response === undefined) {
      yield `+ ${Buffer.from(step.value, 'latin1').toString('base64')}\r\n`;
      while ((response = session.reader.line()) === undefined) yield WAIT;
      if (response === '*') throw new GrammarError('Sign-in cancelled');
    }
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(response)) throw new GrammarError('Not base64');
    step = dialogue.next(Buffer.from(response, 'base64').toString('latin1'));
  }
  return signIn(session, step.value, mechanism);
}

/** STARTTLS (RFC 3501 §6.2.1). */
export function* startTls(session: Session, scanner: Scanner): Execution {
  scanner.end();
  if (!session.host.startTls || session.secure) throw new GrammarError('Unknown command');
  session.then = 'starttls';
  return ok('Begin TLS now');
}
