/**
 * Changes, carried out in one transaction. Columns and chunks are read once, changed in memory in the order of the
 * list, and written once at the end: a commit that adds, flags and moves costs one write by mailbox and by chunk.
 */
import { UsageError } from '@postern/protocol/error';
import { canTakeBack, descriptorChunk, heirOf, indexOfKey, withCopyOf } from '@postern/protocol/sync';
import type {
  Change,
  Draft,
  MailboxKey,
  MessageKey,
  MessageRow,
  Rows,
  Touched,
} from '@postern/protocol/sync';
import { alone, Bodies, put } from './bodies.ts';
import { noRows, withFlags, withMessages, withoutMessages, withUid } from './columns.ts';
import { DescriptorChunk } from './descriptor-chunk.ts';
import type { RowsCache } from './read-rows.ts';
import type { StoreName, Writing } from './schema.ts';
import { RowsWriting } from './write-rows.ts';

/** All that there is about messages. */
const bodies = ['descriptors', 'parts', 'files', 'pieces', 'kept'] as const;

const targets: Readonly<Record<Change['kind'], readonly StoreName[]>> = {
  account: ['meta'],
  mailbox: ['mailboxes'],
  mode: ['mailboxes'],
  'mailbox-removed': ['mailboxes', 'rows', 'versions', ...bodies],
  messages: ['rows', 'versions', 'descriptors'],
  flags: ['rows', 'versions'],
  moved: ['rows', 'versions'],
  uid: ['rows', 'versions'],
  expunged: ['rows', 'versions', ...bodies],
  preview: ['descriptors'],
  'email-ids': ['descriptors'],
  part: bodies,
  piece: bodies,
  kept: bodies,
  opened: ['descriptors', 'kept'],
  evicted: bodies,
  descriptors: ['rows', 'versions', 'descriptors'],
  action: ['actions'],
  'action-state': ['actions'],
  'action-removed': ['actions', 'outgoing', 'drafts'],
  outgoing: ['outgoing'],
  'outgoing-removed': ['outgoing'],
  draft: ['drafts', 'attachments'],
  'draft-copy': ['drafts'],
  'taken-back': ['actions', 'outgoing', 'drafts', 'attachments'],
  'draft-removed': ['drafts', 'attachments', 'actions'],
  setting: ['settings'],
};

/** What the person made, and what only this device has, survives a power cut; truth can be fetched again. */
const precious: ReadonlySet<Change['kind']> = new Set<Change['kind']>([
  'account',
  'mode',
  'action',
  'action-state',
  'action-removed',
  'outgoing',
  'outgoing-removed',
  'draft',
  'draft-copy',
  'draft-removed',
  'taken-back',
]);

export function scopeOf(changes: readonly Change[]): StoreName[] {
  return [...new Set(changes.flatMap((change) => targets[change.kind]))];
}

export function durabilityOf(changes: readonly Change[]): IDBTransactionDurability {
  return changes.some((change) => precious.has(change.kind)) ? 'strict' : 'relaxed';
}

export class Commit {
  readonly touched = new Set<Touched>();
  readonly #writing: Writing;
  readonly #rows: RowsWriting;
  readonly #chunks = new Map<number, DescriptorChunk>();
  readonly #changedChunks = new Set<number>();
  readonly #bodies: Bodies;

  constructor(writing: Writing, cache: RowsCache) {
    this.#writing = writing;
    this.#rows = new RowsWriting(writing, cache);
    this.#bodies = new Bodies(writing, this.touched);
  }

  async run(changes: readonly Change[]): Promise<RowsCache> {
    for (const change of changes) await this.#apply(change);
    return this.#write();
  }

  async #apply(change: Change): Promise<void> {
    switch (change.kind) {
      case 'mailbox-removed':
        return this.#removeMailbox(change.mailbox);
      case 'messages':
        return this.#add(change.mailbox, change.messages);
      case 'flags':
        return this.#setRows(
          change.mailbox,
          withFlags(await this.#rows.of(change.mailbox), change.rows),
          change.rows.map(({ key }) => key),
        );
      case 'moved':
        return this.#move(change.from, change.to, change.rows);
      case 'uid':
        return this.#setRows(
          change.mailbox,
          withUid(await this.#rows.of(change.mailbox), change.key, change.uid),
          [change.key],
        );
      case 'expunged': {
        const { rest, taken } = withoutMessages(await this.#rows.of(change.mailbox), change.keys);
        const gone = taken.map((row) => row.key);
        await this.#setRows(change.mailbox, rest, gone);
        return this.#forget(gone);
      }
      case 'preview': {
        const chunk = descriptorChunk(change.key);
        const descriptors = await this.#chunk(chunk);
        const descriptor = descriptors.get(change.key);
        if (!descriptor) return;
        descriptors.set(change.key, { ...descriptor, preview: change.preview });
        return this.#chunkChanged(chunk);
      }
      case 'email-ids':
        for (const { key, emailId } of change.ids) {
          const chunk = descriptorChunk(key);
          const descriptors = await this.#chunk(chunk);
          const descriptor = descriptors.get(key);
          if (!descriptor || descriptor.emailId === emailId) continue;
          descriptors.set(key, { ...descriptor, emailId });
          this.#chunkChanged(chunk);
        }
        return;
      case 'part': {
        const { message, section, bytes } = change.part;
        if (!(await this.#isThere(message))) return;
        return this.#bodies.keepPart(message, section, bytes, change.attachment ?? false);
      }
      case 'piece':
        if (await this.#isThere(change.piece.message)) await this.#bodies.keepPiece(change.piece);
        return;
      case 'kept':
        for (const key of change.keys)
          if (await this.#isThere(key)) await this.#bodies.kept(key, change.depth);
        return;
      case 'opened':
        if (await this.#isThere(change.key)) await this.#bodies.opened(change.key, change.at);
        return;
      case 'evicted':
        return this.#evict(change);
      case 'descriptors':
        return this.#describe(change.mailbox, change.descriptors);
      default:
        return this.#applyPlain(change);
    }
  }

  /** Those that are one record each. */
  async #applyPlain(
    change: Exclude<
      Change,
      {
        kind:
          | 'mailbox-removed'
          | 'messages'
          | 'flags'
          | 'moved'
          | 'uid'
          | 'expunged'
          | 'preview'
          | 'email-ids'
          | 'part'
          | 'piece'
          | 'kept'
          | 'opened'
          | 'evicted'
          | 'descriptors';
      }
    >,
  ): Promise<void> {
    const writing = this.#writing;
    switch (change.kind) {
      case 'account':
        put(writing.objectStore('meta').put(change.account, 'account'));
        this.touched.add('account');
        break;
      case 'mailbox': {
        const { mailbox } = change;
        const { mode } = (await writing.objectStore('mailboxes').get(mailbox.key)) ?? mailbox;
        put(writing.objectStore('mailboxes').put({ ...mailbox, mode }, mailbox.key));
        this.touched.add('mailboxes');
        break;
      }
      case 'mode': {
        const mailbox = await writing.objectStore('mailboxes').get(change.mailbox);
        if (mailbox)
          put(writing.objectStore('mailboxes').put({ ...mailbox, mode: change.mode }, change.mailbox));
        this.touched.add('mailboxes').add('modes');
        break;
      }
      case 'action': {
        const actions = writing.objectStore('actions');
        if (change.onlyIfThere && (await actions.getKey(change.action.id)) === undefined) break;
        if (change.onlyIn && (await actions.get(change.action.id))?.state.name !== change.onlyIn) break;
        const before = change.keepsState && (await actions.get(change.action.id));
        if (change.keepsState && !before) break;
        put(
          actions.put(before ? { ...change.action, state: before.state } : change.action, change.action.id),
        );
        this.touched.add('actions');
        break;
      }
      case 'action-state': {
        const actions = writing.objectStore('actions');
        const action = await actions.get(change.id);
        if (action?.state.name !== change.onlyIn) break;
        put(actions.put({ ...action, state: change.state }, change.id));
        this.touched.add('actions');
        break;
      }
      case 'action-removed':
        if (change.onlyIn) {
          const action = await writing.objectStore('actions').get(change.id);
          if (action?.state.name !== change.onlyIn) break;
        }
        if (change.onlyWithout !== undefined) {
          const draft = await writing.objectStore('drafts').getKey(change.onlyWithout);
          if (draft !== undefined) break;
        }
        put(writing.objectStore('actions').delete(change.id));
        put(writing.objectStore('outgoing').delete(change.id));
        // '0' comes right behind '/'.
        put(
          writing
            .objectStore('outgoing')
            .delete(IDBKeyRange.bound(`${change.id}/`, `${change.id}0`, false, true)),
        );
        this.touched.add('actions');
        break;
      case 'outgoing':
        put(writing.objectStore('outgoing').put(alone(change.outgoing.bytes), change.outgoing.id));
        break;
      case 'outgoing-removed':
        put(writing.objectStore('outgoing').delete(change.id));
        break;
      case 'draft':
        if (change.onlyIfThere && (await writing.objectStore('drafts').getKey(change.draft.id)) === undefined)
          break;
        await this.#putDraft(change.draft);
        this.touched.add('drafts');
        break;
      case 'taken-back': {
        const action = await writing.objectStore('actions').get(change.id);
        if (!action || !canTakeBack(action)) break;
        await this.#applyPlain({ kind: 'action-removed', id: change.id });
        await this.#applyPlain({ kind: 'draft', draft: withCopyOf(change.draft, action) });
        break;
      }
      case 'draft-copy': {
        const drafts = writing.objectStore('drafts');
        const draft = await drafts.get(change.id);
        if (draft) put(drafts.put({ ...draft, copy: change.copy }, change.id));
        this.touched.add('drafts');
        break;
      }
      case 'draft-removed': {
        const draft = await writing.objectStore('drafts').get(change.id);
        if (change.changed !== undefined && (draft?.changed !== change.changed || draft.editing)) break;
        put(writing.objectStore('drafts').delete(change.id));
        put(writing.objectStore('attachments').delete(IDBKeyRange.bound([change.id], [change.id, []])));
        this.touched.add('drafts');
        if (!change.heir || !draft?.copy) break;
        const actions = writing.objectStore('actions');
        const heir = heirOf(change.heir, await actions.get(change.heir.id), draft.copy);
        put(actions.put(heir, heir.id));
        this.touched.add('actions');
        break;
      }
      case 'setting': {
        const settings = writing.objectStore('settings');
        put(
          change.value === undefined ? settings.delete(change.name) : settings.put(change.value, change.name),
        );
        this.touched.add(`setting:${change.name}`);
        break;
      }
    }
  }

  async #add(
    mailbox: MailboxKey,
    messages: Extract<Change, { kind: 'messages' }>['messages'],
  ): Promise<void> {
    const added: MessageRow[] = [];
    for (const { row, descriptor } of messages) {
      const chunk = descriptorChunk(row.key);
      const descriptors = await this.#chunk(chunk);
      if (descriptors.has(row.key)) throw new UsageError(`message key ${row.key} is taken`);
      descriptors.set(row.key, descriptor);
      this.#chunkChanged(chunk);
      added.push({ ...row, mailbox });
    }
    const rows = withMessages(await this.#rows.of(mailbox), added);
    return this.#setRows(
      mailbox,
      rows,
      added.map(({ key }) => key),
    );
  }

  async #move(
    from: MailboxKey,
    to: MailboxKey,
    moved: Extract<Change, { kind: 'moved' }>['rows'],
  ): Promise<void> {
    const uids = new Map(moved.map(({ key, uid }) => [key, uid]));
    const { rest, taken } = withoutMessages(await this.#rows.of(from), uids.keys());
    const keys = taken.map((row) => row.key);
    await this.#setRows(from, rest, keys);
    const arrived = taken.map((row) => ({ ...row, mailbox: to, uid: uids.get(row.key) ?? 0 }) as MessageRow);
    await this.#setRows(to, withMessages(await this.#rows.of(to), arrived), keys);
  }

  async #removeMailbox(mailbox: MailboxKey): Promise<void> {
    const keys = [...(await this.#rows.of(mailbox)).keys] as MessageKey[];
    await this.#forget(keys);
    await this.#setRows(mailbox, noRows(mailbox), keys);
    put(this.#writing.objectStore('mailboxes').delete(mailbox));
    this.touched.add('mailboxes');
  }

  /** Descriptors and parts of messages whose rows are gone. */
  async #forget(keys: readonly MessageKey[]): Promise<void> {
    const chunks = new Set(keys.map(descriptorChunk));
    await Promise.all([...chunks].map((chunk) => this.#chunk(chunk)));
    for (const key of keys) {
      const chunk = descriptorChunk(key);
      (await this.#chunk(chunk)).delete(key);
      this.#chunkChanged(chunk);
    }
    await this.#bodies.forget(keys);
  }

  async #isThere(key: MessageKey): Promise<boolean> {
    return (await this.#chunk(descriptorChunk(key))).has(key);
  }

  async #evict({ keys, what }: Extract<Change, { kind: 'evicted' }>): Promise<void> {
    for (const key of keys) {
      if (what === 'descriptors') {
        const chunk = descriptorChunk(key);
        (await this.#chunk(chunk)).delete(key);
        this.#chunkChanged(chunk);
      }
      await this.#bodies.evict(key, what);
    }
  }

  async #describe(
    mailbox: MailboxKey,
    descriptors: Extract<Change, { kind: 'descriptors' }>['descriptors'],
  ): Promise<void> {
    const rows = await this.#rows.of(mailbox);
    for (const { key, descriptor } of descriptors) {
      if (indexOfKey(rows, key) < 0) continue;
      const chunk = descriptorChunk(key);
      (await this.#chunk(chunk)).set(key, descriptor);
      this.#chunkChanged(chunk);
    }
  }

  /** An attachment's octets never change under its id, so they are written once, not on every pause in typing. */
  async #putDraft(draft: Draft): Promise<void> {
    const store = this.#writing.objectStore('attachments');
    const there = await store.getAllKeys(IDBKeyRange.bound([draft.id], [draft.id, []]));
    const kept = new Set(there.map(([, id]) => id));
    for (const { id, bytes } of draft.attachments) {
      if (!kept.delete(id)) put(store.put(alone(bytes), [draft.id, id]));
    }
    for (const id of kept) put(store.delete([draft.id, id]));
    const attachments = draft.attachments.map(({ id, name, type, source }) => ({
      id,
      name,
      type,
      ...(source ? { source } : {}),
    }));
    const drafts = this.#writing.objectStore('drafts');
    const copy = (await drafts.get(draft.id))?.copy ?? draft.copy;
    put(drafts.put({ ...draft, ...(copy ? { copy } : {}), attachments }, draft.id));
  }

  #setRows(mailbox: MailboxKey, rows: Rows, keys: Iterable<MessageKey>): Promise<void> {
    this.touched.add(`rows:${mailbox}`).add('sizes');
    return this.#rows.set(mailbox, rows, keys);
  }

  async #chunk(chunk: number): Promise<DescriptorChunk> {
    const known = this.#chunks.get(chunk);
    if (known) return known;
    const read = new DescriptorChunk(await this.#writing.objectStore('descriptors').get(chunk));
    this.#chunks.set(chunk, read);
    return read;
  }

  #chunkChanged(chunk: number): void {
    this.#changedChunks.add(chunk);
    this.touched.add(`descriptors:${chunk}`);
  }

  /** What the cache may hold once the transaction is done. */
  #write(): RowsCache {
    for (const at of this.#changedChunks) {
      const chunk = this.#chunks.get(at);
      const store = this.#writing.objectStore('descriptors');
      put(!chunk || chunk.isEmpty ? store.delete(at) : store.put(chunk.stored(), at));
    }
    this.#bodies.write();
    return this.#rows.write();
  }
}
