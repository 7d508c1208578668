/**
 * What every Store has to do, as cases that a test runner walks through: the same for memory and IndexedDB.
 * No test framework is named here, so that the same cases run in Node and in a browser's page.
 */
import { commitsCases } from './commits.ts';
import { draftsCases } from './drafts.ts';
import { keepingCases } from './keeping.ts';
import { messagesCases } from './messages.ts';
import { outboxCases } from './outbox.ts';
import type { StoreCase } from './case.ts';

export type { StoreCase } from './case.ts';
export { sampleDescriptor, sampleDraft, sampleMailbox } from './samples.ts';

export const storeCases: readonly StoreCase[] = [
  ...messagesCases,
  ...keepingCases,
  ...outboxCases,
  ...draftsCases,
  ...commitsCases,
];
