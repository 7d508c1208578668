import type { ThreadedMessage } from './message.ts';

export interface ThreadRow {
  /** Its copies, the oldest first: one message filed in several mailboxes is one row. */
  readonly keys: readonly string[];
  /** How many messages of the thread, one below the other, it answers; those that are not here do not count. */
  readonly depth: number;
  /** Index of the row that it answers; −1 for none. */
  readonly parent: number;
}

/** A message, or one that is only spoken of. */
interface Node {
  readonly name: string;
  readonly copies: ThreadedMessage[];
  parent: Node | undefined;
  readonly children: Node[];
  /** Leads to the root of the tree that it is in: a forest of disjoint sets, so that a loop is seen at once. */
  set: Node;
}

/**
 * The messages of one thread as rows, each below the one it answers, answers by date (RFC 5256 §3 REFERENCES (1)–(4)). What a
 * message says of itself counts before what others say of it, the older message's word before the younger's, and a claim that
 * would close a loop does not count.
 * @param messages by date and key; this order is all that decides between contradicting claims.
 * @param answers ties by subject, for messages whose ancestors are not here.
 */
export function threadRows(
  messages: readonly ThreadedMessage[],
  answers: ReadonlyMap<ThreadedMessage, ThreadedMessage>,
): ThreadRow[] {
  const nodes = new Map<string, Node>();
  const nodeOf = (name: string): Node => {
    let node = nodes.get(name);
    if (node === undefined) {
      const made: Omit<Node, 'set'> = { name, copies: [], parent: undefined, children: [] };
      node = Object.assign(made, { set: made as Node });
      nodes.set(name, node);
    }
    return node;
  };
  for (const message of messages) nodeOf(nameOf(message)).copies.push(message);
  for (const message of messages) {
    const parent = message.references.at(-1);
    if (parent !== undefined) link(nodeOf(nameOf(message)), nodeOf(parent));
  }
  for (const { references } of messages) {
    for (let at = 1; at < references.length; at++) link(nodeOf(references[at]!), nodeOf(references[at - 1]!));
  }
  for (const message of messages) {
    const answered = answers.get(message);
    // What it hangs from may be missing: that is joined to what it answers.
    if (answered !== undefined) link(setOf(nodeOf(nameOf(message))), nodeOf(nameOf(answered)));
  }
  return rowsOf(messages, nodes);
}

/** Of a message without Message-ID: no identifier that another could name. */
function nameOf({ id, key }: ThreadedMessage): string {
  return id ?? `\0${key}`;
}

function link(child: Node, parent: Node): void {
  if (child.parent !== undefined) return;
  const set = setOf(parent);
  if (set === child) return;
  child.parent = parent;
  child.set = set;
}

/** With the path halved on the way, so that long chains cost next to nothing. */
function setOf(node: Node): Node {
  while (node.set !== node) {
    node.set = node.set.set;
    node = node.set;
  }
  return node;
}

function rowsOf(messages: readonly ThreadedMessage[], nodes: ReadonlyMap<string, Node>): ThreadRow[] {
  const roots: Node[] = [];
  const placed = new Set<Node>();
  // In the order of the messages, so that children need no sorting.
  for (const message of messages) {
    const node = nodes.get(nameOf(message))!;
    if (placed.has(node)) continue;
    placed.add(node);
    const parent = presentAncestor(node);
    if (parent === undefined) roots.push(node);
    else parent.children.push(node);
  }
  const rows: ThreadRow[] = [];
  const waiting = roots.reverse().map((node) => ({ node, depth: 0, parent: -1 }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth, parent } = next;
    const index = rows.push({ keys: node.copies.map(({ key }) => key), depth, parent }) - 1;
    for (const child of node.children.reverse())
      waiting.push({ node: child, depth: depth + 1, parent: index });
  }
  return rows;
}

/** The nearest ancestor that is here. What was found is remembered as the parent: the missing between are walked once. */
function presentAncestor(node: Node): Node | undefined {
  const missing: Node[] = [];
  let at = node.parent;
  while (at !== undefined && at.copies.length === 0) {
    missing.push(at);
    at = at.parent;
  }
  for (const one of missing) one.parent = at;
  return at;
}
