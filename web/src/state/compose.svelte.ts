/** One message being written. Kept on this device as it is typed. */
import { formatRecipients } from '@postern/protocol/mime';
import type { MailAddress, ReplyWords } from '@postern/protocol/mime';
import { draftsQuery, lineOf } from '@postern/protocol/sync';
import type { Draft, DraftCopy } from '@postern/protocol/sync';
import { engine } from '../engine/screen.ts';
import { Attachments } from './compose-attachments.svelte.ts';
import type { ComposeAttachment } from './compose-attachments.svelte.ts';
import { Place } from './compose-place.svelte.ts';
import type { Away } from './compose-place.svelte.ts';
import { beginningOf } from './compose-start.ts';
import type { Beginning, ComposeStart, Thread } from './compose-start.ts';
import type { Ending, Refusal } from './compose-turn.ts';
import { commit, follow, read } from './device.ts';
import { copyOf, discarding, notSaving, savingOf, stillSaving, withdrawing } from './draft-saving.ts';
import { draftsElsewhere } from './drafts-elsewhere.svelte.ts';
import type { Elsewhere } from './drafts-elsewhere.svelte.ts';
import { begun } from './intent.ts';
import { mailboxes } from './mailboxes.svelte.ts';
import { problemsIn, sendingOf } from './sending.ts';
import type { ComposeProblem } from './sending.ts';
import { versionThere } from './server-drafts.ts';
import { settings } from './settings.svelte.ts';
import { truth } from './truth.svelte.ts';
import { undo } from './undo.svelte.ts';

export { suggest } from './suggest.ts';
export type { ComposeAttachment } from './compose-attachments.svelte.ts';
export type { ComposeStart } from './compose-start.ts';
export type { Refusal } from './compose-turn.ts';
export type { ComposeProblem } from './sending.ts';

/** Milliseconds of rest after which what was typed is kept, and after which it is put on the server. */
const rest = 500;
const longRest = 60_000;

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
  #saved: number = $state(0);
  /** Versions of a draft are told apart by it: two of one millisecond would pass for one, and the later words be lost. */
  #changed = 0;
  #unsaved: boolean = $state(false);
  readonly #ended = new AbortController();
  readonly #attachments = new Attachments(this.#ended.signal);
  #thread: Thread = {
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
  readonly #place: Place;
  /** What is done with the draft in the store is done one after the other, or what is older would come last. */
  #doing: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #longTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #problems = $derived.by((): ComposeProblem[] => {
    const { octets, whole } = this.#attachments;
    const problems = problemsIn({ to: this.to, cc: this.cc, bcc: this.bcc, octets });
    if (!whole) problems.push({ kind: 'attachments' });
    if (this.#unsaved) problems.push({ kind: 'unsaved' });
    return problems;
  });

  /** @param words for the lines above a quoted or forwarded text. */
  constructor(start: ComposeStart, words: ReplyWords) {
    this.start = start;
    this.id = start.draftId ?? crypto.randomUUID();
    this.#place = new Place(this.id, {
      keep: () => this.#keepForOthers(),
      takeUp: () => this.#takeUp(),
      isWhole: () => this.#attachments.whole,
      after: (job) => this.#after(job),
    });
    void this.#after(() => this.#begin(words));
  }

  get attachments(): readonly ComposeAttachment[] {
    return this.#attachments.list;
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
    return this.#place.away;
  }
  /** What became of it elsewhere, until the person has seen it. */
  get elsewhere(): Elsewhere | undefined {
    if (!this.ready || this.#place.away || this.#ended.signal.aborted) return undefined;
    return draftsElsewhere.of(this.id, this.#line, this.#copy);
  }
  /** True once the person has changed anything. */
  get touched(): boolean {
    return this.ready && this.#content() !== this.#untouched;
  }

  /** Settles with undefined once it can be written here: what was typed in the other window is here then. Else with why not. */
  async writeHere(): Promise<Refusal | undefined> {
    const refusal = await this.#place.ask();
    if (!refusal) await this.#doing;
    return refusal;
  }

  async seenElsewhere(): Promise<void> {
    await draftsElsewhere.dismiss(this.#line);
  }

  add(files: readonly File[]): Promise<void> {
    return this.#attachments.add(files);
  }

  remove(id: string): void {
    this.#attachments.remove(id);
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
    if (!truth.account || this.#place.away) return { kind: 'unsaved' };
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
    if (this.#place.away) return () => Promise.resolve();
    const draft = await this.#newest();
    const heir = begun(Date.now());
    try {
      await commit(await discarding(draft, heir));
    } finally {
      this.#end('discarded');
    }
    engine.wake('action');
    return async () => commit(await withdrawing(draft, heir));
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
      while (!this.#place.away && !this.#ended.signal.aborted && (this.touched || this.#kept)) {
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
    try {
      const mine = await this.#place.begin();
      if (this.#ended.signal.aborted) return;
      const known = this.start.draftId === undefined ? undefined : await this.#known();
      if (known) await (mine ? this.#reopen(known) : this.#show(known));
      else this.#fill(await beginningOf(this.start, words));
    } catch {
      this.#unsaved = true;
    }
    this.#untouched = this.#content();
    this.ready = true;
    if (!this.#ended.signal.aborted) this.#keepSaved();
  }

  async #keepForOthers(): Promise<boolean> {
    if (this.touched || this.#kept) await this.#saveNow();
    return !this.#unsaved;
  }

  async #takeUp(): Promise<boolean> {
    try {
      const draft = await this.#known();
      if (!draft) return !this.#kept;
      await this.#reopen(draft);
      this.#untouched = this.#content();
    } catch {
      this.#unsaved = true;
    }
    return true;
  }

  /** As it is written in the other window. */
  #follow(drafts: readonly Draft[]): void {
    const draft = drafts.find(({ id }) => id === this.id);
    if (this.#place.away !== 'theirs' || !draft || draft.changed === this.#changed) return;
    this.#show(draft);
    this.#untouched = this.#content();
  }

  async #known(): Promise<Draft | undefined> {
    return (await read(draftsQuery())).find(({ id }) => id === this.id);
  }

  async #reopen(draft: Draft): Promise<void> {
    this.#show(draft);
    this.#attachments.bring(draft);
    // It may be on its way to the server: it is needed here all the same.
    const opened = { ...draft, editing: true };
    await commit([{ kind: 'draft', draft: opened, onlyIfThere: true }]);
    if (await this.#known()) return;
    // It came there, and went from here, in this very moment.
    this.#copy = await versionThere(this.#line);
    const { copy: _, ...alone } = opened;
    await commit([{ kind: 'draft', draft: this.#copy ? { ...alone, copy: this.#copy } : alone }]);
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
    this.#attachments.show(draft);
    this.#kept = true;
  }

  #fill({ fields, thread, copy, files }: Beginning): void {
    this.#copy = copy;
    this.#thread = { ...this.#thread, ...thread };
    if (files) this.#attachments.bringFrom(files.of, files.attachments);
    if (!fields) return;
    this.to = formatRecipients(fields.to);
    this.cc = formatRecipients(fields.cc);
    this.bcc = formatRecipients(fields.bcc);
    this.subject = fields.subject;
    this.text = fields.text;
  }

  /** From now on, whatever is typed is kept after a moment of rest, and at once when the page is hidden. */
  #keepSaved(): void {
    const stop = $effect.root(() => {
      $effect(() => {
        const content = this.#content();
        clearTimeout(this.#timer);
        clearTimeout(this.#longTimer);
        if (this.#place.away || (content === this.#untouched && this.#saved === 0)) return;
        this.#timer = setTimeout(() => void this.#save(), rest);
        if (content !== this.#untouched)
          this.#longTimer = setTimeout(() => void this.#save({ server: true }), longRest);
      });
      // What this device could not keep stands on the screen alone: the browser asks before the page goes.
      $effect(() => {
        if (!this.#unsaved) return undefined;
        const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
        window.addEventListener('beforeunload', ask);
        return () => window.removeEventListener('beforeunload', ask);
      });
      $effect(() =>
        this.#place.away === 'theirs' ? follow(draftsQuery(), (all) => this.#follow(all)) : undefined,
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
      if (!this.#place.away && !this.#ended.signal.aborted) await this.#saveNow({ server });
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
    const { whole } = this.#attachments;
    try {
      const saving = server && whole && truth.account ? await savingOf(this.id, this.#from()) : [];
      await commit([{ kind: 'draft', draft }, ...saving]);
      this.#saved = draft.changed;
      this.#kept = !closing;
      this.#unsaved = false;
      if (saving.length === 0) return;
      await commit(await stillSaving(draft, this.#from()));
      engine.wake('action');
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
    this.#place.end(how);
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
      ...this.#attachments.kept,
      ...(this.#copy ? { copy: this.#copy } : {}),
    };
  }

  /** All that is worth keeping, to be compared. */
  #content(): string {
    const { to, cc, bcc, subject, text } = this;
    const attached = this.#attachments.list.map(({ id }) => id).join();
    return JSON.stringify([to, cc, bcc, subject, text, attached]);
  }
}
