import { referenceTrees } from './reference-tree.ts';
import type { ThreadFacts } from './thread-facts.ts';
import { byDate, firstOf, type ThreadNode } from './thread-node.ts';

/** THREAD=REFERENCES (RFC 5256 §3), by the six steps given there. */
export function threadByReferences(messages: readonly ThreadFacts[]): readonly ThreadNode[] {
  const trees = referenceTrees(messages);
  sortBelow(trees);
  const threads = mergeBySubject(trees.toSorted(byDate));
  sortBelow(threads);
  return threads.toSorted(byDate);
}

/** All sets of siblings but the roots themselves. */
function sortBelow(roots: readonly ThreadNode[]): void {
  const waiting = [...roots];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    node.children.sort(byDate);
    for (const child of node.children) waiting.push(child);
  }
}

/** Step (5): threads of one base subject become one. `roots` are in order. */
function mergeBySubject(roots: readonly ThreadNode[]): ThreadNode[] {
  const table = subjectTable(roots);
  const threads = new Set(roots);
  for (const root of roots) {
    const { text, isReply } = firstOf(root).subject;
    const held = table.get(text);
    if (!held || held === root) continue;
    threads.delete(root);
    if (!held.message) {
      for (const each of root.message ? [root] : root.children) held.children.push(each);
    } else if (isReply && !held.message.subject.isReply) {
      held.children.push(root);
    } else {
      const both: ThreadNode = { message: undefined, children: [held, root] };
      threads.delete(held);
      threads.add(both);
      table.set(text, both);
    }
  }
  return [...threads];
}

/** (5)(B): for each base subject the thread that others of that subject go to. */
function subjectTable(roots: readonly ThreadNode[]): Map<string, ThreadNode> {
  const table = new Map<string, ThreadNode>();
  for (const root of roots) {
    const { text, isReply } = firstOf(root).subject;
    if (text === '') continue;
    const held = table.get(text);
    const better = held?.message && (!root.message || (held.message.subject.isReply && !isReply));
    if (!held || better) table.set(text, root);
  }
  return table;
}
