export * from './append.ts';
export * from './change.ts';
export * from './fetch.ts';
export * from './mailbox.ts';
export * from './search.ts';
export * from './select.ts';
export * from './session.ts';
