/**
 * The accounts that this device knows: whose mail is kept here, and in which store. No secret is in it: what opens an account is a
 * cookie that no script sees. So everything is there without a network, too.
 */
import { accountQuery } from '@postern/protocol/sync';
import { firstStore, openStore, storeOf } from '../store/index.ts';

export interface KnownAccount {
  /** As the gateway names it (docs/gateway.md). */
  readonly id: string;
  readonly user: string;
  readonly address: string;
  /** Name of its store. */
  readonly store: string;
}

const listKey = 'postern-accounts';
/** The id of the account that this tab shows, and of the one that was chosen last in any. */
const currentKey = 'postern-account';

/** In the order in which they were added. */
export function knownAccounts(): readonly KnownAccount[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(listKey) ?? '[]');
    return Array.isArray(list) ? list.filter(isKnownAccount) : [];
  } catch {
    return [];
  }
}

export function knownAccount(id: string): KnownAccount | undefined {
  return knownAccounts().find((account) => account.id === id);
}

/** Known from now on, in every tab. */
export function remember(account: KnownAccount): void {
  const known = knownAccounts();
  const at = known.findIndex(({ id }) => id === account.id);
  localStorage.setItem(listKey, JSON.stringify(at < 0 ? [...known, account] : known.with(at, account)));
}

/** Its store is gone, or going. After the last one nothing of any person is left. */
export function forget(id: string): void {
  const others = knownAccounts().filter((account) => account.id !== id);
  if (others.length === 0) localStorage.clear();
  else localStorage.setItem(listKey, JSON.stringify(others));
}

/** Calls `listener` when another tab remembers or forgets one. */
export function onKnown(listener: () => void): void {
  window.addEventListener('storage', ({ key }) => {
    if (key === listKey || key === null) listener();
  });
}

/**
 * The account that this tab shows: whose the entry of the history is, else the one it showed before, else the one chosen last on
 * this device, else the first.
 */
export function preferred(known: readonly KnownAccount[]): KnownAccount | undefined {
  const entry = globalThis.history?.state as { readonly account?: unknown } | null | undefined;
  const wanted = [entry?.account, sessionStorage.getItem(currentKey), localStorage.getItem(currentKey)];
  const found = wanted.map((id) => known.find((account) => account.id === id));
  return found.find((account) => account !== undefined) ?? known[0];
}

/** This tab shows the account from now on; so does every tab that is opened later. */
export function prefer(id: string): void {
  sessionStorage.setItem(currentKey, id);
  localStorage.setItem(currentKey, id);
}

/**
 * The known accounts. Where there is no list, because it was lost or was not kept when Postern held but one account, the stores
 * that are here tell whose they are.
 */
export async function findAccounts(): Promise<readonly KnownAccount[]> {
  const known = knownAccounts();
  if (known.length > 0) return known;
  for (const store of (await storesHere()).toSorted()) {
    const account = await ownerOf(store);
    if (account && !knownAccount(account.id)) remember(account);
  }
  return knownAccounts();
}

async function storesHere(): Promise<readonly string[]> {
  try {
    const names = (await indexedDB.databases()).map(({ name = '' }) => name);
    return names.filter((name) => name === firstStore || /^postern-[\w-]{12}$/.test(name));
  } catch {
    // A browser that does not list them.
    return [firstStore];
  }
}

async function ownerOf(name: string): Promise<KnownAccount | undefined> {
  try {
    const store = await openStore(name);
    const account = await store.read(accountQuery()).finally(() => store.close());
    if (!account) return undefined;
    const { user, address } = account;
    const id = await accountId(user);
    return name === firstStore || name === storeOf(id) ? { id, user, address, store: name } : undefined;
  } catch {
    // It cannot be opened now. Who signs in to it is told so.
    return undefined;
  }
}

/** As the gateway computes it: 72 bits of a hash of the user name. */
export async function accountId(user: string): Promise<string> {
  const octets = new TextEncoder().encode(`postern account\n${user}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', octets)).subarray(0, 9);
  return btoa(String.fromCharCode(...digest))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

function isKnownAccount(value: unknown): value is KnownAccount {
  if (typeof value !== 'object' || value === null) return false;
  const { id, user, address, store } = value as Record<string, unknown>;
  return [id, user, address, store].every((field) => typeof field === 'string' && field !== '');
}
