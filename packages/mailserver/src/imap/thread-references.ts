import type { Message } from '../account/mailbox.ts';
import { headerValue } from '../message/header.ts';
import type { BaseSubject } from './base-subject.ts';
import { baseSubject } from './base-subject.ts';
import type { Numbered } from './selected.ts';
import { sentDate } from './sent-date.ts';

/** A message in its thread; without one it is a dummy, which stands for a message that is not there. */
export interface ThreadNode {
  numbered: Numbered | undefined;
  parent: ThreadNode | undefined;
  children: ThreadNode[];
}

/** THREAD=REFERENCES (RFC 5256 §3): the threads in their order, by the six steps given there. */
export function threadByReferences(found: readonly Numbered[]): ThreadNode[] {
  let roots = linked(found);
  roots = roots.flatMap((root) => pruned(root, true));
  const order = new DateOrder();
  roots.forEach((root) => order.sort(root.children));
  order.sort(roots);
  roots = merged(roots);
  roots.forEach((root) => sortBelow(root, order));
  order.sort(roots);
  return roots;
}

/** Steps 1 and 2: parents and children by References and In-Reply-To; those without parents. */
function linked(found: readonly Numbered[]): ThreadNode[] {
  const byId = new Map<string, ThreadNode>();
  const nodes: ThreadNode[] = [];
  const nodeOf = (id: string): ThreadNode => {
    let node = byId.get(id);
    if (node === undefined) {
      node = { numbered: undefined, parent: undefined, children: [] };
      byId.set(id, node);
      nodes.push(node);
    }
    return node;
  };
  // A Message-ID belongs to the first message that has it; others with the same stand for themselves.
  const own = found.map((numbered): ThreadNode => {
    const id = messageIds(numbered[1], 'message-id')[0];
    if (id !== undefined && byId.get(id)?.numbered === undefined) {
      const node = nodeOf(id);
      node.numbered = numbered;
      return node;
    }
    const node: ThreadNode = { numbered, parent: undefined, children: [] };
    nodes.push(node);
    return node;
  });
  for (const [index, [, message]] of found.entries()) {
    const references = referencesOf(message).map(nodeOf);
    for (let i = 1; i < references.length; i++)
      if (references[i]!.parent === undefined) link(references[i - 1]!, references[i]!);
    const node = own[index]!;
    unlink(node);
    const last = references.at(-1);
    if (last !== undefined) link(last, node);
  }
  return nodes.filter((node) => node.parent === undefined);
}

function link(parent: ThreadNode, child: ThreadNode): void {
  for (let above: ThreadNode | undefined = parent; above !== undefined; above = above.parent)
    if (above === child) return;
  child.parent = parent;
  parent.children.push(child);
}

function unlink(node: ThreadNode): void {
  if (node.parent === undefined) return;
  node.parent.children = node.parent.children.filter((child) => child !== node);
  node.parent = undefined;
}

function referencesOf(message: Message): string[] {
  const references = messageIds(message, 'references');
  return references.length > 0 ? references : messageIds(message, 'in-reply-to').slice(0, 1);
}

/** Message IDs of a field, quoting undone. */
function messageIds(message: Message, field: string): string[] {
  const value = headerValue(message.content.structure().header, field) ?? '';
  return [...value.matchAll(/<([^<>\s]*(?:"[^"]*"[^<>\s]*)?@[^<>\s]+)>/g)].map(([, id = '']) =>
    id.replace(/^"((?:[^"\\]|\\.)*)"(?=@)/, (_, quoted: string) => quoted.replace(/\\(.)/g, '$1')),
  );
}

/** Step 3: without dummies, but for one at the top that holds several together. */
function pruned(node: ThreadNode, atRoot: boolean): ThreadNode[] {
  node.children = node.children.flatMap((child) => pruned(child, false));
  if (node.numbered !== undefined) return [node];
  if (node.children.length > 1 && atRoot) return [node];
  return node.children;
}

/** Steps 4 and 6: siblings by sent date, a dummy by its first child. */
class DateOrder {
  readonly #dates = new Map<Numbered, number>();

  sort(siblings: ThreadNode[]): void {
    siblings.sort((a, b) => {
      const [x, y] = [first(a), first(b)];
      return this.#date(x) - this.#date(y) || x[0] - y[0];
    });
  }

  #date(numbered: Numbered): number {
    let date = this.#dates.get(numbered);
    if (date === undefined) this.#dates.set(numbered, (date = sentDate(numbered[1])));
    return date;
  }
}

function sortBelow(node: ThreadNode, order: DateOrder): void {
  node.children.forEach((child) => sortBelow(child, order));
  order.sort(node.children);
}

/** The message a node is dated and named by. */
function first(node: ThreadNode): Numbered {
  return node.numbered ?? first(node.children[0]!);
}

function subjectOf(node: ThreadNode): BaseSubject {
  return baseSubject(headerValue(first(node)[1].content.structure().header, 'subject') ?? '');
}

/** Step 5: threads of one base subject become one. */
function merged(roots: readonly ThreadNode[]): ThreadNode[] {
  const subjects = new Map(roots.map((root) => [root, subjectOf(root)]));
  const table = new Map<string, ThreadNode>();
  for (const root of roots) {
    const { text, isReply } = subjects.get(root)!;
    if (text === '') continue;
    const held = table.get(text);
    const isDummy = root.numbered === undefined;
    const replaces =
      held?.numbered !== undefined && (isDummy || (subjects.get(held)?.isReply === true && !isReply));
    if (held === undefined || replaces) table.set(text, root);
  }
  const top = new Set(roots);
  for (const root of roots) {
    const { text, isReply } = subjects.get(root)!;
    const held = table.get(text);
    if (held === undefined || held === root) continue;
    top.delete(root);
    if (held.numbered === undefined)
      held.children.push(...(root.numbered === undefined ? root.children : [root]));
    else if (isReply && subjects.get(held)?.isReply !== true) held.children.push(root);
    else {
      const dummy: ThreadNode = { numbered: undefined, parent: undefined, children: [held, root] };
      top.delete(held);
      top.add(dummy);
      table.set(text, dummy);
    }
  }
  return [...top];
}
