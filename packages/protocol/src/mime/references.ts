/** References kept: the first, which is the thread's root, and the latest. */
const MAX_REFERENCES = 50;

/** A long thread's References grow without end (RFC 5322 §3.6.4); what is left out is the middle. */
export function boundedReferences(ids: readonly string[]): string[] {
  return ids.length <= MAX_REFERENCES ? [...ids] : [ids[0]!, ...ids.slice(1 - MAX_REFERENCES)];
}
