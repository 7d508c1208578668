import type { Message } from '../../account/mailbox.ts';
import { headerValue } from '../../message/header.ts';
import type { CapabilityName } from '../../profile.ts';
import { baseSubject } from '../base-subject.ts';
import { GrammarError } from '../grammar-error.ts';
import type { Execution } from '../output.ts';
import { no, ok } from '../output.ts';
import type { Scanner } from '../scanner.ts';
import type { Numbered } from '../selected.ts';
import { sentDate } from '../sent-date.ts';
import type { Session } from '../session.ts';
import { has } from '../session.ts';
import type { ThreadNode } from '../thread-references.ts';
import { threadByReferences } from '../thread-references.ts';
import { findMessages } from './sort.ts';

const ALGORITHMS: Readonly<
  Record<
    string,
    { readonly needs: CapabilityName; readonly run: (found: readonly Numbered[]) => ThreadNode[] }
  >
> = {
  ORDEREDSUBJECT: { needs: 'THREAD=ORDEREDSUBJECT', run: threadBySubject },
  REFERENCES: { needs: 'THREAD=REFERENCES', run: threadByReferences },
};

/** THREAD and UID THREAD (RFC 5256 §3). */
export function* thread(session: Session, scanner: Scanner, byUid: boolean): Execution {
  if (!Object.values(ALGORITHMS).some(({ needs }) => has(session, needs)))
    throw new GrammarError('Unknown command');
  scanner.space();
  const name = scanner.keyword();
  const algorithm = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (algorithm === undefined || !has(session, algorithm.needs)) return no('That algorithm is not supported');
  const { found } = findMessages(session, scanner);
  const shown = (node: ThreadNode): string =>
    written(node, ([number, message]) => (byUid ? message.uid : number));
  const threads = algorithm.run(found).map((root) => `(${shown(root)})`);
  yield `* THREAD${threads.length === 0 ? '' : ` ${threads.join('')}`}\r\n`;
  return ok('Threaded');
}

/** thread-members (RFC 5256 §5): a line of only children, then the branches in parentheses. */
function written(node: ThreadNode, number: (numbered: Numbered) => number): string {
  const line: number[] = [];
  let last = node;
  for (;;) {
    if (last.numbered !== undefined) line.push(number(last.numbered));
    if (last.children.length !== 1) break;
    last = last.children[0]!;
  }
  const branches = last.children.map((child) => `(${written(child, number)})`).join('');
  return [...line, ...(branches === '' ? [] : [branches])].join(' ');
}

/** ORDEREDSUBJECT: messages of one base subject together, by sent date; the first is the parent of the others. */
function threadBySubject(found: readonly Numbered[]): ThreadNode[] {
  const dated = found.map((numbered) => ({ numbered, date: sentDate(numbered[1]) }));
  dated.sort((a, b) => a.date - b.date || a.numbered[0] - b.numbered[0]);
  const threads = new Map<string, ThreadNode>();
  for (const { numbered } of dated) {
    const subject = subjectOf(numbered[1]);
    const parent = threads.get(subject);
    const node: ThreadNode = { numbered, parent, children: [] };
    if (parent === undefined) threads.set(subject, node);
    else parent.children.push(node);
  }
  return [...threads.values()];
}

function subjectOf(message: Message): string {
  return baseSubject(headerValue(message.content.structure().header, 'subject') ?? '').text;
}
