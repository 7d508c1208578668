export { destroyStore, openStore } from './idb-store.ts';

/** The one database of this app, in every tab and worker. */
export const storeName = 'postern';
