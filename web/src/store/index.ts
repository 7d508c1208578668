export { destroyStore, openStore } from './idb-store.ts';
export type { Taken } from './idb-store.ts';

/** The name of an account's store. */
export const storeOf = (account: string): string => `postern-${account}`;

/** The one store there was when Postern held but one account; that account keeps it. */
export const firstStore = 'postern';
