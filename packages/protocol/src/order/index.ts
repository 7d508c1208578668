/**
 * SORT and THREAD (RFC 5256) on every server: made there where the server can, and here where it cannot, with the same answer.
 */
export { sortMessages } from './sort-messages.ts';
export { type ThreadAlgorithm, threadMessages } from './thread-messages.ts';
