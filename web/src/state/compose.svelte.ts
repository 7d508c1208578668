/** One message being written. Kept on this device as it is typed. */
import { formatRecipients, parseMailto, reply } from '@postern/protocol/mime';
import type { DraftFields, MailAddress, ReplyWords } from '@postern/protocol/mime';
import { actionsQuery, draftsQuery, lineOf, originalIn } from '@postern/protocol/sync';
import type {
  AwaitedAttachment,
  Change,
  Draft,
  DraftAttachment,
  DraftCopy,
  MessageKey,
} from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { attachmentName } from './body.ts';
import { Turn } from './compose-turn.ts';
import type { Ending, Refusal } from './compose-turn.ts';
import { connection } from './connection.svelte.ts';
import { commit, current, follow, read } from './device.ts';
import { copyOf, notSaving, removing, savingOf } from './draft-saving.ts';
import { draftsElsewhere } from './drafts-elsewhere.svelte.ts';
import type { Elsewhere } from './drafts-elsewhere.svelte.ts';
import { fetchPart } from './fetching.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { findOriginal } from './original.ts';
import type { Found } from './original.ts';
import { problemsIn, sendingOf } from './sending.ts';
import { localDraftOf, serverDraft } from './server-drafts.ts';
import type { ComposeProblem } from './sending.ts';
import { settings } from './settings.svelte.ts';
import { truth } from './truth.svelte.ts';
import { undo } from './undo.svelte.ts';

export { suggest } from './suggest.ts';
export type { Ending, Refusal } from './compose-turn.ts';
export type { ComposeProblem } from './sending.ts';

export interface ComposeStart {
  readonly mode: 'new' | 'reply' | 'reply-all' | 'forward' | 'draft' | 'server-draft' | 'mailto';
  /** The message answered or forwarded; of `server-draft`, the draft itself (see `openDraft`). */
  readonly key?: MessageKey;
  readonly draftId?: string;
  readonly mailto?: string;
}

export interface ComposeAttachment {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** Octets. */
  readonly size: number;
  /** Of a forwarded message: on its way, or not to be had now. */
  readonly state: 'ready' | 'coming' | 'missing';
}

/**
 * How to open a message of the Drafts mailbox: the newer version on this device, if there is one. Settles when its text is
 * here; undefined: it is not to be had now.
 */
export async function openDraft(key: MessageKey): Promise<ComposeStart | undefined> {
  const local = await localDraftOf(key);
  if (local) return { mode: 'draft', draftId: local.id };
  await findOriginal(key, connection.state === 'online');
  return (await serverDraft(key)) && { mode: 'server-draft', key, draftId: await draftIdFor(key) };
}

/** The same in all windows. One of that id on this device has gone on to be another version: then it is another draft. */
async function draftIdFor(key: MessageKey): Promise<string> {
  const id = `message-${key}`;
  const taken = (await read(draftsQuery())).some((draft) => draft.id === id);
  return taken ? crypto.randomUUID() : id;
}

/** Milliseconds of rest after which what was typed is kept, and after which it is put on the server. */
const rest = 500;
const longRest = 60_000;

/** Milliseconds in which a window has heard what became of a draft whose turn came free: it may come after that. */
const told = 1000;

/**
 * Why nothing can be written here: `theirs`: another window writes it. Or there is nothing left to be written, since it was sent or
 * discarded there, or put away (`gone`).
 */
export type Away = 'theirs' | Ending | 'gone';

export class Composer {
  readonly start: ComposeStart;
  /** Of the draft, the same for its life. */
  readonly id: string;
  /** As typed: addresses parted by commas. */
  to: string = $state('');
  cc: string = $state('');
  bcc: string = $state('');
  subject: string = $state('');
  text: string = $state('');
  /** False while the original's text or the draft is being read. */
  ready: boolean = $state(false);
  #attachments: readonly ComposeAttachment[] = $state.raw([]);
  #saved: number = $state(0);
  /** Versions of a draft are told apart by it: two of one millisecond would pass for one, and the later words be lost. */
  #changed = 0;
  #unsaved: boolean = $state(false);
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  /** By id. */
  readonly #awaited = new Map<string, AwaitedAttachment>();
  readonly #ended = new AbortController();
  #thread: Pick<Draft, 'inReplyTo' | 'references' | 'answers' | 'original' | 'line'> = {
    inReplyTo: '',
    references: [],
    answers: undefined,
  };
  /** What stands in the fields without the person having typed anything. */
  #untouched = '';
  /** Its version on the server, of a draft that was opened from there. */
  #copy: DraftCopy | undefined = $state.raw();
  /** The store has a draft that says it is being written. */
  #kept = false;
  #turn: Turn | undefined;
  #away: Away | undefined = $state();
  /** What is done with the draft in the store is done one after the other, or what is older would come last. */
  #doing: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #longTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #problems = $derived.by((): ComposeProblem[] => {
    const octets = this.#attachments.reduce((sum, { size }) => sum + size, 0);
    const problems = problemsIn({ to: this.to, cc: this.cc, bcc: this.bcc, octets });
    if (this.#attachments.some(({ state }) => state !== 'ready')) problems.push({ kind: 'attachments' });
    if (this.#unsaved) problems.push({ kind: 'unsaved' });
    return problems;
  });

  /** @param words for the lines above a quoted or forwarded text. */
  constructor(start: ComposeStart, words: ReplyWords) {
    this.start = start;
    this.id = start.draftId ?? crypto.randomUUID();
    void this.#after(() => this.#begin(words));
  }

  get attachments(): readonly ComposeAttachment[] {
    return this.#attachments;
  }
  /** Milliseconds since 1970 of the last time it was kept; 0: not yet. */
  get saved(): number {
    return this.#saved;
  }
  /** What would keep it from being sent now. */
  get problems(): readonly ComposeProblem[] {
    return this.#problems;
  }
  /** undefined: it is written here. */
  get away(): Away | undefined {
    return this.#away;
  }
  /** What became of it elsewhere, until the person has seen it. */
  get elsewhere(): Elsewhere | undefined {
    if (!this.ready || this.#away || this.#ended.signal.aborted) return undefined;
    return draftsElsewhere.of(this.id, this.#line, this.#copy);
  }
  /** True once the person has changed anything. */
  get touched(): boolean {
    return this.ready && this.#content() !== this.#untouched;
  }

  /** Settles with undefined once it can be written here: what was typed in the other window is here then. Else with why not. */
  async writeHere(): Promise<Refusal | undefined> {
    const refusal = await this.#turn?.ask();
    if (!refusal) await this.#doing;
    return refusal;
  }

  async seenElsewhere(): Promise<void> {
    await draftsElsewhere.dismiss(this.#line);
  }

  async add(files: readonly File[]): Promise<void> {
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      this.#attach({ id: crypto.randomUUID(), name: file.name, type: file.type, bytes });
    }
  }

  remove(id: string): void {
    this.#attachments = this.#attachments.filter((attachment) => attachment.id !== id);
    this.#bytes.delete(id);
    this.#awaited.delete(id);
  }

  /** Settles with a problem when it was not put into the outbox; it stays as it is then. */
  async send(): Promise<ComposeProblem | undefined> {
    const problem = this.#problem;
    if (problem) return problem;
    clearTimeout(this.#timer);
    return this.#after(() => this.#sendNow());
  }

  /** What the person has to mend before it can be sent. */
  get #problem(): ComposeProblem | undefined {
    return this.#problems.find(({ kind }) => kind !== 'unsaved');
  }

  async #sendNow(): Promise<ComposeProblem | undefined> {
    if (!truth.account || this.#away) return { kind: 'unsaved' };
    const hold = settings.undoSend * 1000;
    const now = Date.now();
    try {
      const draft = await this.#newest();
      // As it stands now: it may have been written on.
      const problem = this.#problem;
      if (problem) return problem;
      const { action, changes } = await sendingOf(draft, {
        address: this.#from(),
        sentMailbox: mailboxes.byRole('sent')?.key,
        now,
        timeZoneOffset: -new Date(now).getTimezoneOffset(),
        random: crypto.getRandomValues(new Uint8Array(32)),
        hold,
      });
      await commit([...changes, ...(await notSaving(this.id))]);
      if (hold > 0) undo.make([action], { what: 'sending', count: 1, to: undefined }, { draft, for: hold });
    } catch {
      this.#unsaved = true;
      return { kind: 'unsaved' };
    }
    this.#end('sent');
    engine.wake('action');
    return undefined;
  }

  /** Settles with the way to take it back. */
  async discard(): Promise<() => Promise<void>> {
    clearTimeout(this.#timer);
    return this.#after(() => this.#discardNow());
  }

  async #discardNow(): Promise<() => Promise<void>> {
    if (this.#away) return () => Promise.resolve();
    const draft = await this.#newest();
    const gone = removing(draft.copy);
    try {
      await commit([{ kind: 'draft-removed', id: this.id }, ...(await notSaving(this.id)), ...gone]);
    } finally {
      this.#end('discarded');
    }
    engine.wake('action');
    return async () => {
      const ids = new Set((await read(actionsQuery())).map(({ id }) => id));
      const { copy, ...alone } = draft;
      const there = gone.every((change) => change.kind !== 'action' || ids.has(change.action.id));
      const kept = gone.flatMap((change): Change[] =>
        change.kind === 'action' ? [{ kind: 'action-removed', id: change.action.id, onlyIn: 'waiting' }] : [],
      );
      // Its version on the server may be gone by now: then it has none.
      return commit([{ kind: 'draft', draft: there && copy ? draft : alone }, ...kept]);
    };
  }

  /**
   * Keeps the draft, here and on the server, if there is anything in it that the person wrote. Settles with a problem when this
   * device could not keep it; it stays as it is then.
   */
  async close(): Promise<ComposeProblem | undefined> {
    clearTimeout(this.#timer);
    if (!this.ready) {
      this.#end();
      return undefined;
    }
    return this.#after(async () => {
      while (!this.#away && !this.#ended.signal.aborted && (this.touched || this.#kept)) {
        const content = this.#content();
        await this.#saveNow({ closing: true, server: true });
        if (this.#unsaved) return { kind: 'unsaved' };
        // What was typed in the meantime is kept, too.
        if (this.#content() === content) break;
      }
      this.#end();
      return undefined;
    });
  }

  /** The page has no place for it any more: kept if it can be, and ended. */
  async leave(): Promise<void> {
    await this.close();
    this.#end();
  }

  async #begin(words: ReplyWords): Promise<void> {
    const { mode, key, mailto } = this.start;
    try {
      const mine = await this.#takeTurn();
      if (this.#ended.signal.aborted) return;
      const known = this.start.draftId === undefined ? undefined : await this.#known();
      if (known) await (mine ? this.#reopen(known) : this.#show(known));
      else if (mode === 'server-draft' && key !== undefined) await this.#openThere(key);
      else if (mode === 'mailto') this.#fill(mailto === undefined ? undefined : parseMailto(mailto));
      else if (mode !== 'new' && mode !== 'draft' && mode !== 'server-draft' && key !== undefined)
        await this.#answer(mode, key, words);
    } catch {
      this.#unsaved = true;
    }
    this.#untouched = this.#content();
    this.ready = true;
    if (!this.#ended.signal.aborted) this.#keepSaved();
  }

  async #takeTurn(): Promise<boolean> {
    const { store } = await current;
    this.#turn = new Turn({
      name: `${store}-draft-${this.id}`,
      locks: navigator.locks,
      channels: (name) => new BroadcastChannel(name),
      asked: () => this.#after(() => this.#giveAway()),
      granted: () => void this.#after(() => this.#goOn()),
      ended: (how) => {
        this.#away = how;
        this.#turn?.end();
      },
    });
    if (this.#ended.signal.aborted) this.#turn.end();
    const mine = await this.#turn.begin();
    if (!mine) this.#away = 'theirs';
    return mine;
  }

  /** Another window goes on with it: what stands here is kept first. */
  async #giveAway(): Promise<Refusal | undefined> {
    if (this.#attachments.some(({ state }) => state !== 'ready')) return 'files';
    const unsaved = this.touched || this.#kept;
    this.#away = 'theirs';
    if (unsaved) await this.#saveNow();
    if (!this.#unsaved) return undefined;
    this.#away = undefined;
    return 'unsaved';
  }

  /** It is written here from now on, as the other window left it. */
  async #goOn(): Promise<void> {
    if (this.#away !== 'theirs') return;
    try {
      const draft = await this.#known();
      if (draft) {
        await this.#reopen(draft);
        this.#untouched = this.#content();
      } else if (this.#kept) {
        setTimeout(() => this.#isGone(), told);
        return;
      }
    } catch {
      this.#unsaved = true;
    }
    this.#away = undefined;
  }

  /** Nothing was told of what became of it. */
  #isGone(): void {
    if (this.#away !== 'theirs') return;
    this.#away = 'gone';
    this.#turn?.end();
  }

  /** As it is written in the other window. */
  #follow(drafts: readonly Draft[]): void {
    const draft = drafts.find(({ id }) => id === this.id);
    if (this.#away !== 'theirs' || !draft || draft.changed === this.#changed) return;
    this.#show(draft);
    this.#untouched = this.#content();
  }

  async #known(): Promise<Draft | undefined> {
    return (await read(draftsQuery())).find(({ id }) => id === this.id);
  }

  async #reopen(draft: Draft): Promise<void> {
    this.#show(draft);
    for (const awaited of draft.awaited ?? []) void this.#bring(awaited);
    // It may be on its way to the server: it is needed here all the same.
    await commit([{ kind: 'draft', draft: { ...draft, editing: true } }]);
  }

  #show(draft: Draft): void {
    this.to = draft.to;
    this.cc = draft.cc;
    this.bcc = draft.bcc;
    this.subject = draft.subject;
    this.text = draft.text;
    this.#thread = draft;
    this.#copy = draft.copy;
    this.#saved = this.#changed = draft.changed;
    this.#attachments = [];
    this.#bytes.clear();
    this.#awaited.clear();
    for (const attachment of draft.attachments) this.#attach(attachment);
    for (const awaited of draft.awaited ?? []) this.#await(awaited);
    this.#kept = true;
  }

  /** From the Drafts mailbox. Its files are fetched; until they are here, nothing takes its place there. */
  async #openThere(key: MessageKey): Promise<void> {
    const found = await findOriginal(key, connection.state === 'online');
    const there = await serverDraft(key);
    if (!found || !there) {
      this.#unsaved = true;
      return;
    }
    this.#fill(there.fields(found.original.text));
    this.#copy = there.copy;
    this.#thread = { ...this.#thread, original: there.original, line: there.line };
    this.#bringAll(key, found);
  }

  async #answer(mode: 'reply' | 'reply-all' | 'forward', key: MessageKey, words: ReplyWords): Promise<void> {
    const found = await findOriginal(key, connection.state === 'online');
    if (!found) return;
    const me: MailAddress[] = truth.account ? [{ name: '', address: truth.account.address }] : [];
    const fields = reply(found.original, me, mode, words);
    // Room to write above what is quoted.
    this.#fill({ ...fields, text: `\n\n${fields.text}` });
    const flag = mode === 'forward' ? '$Forwarded' : '\\Answered';
    const original = originalIn(this.#thread);
    this.#thread = {
      ...this.#thread,
      answers: { key, flag },
      original: original?.flag === flag ? original : undefined,
    };
    if (mode === 'forward') this.#bringAll(key, found);
  }

  #bringAll(key: MessageKey, { display }: Found): void {
    for (const attachment of display.attachments) {
      const { section, type, estimatedSize: size } = attachment;
      const awaited = { id: crypto.randomUUID(), name: attachmentName(attachment), type, key, section, size };
      this.#await(awaited);
      void this.#bring(awaited);
    }
  }

  #await(awaited: AwaitedAttachment): void {
    const { id, name, type, size } = awaited;
    this.#awaited.set(id, awaited);
    this.#attachments = [...this.#attachments, { id, name, type, size, state: 'coming' }];
  }

  async #bring({ id, key, section }: AwaitedAttachment): Promise<void> {
    const settle = (settled: Partial<ComposeAttachment>): void => {
      this.#attachments = this.#attachments.map((each) => (each.id === id ? { ...each, ...settled } : each));
    };
    try {
      const pieces = await fetchPart(key, section, () => {}, this.#ended.signal);
      const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
      if (!this.#awaited.delete(id)) return;
      this.#bytes.set(id, bytes);
      settle({ size: bytes.length, state: 'ready' });
    } catch {
      settle({ state: 'missing' });
    }
  }

  #fill(fields: DraftFields | undefined): void {
    if (!fields) return;
    this.to = formatRecipients(fields.to);
    this.cc = formatRecipients(fields.cc);
    this.bcc = formatRecipients(fields.bcc);
    this.subject = fields.subject;
    this.text = fields.text;
    const { inReplyTo = '', references } = fields;
    const original = originalIn({ inReplyTo, references: [] });
    this.#thread = { ...this.#thread, inReplyTo, references, original };
  }

  #attach({ id, name, type, bytes }: DraftAttachment): void {
    this.#bytes.set(id, bytes as Uint8Array<ArrayBuffer>);
    this.#attachments = [
      ...this.#attachments,
      { id, name, type: type || 'application/octet-stream', size: bytes.length, state: 'ready' },
    ];
  }

  /** From now on, whatever is typed is kept after a moment of rest, and at once when the page is hidden. */
  #keepSaved(): void {
    const stop = $effect.root(() => {
      $effect(() => {
        const content = this.#content();
        clearTimeout(this.#timer);
        clearTimeout(this.#longTimer);
        if (this.#away || (content === this.#untouched && this.#saved === 0)) return;
        this.#timer = setTimeout(() => void this.#save(), rest);
        if (content !== this.#untouched)
          this.#longTimer = setTimeout(() => void this.#save({ server: true }), longRest);
      });
      $effect(() =>
        this.#away === 'theirs' ? follow(draftsQuery(), (all) => this.#follow(all)) : undefined,
      );
    });
    const hidden = (): void => {
      if (document.visibilityState === 'hidden' && this.touched) void this.#save();
    };
    document.addEventListener('visibilitychange', hidden);
    this.#ended.signal.addEventListener('abort', () => {
      stop();
      document.removeEventListener('visibilitychange', hidden);
    });
  }

  async #save({ server = false } = {}): Promise<void> {
    clearTimeout(this.#timer);
    await this.#after(async () => {
      if (!this.#away && !this.#ended.signal.aborted) await this.#saveNow({ server });
    });
  }

  #after<T>(job: () => Promise<T>): Promise<T> {
    const done = this.#doing.then(job);
    this.#doing = done.catch(() => {});
    return done;
  }

  async #saveNow({ closing = false, server = false } = {}): Promise<void> {
    const draft: Draft = { ...this.#draft(), editing: !closing };
    // A file that is still on its way would be missing there.
    const whole = this.#attachments.every(({ state }) => state === 'ready');
    try {
      const saving = server && whole && truth.account ? await savingOf(this.id, this.#from()) : [];
      await commit([{ kind: 'draft', draft }, ...saving]);
      this.#saved = draft.changed;
      this.#kept = !closing;
      this.#unsaved = false;
      if (saving.length > 0) engine.wake('action');
    } catch {
      this.#unsaved = true;
    }
  }

  /** With what has become known of its version on the server. */
  async #newest(): Promise<Draft> {
    const copy = (await copyOf(this.id)) ?? this.#copy;
    const draft = this.#draft();
    return copy ? { ...draft, copy } : draft;
  }

  get #line(): string {
    return lineOf({ id: this.id, line: this.#thread.line });
  }

  #from(): MailAddress {
    const { name = '', address = '' } = truth.account ?? {};
    return { name: settings.name || name, address };
  }

  #end(how?: Ending): void {
    this.#turn?.end(how);
    clearTimeout(this.#timer);
    clearTimeout(this.#longTimer);
    this.#ended.abort();
  }

  #draft(): Draft {
    const { to, cc, bcc, subject, text } = this;
    return {
      id: this.id,
      changed: (this.#changed = Math.max(Date.now(), this.#changed + 1)),
      to,
      cc,
      bcc,
      subject,
      text,
      inReplyTo: this.#thread.inReplyTo,
      references: this.#thread.references,
      answers: this.#thread.answers,
      original: this.#thread.original,
      line: this.#thread.line,
      attachments: this.#attachments.flatMap(({ id, name, type }) => {
        const bytes = this.#bytes.get(id);
        return bytes ? [{ id, name, type, bytes }] : [];
      }),
      ...(this.#awaited.size > 0 ? { awaited: [...this.#awaited.values()] } : {}),
      ...(this.#copy ? { copy: this.#copy } : {}),
    };
  }

  /** All that is worth keeping, to be compared. */
  #content(): string {
    const { to, cc, bcc, subject, text } = this;
    const attached = this.#attachments.map(({ id }) => id).join();
    return JSON.stringify([to, cc, bcc, subject, text, attached]);
  }
}
