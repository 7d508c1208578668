import type { ThreadFacts } from './thread-facts.ts';
import { byDate, type ThreadNode } from './thread-node.ts';

/** ORDEREDSUBJECT (RFC 5256 §3): one thread for each base subject, by sent date; the first is the parent of the others. */
export function threadBySubject(messages: readonly ThreadFacts[]): readonly ThreadNode[] {
  const threads = new Map<string, ThreadNode>();
  const nodes = messages.map((message): ThreadNode & { readonly message: ThreadFacts } => ({
    message,
    children: [],
  }));
  for (const node of nodes.toSorted(byDate)) {
    const { text } = node.message.subject;
    const first = threads.get(text);
    if (first) first.children.push(node);
    else threads.set(text, node);
  }
  return [...threads.values()];
}
