import { createContext } from 'svelte';
import type { Desk } from './desk.svelte.ts';

/** The desk of the mail screen, for the panes on it. */
export const [useDesk, provideDesk] = createContext<Desk>();
