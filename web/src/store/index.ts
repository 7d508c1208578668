export { destroyStore, openStore } from './idb-store.ts';
