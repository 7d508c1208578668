import type { Thread } from '../imap/index.ts';
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

/**
 * Descendants of a child are its siblings, whatever the server says (RFC 5256 §3, ORDEREDSUBJECT). Quirk: Courier says a thread
 * as one line.
 */
export function withoutGrandchildren(thread: Thread): Thread {
  const [first, ...others] = membersOf(thread);
  if (first === undefined || others.length < 2) return { line: [first ?? [], others].flat(), branches: [] };
  return { line: [first], branches: others.map((each) => ({ line: [each], branches: [] })) };
}

function membersOf(thread: Thread): number[] {
  const members: number[] = [];
  const waiting = [thread];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const each of next.line) members.push(each);
    waiting.push(...next.branches.toReversed());
  }
  return members;
}
