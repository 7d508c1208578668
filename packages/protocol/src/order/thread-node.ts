import type { Thread } from '../imap/index.ts';
import type { ThreadFacts } from './thread-facts.ts';

/** A message in its thread; without one it is a dummy, which holds together what belongs together. */
export interface ThreadNode {
  readonly message: ThreadFacts | undefined;
  children: ThreadNode[];
}

/** The message that a node is dated and named by: its own, or its first child's. A dummy has children, and no dummies below. */
export function firstOf(node: ThreadNode): ThreadFacts {
  return (node.message ?? node.children[0]!.message)!;
}

/** Siblings by sent date, then by their place in the mailbox (RFC 5256 §2.2). */
export function byDate(a: ThreadNode, b: ThreadNode): number {
  const [x, y] = [firstOf(a), firstOf(b)];
  return x.date - y.date || x.uid - y.uid;
}

/** As the THREAD response says it (RFC 5256 §4): a line as long as each has one answer, then the branches. */
export function threadOf(root: ThreadNode): Thread {
  interface Growing {
    readonly line: number[];
    readonly branches: Growing[];
  }
  const thread: Growing = { line: [], branches: [] };
  const waiting = [{ node: root, into: thread }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    let { node } = next;
    const { line, branches } = next.into;
    for (;;) {
      if (node.message) line.push(node.message.uid);
      if (node.children.length !== 1) break;
      node = node.children[0]!;
    }
    for (const child of node.children) {
      const into: Growing = { line: [], branches: [] };
      branches.push(into);
      waiting.push({ node: child, into });
    }
  }
  return thread;
}
