/** Steps (1) to (3) of THREAD=REFERENCES (RFC 5256 §3): who answers whom, by what messages say of their ancestors. */
import type { ThreadFacts } from './thread-facts.ts';
import type { ThreadNode } from './thread-node.ts';

/** A message, or one that is only spoken of. */
interface Link {
  message: ThreadFacts | undefined;
  parent: Link | undefined;
  /** How many hang from it. */
  children: number;
}

/** Ancestors that are looked at for a loop; deeper ones are taken for one, so that no mailbox takes for ever. */
const MAX_DEPTH = 10_000;

/** The threads, without dummies but for those at the top that hold several messages together. In no order. */
export function referenceTrees(messages: readonly ThreadFacts[]): ThreadNode[] {
  const byId = new Map<string, Link>();
  const linkOf = (id: string): Link => {
    let link = byId.get(id);
    if (!link) byId.set(id, (link = { message: undefined, parent: undefined, children: 0 }));
    return link;
  };
  const own = messages.map((message): Link => {
    // An identifier belongs to the first that has it.
    const named = message.id !== undefined && !byId.has(message.id) ? linkOf(message.id) : undefined;
    if (named) named.message = message;
    return named ?? { message, parent: undefined, children: 0 };
  });
  for (const [at, { references }] of messages.entries()) {
    const links = references.map(linkOf);
    for (let i = 1; i < links.length; i++) if (!links[i]!.parent) join(links[i - 1]!, links[i]!);
    const link = own[at]!;
    // What it says of itself counts more than what others said of it.
    if (link.parent) link.parent.children--;
    link.parent = undefined;
    const last = links.at(-1);
    if (last) join(last, link);
  }
  return withoutDummies(own);
}

/** Unless that closed a loop. */
function join(parent: Link, child: Link): void {
  if (parent === child) return;
  if (child.children > 0) {
    let depth = 0;
    for (let above: Link | undefined = parent; above; above = above.parent) {
      if (above === child || ++depth > MAX_DEPTH) return;
    }
  }
  child.parent = parent;
  parent.children++;
}

function withoutDummies(own: readonly Link[]): ThreadNode[] {
  const nodes = new Map(
    own.map((link): [Link, ThreadNode] => [link, { message: link.message, children: [] }]),
  );
  const roots: ThreadNode[] = [];
  /** What dummies without parents hold together. */
  const held = new Map<Link, ThreadNode[]>();
  for (const link of own) {
    const node = nodes.get(link)!;
    const above = aboveOf(link);
    const parent = above && nodes.get(above);
    if (parent) parent.children.push(node);
    else if (!above) roots.push(node);
    else if (held.has(above)) held.get(above)!.push(node);
    else held.set(above, [node]);
  }
  for (const children of held.values()) {
    roots.push(children.length === 1 ? children[0]! : { message: undefined, children });
  }
  return roots;
}

/**
 * The nearest ancestor that is a message, or else the dummy at the top. It is remembered as the parent, so that the dummies
 * between are walked once.
 */
function aboveOf(link: Link): Link | undefined {
  const between: Link[] = [];
  let above = link.parent;
  while (above && !above.message && above.parent) {
    between.push(above);
    above = above.parent;
  }
  for (const dummy of between) dummy.parent = above;
  return above;
}
