export type { Credentials } from './credentials.ts';
export * from './imap.ts';
export * from './submission.ts';
