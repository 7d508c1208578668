/** The Store in memory: for tests, for the simulation, and to say in few lines what a store has to do. */
import { UsageError } from '../error.ts';
import { canTakeBack } from './action.ts';
import type { Action } from './action.ts';
import type { Change, Evicted } from './change.ts';
import { heirOf, withCopyOf } from './heir.ts';
import { keptOf, NOTHING_KEPT, sizesOf } from './kept.ts';
import type { KeptOf } from './kept.ts';
import { KeptDepth } from './model.ts';
import type {
  Account,
  Descriptor,
  Draft,
  Kept,
  Mailbox,
  MailboxKey,
  MessageKey,
  MessageRow,
  Outgoing,
  Part,
  Piece,
  Rows,
} from './model.ts';
import { rowsOf } from './rows.ts';
import { descriptorChunk } from './store.ts';
import type { Query, QueryShape, Store, Touched } from './store.ts';

export class MemoryStore implements Store {
  #nextKey = 1;
  #account: Account | undefined;
  readonly #mailboxes = new Map<MailboxKey, Mailbox>();
  readonly #rows = new Map<MessageKey, MessageRow>();
  readonly #descriptors = new Map<MessageKey, Descriptor>();
  readonly #parts = new Map<MessageKey, Map<string, { readonly part: Part; readonly attachment: boolean }>>();
  readonly #pieces = new Map<MessageKey, Map<string, readonly Piece[]>>();
  readonly #kept = new Map<MessageKey, KeptOf>();
  readonly #actions = new Map<string, Action>();
  readonly #outgoing = new Map<string, Outgoing>();
  readonly #drafts = new Map<string, Draft>();
  readonly #settings = new Map<string, unknown>();
  readonly #watchers = new Set<(touched: ReadonlySet<Touched>) => void>();

  async read<T>(query: Query<T>): Promise<T> {
    return this.#answer(query) as T;
  }

  async commit(changes: readonly Change[]): Promise<void> {
    // All or none: whatever can refuse a commit is looked at before the first change.
    const fresh = new Set<MessageKey>();
    for (const change of changes) {
      if (change.kind !== 'messages') continue;
      for (const { row } of change.messages) {
        if (this.#rows.has(row.key) || fresh.has(row.key))
          throw new UsageError(`message key ${row.key} is taken`);
        fresh.add(row.key);
      }
    }
    const touched = new Set<Touched>();
    for (const change of changes) this.#apply(change, touched);
    if (touched.size > 0) for (const watcher of [...this.#watchers]) watcher(touched);
  }

  async allocate(count: number): Promise<MessageKey> {
    const first = this.#nextKey;
    this.#nextKey += count;
    return first as MessageKey;
  }

  watch(listener: (touched: ReadonlySet<Touched>) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  close(): void {
    this.#watchers.clear();
  }

  #answer(query: QueryShape): unknown {
    switch (query.kind) {
      case 'account':
        return this.#account;
      case 'mailboxes':
        return [...this.#mailboxes.values()].sort((a, b) => a.key - b.key);
      case 'rows':
        return this.#rowsIn(query.mailbox);
      case 'descriptors': {
        const found = new Map<MessageKey, Descriptor>();
        for (const key of query.keys) {
          const descriptor = this.#descriptors.get(key);
          if (descriptor) found.set(key, descriptor);
        }
        return found;
      }
      case 'part':
        return this.#parts.get(query.message)?.get(query.section)?.part;
      case 'pieces':
        return this.#pieces.get(query.message)?.get(query.section) ?? [];
      case 'kept':
        return this.#keptIn(query.mailbox);
      case 'sizes':
        return [...this.#mailboxes.keys()].sort((a, b) => a - b).map((key) => sizesOf(this.#keptIn(key)));
      case 'actions':
        return [...this.#actions.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
      case 'outgoing':
        return this.#outgoing.get(query.id);
      case 'drafts':
        return [...this.#drafts.values()].sort((a, b) => b.changed - a.changed);
      case 'setting':
        return this.#settings.get(query.name);
    }
  }

  #apply(change: Change, touched: Set<Touched>): void {
    switch (change.kind) {
      case 'account':
        this.#account = change.account;
        touched.add('account');
        break;
      case 'mailbox': {
        const { mailbox } = change;
        const { mode } = this.#mailboxes.get(mailbox.key) ?? mailbox;
        this.#mailboxes.set(mailbox.key, { ...mailbox, mode });
        touched.add('mailboxes');
        break;
      }
      case 'mode': {
        const mailbox = this.#mailboxes.get(change.mailbox);
        if (mailbox) this.#mailboxes.set(mailbox.key, { ...mailbox, mode: change.mode });
        touched.add('mailboxes').add('modes');
        break;
      }
      case 'mailbox-removed':
        this.#mailboxes.delete(change.mailbox);
        for (const row of [...this.#rows.values()])
          if (row.mailbox === change.mailbox) this.#forget(row.key, touched);
        touched.add('mailboxes').add(`rows:${change.mailbox}`).add('sizes');
        break;
      case 'messages':
        for (const { row, descriptor } of change.messages) {
          this.#rows.set(row.key, { ...row, mailbox: change.mailbox });
          this.#descriptors.set(row.key, descriptor);
          touched.add(`descriptors:${descriptorChunk(row.key)}`);
        }
        touched.add(`rows:${change.mailbox}`).add('sizes');
        break;
      case 'flags':
        for (const { key, flags } of change.rows) this.#update(change.mailbox, key, { flags });
        touched.add(`rows:${change.mailbox}`);
        break;
      case 'moved':
        for (const { key, uid } of change.rows) this.#update(change.from, key, { mailbox: change.to, uid });
        touched.add(`rows:${change.from}`).add(`rows:${change.to}`).add('sizes');
        break;
      case 'uid':
        this.#update(change.mailbox, change.key, { uid: change.uid });
        touched.add(`rows:${change.mailbox}`);
        break;
      case 'expunged':
        for (const key of change.keys) {
          if (this.#rows.get(key)?.mailbox === change.mailbox) this.#forget(key, touched);
        }
        touched.add(`rows:${change.mailbox}`).add('sizes');
        break;
      case 'preview': {
        const descriptor = this.#descriptors.get(change.key);
        if (descriptor) this.#descriptors.set(change.key, { ...descriptor, preview: change.preview });
        touched.add(`descriptors:${descriptorChunk(change.key)}`);
        break;
      }
      case 'email-ids':
        for (const { key, emailId } of change.ids) {
          const descriptor = this.#descriptors.get(key);
          if (!descriptor) continue;
          this.#descriptors.set(key, { ...descriptor, emailId });
          touched.add(`descriptors:${descriptorChunk(key)}`);
        }
        break;
      case 'part': {
        const { part, attachment = false } = change;
        const { message, section } = part;
        if (!this.#descriptors.has(message)) break;
        const parts = this.#parts.get(message) ?? new Map();
        this.#parts.set(message, parts.set(section, { part, attachment }));
        this.#pieces.get(message)?.delete(section);
        this.#count(message);
        touched.add(`parts:${message}`).add('sizes');
        break;
      }
      case 'piece': {
        const { message, section } = change.piece;
        if (!this.#descriptors.has(message)) break;
        const pieces = this.#pieces.get(message) ?? new Map();
        this.#pieces.set(message, pieces.set(section, [...(pieces.get(section) ?? []), change.piece]));
        this.#count(message);
        touched.add('sizes');
        break;
      }
      case 'kept':
        for (const key of change.keys)
          if (this.#descriptors.has(key)) this.#kept.set(key, { ...this.#keptOf(key), depth: change.depth });
        touched.add('sizes');
        break;
      case 'opened':
        if (this.#descriptors.has(change.key))
          this.#kept.set(change.key, {
            ...this.#keptOf(change.key),
            opened: Math.floor(change.at / 1000),
          });
        touched.add('sizes');
        break;
      case 'evicted':
        for (const key of change.keys) this.#evict(key, change.what, touched);
        touched.add('sizes');
        break;
      case 'descriptors':
        for (const { key, descriptor } of change.descriptors) {
          if (this.#rows.get(key)?.mailbox !== change.mailbox) continue;
          this.#descriptors.set(key, descriptor);
          touched.add(`descriptors:${descriptorChunk(key)}`);
        }
        break;
      case 'action':
        if (change.onlyIfThere && !this.#actions.has(change.action.id)) break;
        if (change.onlyIn && this.#actions.get(change.action.id)?.state.name !== change.onlyIn) break;
        this.#putAction(change.action, change.keepsState ?? false, touched);
        break;
      case 'action-state': {
        const action = this.#actions.get(change.id);
        if (action?.state.name !== change.onlyIn) break;
        this.#putAction({ ...action, state: change.state }, false, touched);
        break;
      }
      case 'action-removed':
        if (change.onlyIn && this.#actions.get(change.id)?.state.name !== change.onlyIn) break;
        if (change.onlyWithout !== undefined && this.#drafts.has(change.onlyWithout)) break;
        this.#actions.delete(change.id);
        this.#outgoing.delete(change.id);
        for (const id of [...this.#outgoing.keys()])
          if (id.startsWith(`${change.id}/`)) this.#outgoing.delete(id);
        touched.add('actions');
        break;
      case 'outgoing':
        this.#outgoing.set(change.outgoing.id, change.outgoing);
        break;
      case 'outgoing-removed':
        this.#outgoing.delete(change.id);
        break;
      case 'draft': {
        const { draft } = change;
        if (change.onlyIfThere && !this.#drafts.has(draft.id)) break;
        const copy = this.#drafts.get(draft.id)?.copy ?? draft.copy;
        this.#drafts.set(draft.id, copy ? { ...draft, copy } : draft);
        touched.add('drafts');
        break;
      }
      case 'taken-back': {
        const action = this.#actions.get(change.id);
        if (!action || !canTakeBack(action)) break;
        this.#apply({ kind: 'action-removed', id: change.id }, touched);
        this.#apply({ kind: 'draft', draft: withCopyOf(change.draft, action) }, touched);
        break;
      }
      case 'draft-copy': {
        const draft = this.#drafts.get(change.id);
        if (draft) this.#drafts.set(draft.id, { ...draft, copy: change.copy });
        touched.add('drafts');
        break;
      }
      case 'draft-removed': {
        const draft = this.#drafts.get(change.id);
        if (change.changed !== undefined && (draft?.changed !== change.changed || draft.editing)) break;
        this.#drafts.delete(change.id);
        touched.add('drafts');
        if (change.heir && draft?.copy)
          this.#putAction(heirOf(change.heir, this.#actions.get(change.heir.id), draft.copy), false, touched);
        break;
      }
      case 'setting':
        if (change.value === undefined) this.#settings.delete(change.name);
        else this.#settings.set(change.name, change.value);
        touched.add(`setting:${change.name}`);
        break;
    }
  }

  #putAction(action: Action, keepsState: boolean, touched: Set<Touched>): void {
    const before = this.#actions.get(action.id);
    if (keepsState && !before) return;
    this.#actions.set(action.id, keepsState && before ? { ...action, state: before.state } : action);
    touched.add('actions');
  }

  #update(mailbox: MailboxKey, key: MessageKey, fields: Partial<MessageRow>): void {
    const row = this.#rows.get(key);
    if (row?.mailbox === mailbox) this.#rows.set(key, { ...row, ...fields });
  }

  #rowsIn(mailbox: MailboxKey): Rows {
    return rowsOf(
      mailbox,
      [...this.#rows.values()].filter((row) => row.mailbox === mailbox),
    );
  }

  #keptIn(mailbox: MailboxKey): Kept {
    return keptOf(this.#rowsIn(mailbox), (key) => this.#kept.get(key));
  }

  #keptOf(key: MessageKey): KeptOf {
    return this.#kept.get(key) ?? NOTHING_KEPT;
  }

  /** Counts anew what is kept of a message. */
  #count(key: MessageKey): void {
    let texts = 0;
    let attachments = 0;
    for (const { part, attachment } of this.#parts.get(key)?.values() ?? []) {
      if (attachment) attachments += part.bytes.length;
      else texts += part.bytes.length;
    }
    for (const pieces of this.#pieces.get(key)?.values() ?? [])
      for (const { bytes } of pieces) attachments += bytes.length;
    this.#kept.set(key, { ...this.#keptOf(key), texts, attachments });
  }

  #evict(key: MessageKey, what: Evicted, touched: Set<Touched>): void {
    const parts = this.#parts.get(key) ?? new Map<string, { readonly attachment: boolean }>();
    for (const [section, { attachment }] of parts)
      if (attachment || what !== 'attachments') parts.delete(section);
    this.#pieces.delete(key);
    if (what === 'descriptors') this.#descriptors.delete(key);
    if (this.#kept.has(key)) {
      this.#count(key);
      const kept = this.#keptOf(key);
      const left = what === 'attachments' ? KeptDepth.texts : KeptDepth.nothing;
      this.#kept.set(key, { ...kept, depth: Math.min(kept.depth, left) as KeptDepth });
    }
    touched.add(`descriptors:${descriptorChunk(key)}`).add(`parts:${key}`);
  }

  #forget(key: MessageKey, touched: Set<Touched>): void {
    this.#rows.delete(key);
    this.#descriptors.delete(key);
    this.#parts.delete(key);
    this.#pieces.delete(key);
    this.#kept.delete(key);
    touched.add(`descriptors:${descriptorChunk(key)}`).add(`parts:${key}`);
  }
}
