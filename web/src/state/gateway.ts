/** Signing in and out: the three things the gateway answers besides files and relays (docs/gateway.md). */
import type { SignInFailure } from './views.ts';

/** An account that this browser is signed in to. */
export interface GatewaySession {
  readonly id: string;
  readonly user: string;
  readonly address: string;
}

/** What a gateway that is only being tried out offers to everyone. */
export interface Demo {
  readonly user: string;
  readonly password: string;
}

/** What the gateway knows of this browser. */
export interface SignedIn {
  readonly accounts: readonly GatewaySession[];
  readonly demo: Demo | undefined;
}

const failures: ReadonlySet<string> = new Set<SignInFailure>([
  'auth',
  'rate',
  'unreachable',
  'certificate',
  'timeout',
  'protocol',
  'unlisted',
  'many',
]);

/** Milliseconds: the gateway answers this by itself. */
const patience = 8000;
/** Milliseconds: the mail server has to be reached and asked, for which the gateway has limits of its own. */
const longPatience = 45_000;

const headers = { 'Content-Type': 'application/json' };

/** A real sign-in at the mail server decides. */
export async function signInAtGateway(
  user: string,
  password: string,
): Promise<GatewaySession | SignInFailure> {
  let response: Response;
  try {
    response = await fetch('/session', {
      method: 'POST',
      headers,
      body: JSON.stringify({ user, password }),
      signal: AbortSignal.timeout(longPatience),
    });
  } catch (error) {
    return error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'offline';
  }
  const answer = await json(response);
  if (response.ok) return sessionIn(answer) ?? 'protocol';
  const reason = answer['reason'];
  if (typeof reason === 'string' && failures.has(reason)) return reason as SignInFailure;
  return response.status === 400 ? 'auth' : 'unreachable';
}

/** undefined: it does not answer, so that nobody can tell. */
export async function askGateway(): Promise<SignedIn | undefined> {
  try {
    const response = await fetch('/session', { cache: 'no-store', signal: AbortSignal.timeout(patience) });
    const answer = await json(response);
    if (response.status === 401) return { accounts: [], demo: demoIn(answer) };
    const { accounts } = answer;
    if (!response.ok || !Array.isArray(accounts)) return undefined;
    return { accounts: accounts.map(sessionIn).filter((account) => account !== undefined), demo: undefined };
  } catch {
    return undefined;
  }
}

/** False when the gateway could not be told: the cookie is still there. */
export async function signOutAtGateway(account: string): Promise<boolean> {
  try {
    const request = { method: 'DELETE', signal: AbortSignal.timeout(patience) };
    return (await fetch(`/session?account=${encodeURIComponent(account)}`, request)).ok;
  } catch {
    return false;
  }
}

async function json(response: Response): Promise<Record<string, unknown>> {
  try {
    const answer: unknown = await response.json();
    return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function sessionIn(answer: unknown): GatewaySession | undefined {
  const { id, user, address } = (answer ?? {}) as { id?: unknown; user?: unknown; address?: unknown };
  if (typeof id !== 'string' || typeof user !== 'string' || typeof address !== 'string') return undefined;
  return { id, user, address };
}

function demoIn(answer: Record<string, unknown>): Demo | undefined {
  const { user, password } = (answer['demo'] ?? {}) as { user?: unknown; password?: unknown };
  return typeof user === 'string' && typeof password === 'string' ? { user, password } : undefined;
}
