import {
  anonymous,
  external,
  loginMechanism,
  type Mechanism,
  oauthBearer,
  plain,
  saslPrep,
  scram,
  type ScramPorts,
  xoauth2,
} from '../sasl/index.ts';

/** What somebody signs in with: a password, a bearer token, who TLS says they are, or nothing (with a trace to be logged). */
export type Credentials =
  | { readonly user: string; readonly password: string }
  | { readonly user: string; readonly token: string; readonly host?: string; readonly port?: number }
  | { readonly external: { readonly actAs?: string } }
  | { readonly anonymous: { readonly trace?: string } };

/** The mechanisms that these credentials can go by, the strongest first; SCRAM where its ports are there. */
export function mechanismsFor(credentials: Credentials, ports?: ScramPorts): Mechanism[] {
  if ('token' in credentials) return [oauthBearer(credentials), xoauth2(credentials)];
  if ('external' in credentials) return [external(credentials.external.actAs)];
  if ('anonymous' in credentials) return [anonymous(credentials.anonymous.trace)];
  const { user, password } = credentials;
  const spoken = [plain(user, password), loginMechanism(user, password)];
  const [preparedUser, preparedPassword] = [saslPrep(user, 'query'), saslPrep(password, 'stored')];
  if (!ports || preparedUser === undefined || preparedPassword === undefined) return spoken;
  const proved = [scram('SHA-256', user, password, ports), scram('SHA-1', user, password, ports)];
  // Some servers never prepare (Dovecot): they would find a right password wrong where preparing changes it.
  const unchanged = preparedUser === user && preparedPassword === password;
  return unchanged ? [...proved, ...spoken] : [...spoken, ...proved];
}
