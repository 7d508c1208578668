/**
 * Conversations across mailboxes: who belongs together, whatever the order in which messages came.
 *
 * A thread is what is left of the JWZ algorithm (https://www.jwz.org/doc/threading.html, RFC 5256 §3) once nothing depends on
 * the order of arrival. Messages that name the same identifier, as their own or as an ancestor, belong together. So does,
 * by its subject, a reply none of whose ancestors is here: with the message it seems to answer. Nothing is stored but two
 * indexes, by identifier and by subject; a thread is walked when it is asked for, so that a message can come, go or turn out
 * to be a stranger at any time, and the answer is always that of the messages there are.
 */
import { byDate, plainId } from './message.ts';
import type { ThreadedMessage } from './message.ts';
import { SubjectIndex } from './subjects.ts';
import { threadRows } from './tree.ts';
import type { ThreadRow } from './tree.ts';

export interface Thread {
  /** The key of its oldest message: the same for the same messages, and seldom another when one is added. */
  readonly key: string;
  /** In the order to be read: answers below what they answer, by date among themselves. */
  readonly rows: readonly ThreadRow[];
}

/** Copies of messages that mention one identifier. */
interface Mentions {
  /** Copies of the message itself. */
  readonly own: Set<ThreadedMessage>;
  /** Messages that have it as an ancestor. */
  readonly descendants: Set<ThreadedMessage>;
}

export class Threads {
  readonly #messages = new Map<string, ThreadedMessage>();
  readonly #mentions = new Map<string, Mentions>();
  readonly #subjects = new SubjectIndex();

  get size(): number {
    return this.#messages.size;
  }

  /** Adds a copy of a message; one with the same key is replaced. */
  add(message: ThreadedMessage): void {
    this.remove(message.key);
    const id = message.id === undefined ? undefined : plainId(message.id);
    const references = message.references.map(plainId).filter((one) => one !== id);
    const plain: ThreadedMessage = { ...message, id, references };
    this.#messages.set(plain.key, plain);
    for (const reference of references) this.#mention(reference).descendants.add(plain);
    this.#subjects.add(plain, this.#isOrphan(plain));
    if (id === undefined) return;
    const { own, descendants } = this.#mention(id);
    own.add(plain);
    if (own.size === 1) for (const one of descendants) this.#subjects.add(one, this.#isOrphan(one));
  }

  /** Forgets a copy; an unknown key is none. */
  remove(key: string): void {
    const message = this.#messages.get(key);
    if (message === undefined) return;
    this.#messages.delete(key);
    this.#subjects.remove(message);
    for (const reference of message.references) this.#unmention(reference, message);
    if (message.id === undefined) return;
    const descendants = this.#unmention(message.id, message);
    for (const one of descendants) this.#subjects.add(one, this.#isOrphan(one));
  }

  /** The thread that a message is in; its cost grows with that thread alone. */
  threadOf(key: string): Thread | undefined {
    const message = this.#messages.get(key);
    return message && this.#threadAround(message);
  }

  /** All threads, the one with the oldest message first. */
  all(): Thread[] {
    const seen = new Set<string>();
    const threads: Thread[] = [];
    for (const message of [...this.#messages.values()].sort(byDate)) {
      if (seen.has(message.key)) continue;
      const thread = this.#threadAround(message);
      for (const { keys } of thread.rows) for (const key of keys) seen.add(key);
      threads.push(thread);
    }
    return threads;
  }

  #threadAround(start: ThreadedMessage): Thread {
    const found = new Set([start]);
    const walked = new Set<string>();
    const gather = (id: string) => {
      const mentions = walked.has(id) ? undefined : this.#mentions.get(id);
      walked.add(id);
      for (const message of mentions?.own ?? []) found.add(message);
      for (const message of mentions?.descendants ?? []) found.add(message);
    };
    const answers = new Map<ThreadedMessage, ThreadedMessage>();
    // A Set is walked in the order of insertion, with what is added on the way.
    for (const message of found) {
      if (message.id !== undefined) gather(message.id);
      for (const reference of message.references) gather(reference);
      const { answered, others } = this.#subjects.tiesOf(message);
      if (answered !== undefined) {
        found.add(answered);
        answers.set(message, answered);
      }
      for (const other of others) found.add(other);
    }
    const messages = [...found].sort(byDate);
    return { key: messages[0]!.key, rows: threadRows(messages, answers) };
  }

  /** None of its ancestors is here. */
  #isOrphan(message: ThreadedMessage): boolean {
    return message.references.every((id) => (this.#mentions.get(id)?.own.size ?? 0) === 0);
  }

  #mention(id: string): Mentions {
    let mentions = this.#mentions.get(id);
    if (mentions === undefined) {
      mentions = { own: new Set(), descendants: new Set() };
      this.#mentions.set(id, mentions);
    }
    return mentions;
  }

  /** Those that lose their ancestor by it. */
  #unmention(id: string, message: ThreadedMessage): Iterable<ThreadedMessage> {
    const mentions = this.#mentions.get(id);
    if (mentions === undefined) return [];
    const lost = mentions.own.delete(message) && mentions.own.size === 0;
    mentions.descendants.delete(message);
    if (mentions.own.size === 0 && mentions.descendants.size === 0) this.#mentions.delete(id);
    return lost ? mentions.descendants : [];
  }
}
