import { searchesAsAsked, uidsFound } from '../imap/dialogues/search-messages.ts';
import { type Searcher, type SearchKey, type Thread, uidThread } from '../imap/index.ts';
import { threadBySubject, withoutGrandchildren } from './ordered-subject.ts';
import { threadByReferences } from './references.ts';
import { threadFacts } from './thread-facts.ts';
import { threadOf } from './thread-node.ts';

export type ThreadAlgorithm = 'ORDEREDSUBJECT' | 'REFERENCES';

/**
 * What a search finds as threads of UIDs (RFC 5256 §3), by UID THREAD where the server has the algorithm. Where it has not, lacks
 * what the key needs, or has a MESSAGELIMIT (RFC 9738), the messages are searched for, the five header fields that tell are
 * fetched, which is news as any FETCH is, and the threads are made here, to the letter of the RFC. Rejects as THREAD, SEARCH and
 * FETCH do.
 */
export async function threadMessages(
  session: Searcher,
  algorithm: ThreadAlgorithm,
  key: SearchKey,
): Promise<readonly Thread[]> {
  if (session.capabilities.has(`THREAD=${algorithm}`) && searchesAsAsked(session, key)) {
    const threads = await session.run(uidThread(algorithm, key));
    return algorithm === 'REFERENCES' ? threads : threads.map(withoutGrandchildren);
  }
  const messages = await threadFacts(session, await uidsFound(session, key));
  const roots = algorithm === 'REFERENCES' ? threadByReferences(messages) : threadBySubject(messages);
  return roots.map(threadOf);
}
