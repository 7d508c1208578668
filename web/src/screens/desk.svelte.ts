/** The mail screen's own state: where the keys stand in the list, what lies open over it, what each command does. */
import type { MailAddress } from '@postern/protocol/mime';
import type { Deed, MailboxKey, MailboxRole, MessageKey, OtherMailbox } from '@postern/protocol/sync';
import { tick } from 'svelte';
import { mailboxName } from '../components/mailbox-words.ts';
import { notices } from '../components/notices.svelte.ts';
import type { LinkCheck } from '../html/link.ts';
import { words } from '../i18n/index.ts';
import { accounts } from '../state/accounts.svelte.ts';
import { actions } from '../state/actions.svelte.ts';
import type { ComposeStart } from '../state/compose-start.ts';
import { connection } from '../state/connection.svelte.ts';
import { MessageList } from '../state/list.svelte.ts';
import { mailboxActs } from '../state/mailbox-acts.svelte.ts';
import { mailboxes } from '../state/mailboxes.svelte.ts';
import { view } from '../state/selection.svelte.ts';
import { session } from '../state/session.svelte.ts';
import type { Unsubscribe } from '../state/unsubscribe.ts';
import type { MailboxView, RowView } from '../state/views.ts';
import { asked, sayNotLoaded } from './asked.ts';
import { layout } from './layout.svelte.ts';
import type { CommandName } from './shortcuts.ts';

export type Over =
  | { readonly kind: 'move' | 'copy'; readonly keys: readonly MessageKey[] }
  | { readonly kind: 'delete'; readonly keys: readonly MessageKey[] }
  | {
      readonly kind: 'folder';
      /** Of a new one: what it goes into. */
      readonly parent?: MailboxKey | undefined;
      readonly rename?: MailboxKey;
    }
  | { readonly kind: 'delete-folder' | 'keep'; readonly mailbox: MailboxKey }
  | { readonly kind: 'date' }
  | { readonly kind: 'link'; readonly check: LinkCheck }
  | { readonly kind: 'unsubscribe'; readonly page: NonNullable<Unsubscribe['page']> }
  | {
      readonly kind:
        'help' | 'palette' | 'settings' | 'outbox' | 'mailboxes' | 'sign-in' | 'sign-out' | 'add-account';
    };

/** What the parts of the screen do for commands; each puts in what it has. */
interface Parts {
  search?: () => void;
  /** Brings a row into sight, with the focus on it when the list is where the keys are. */
  show?: (index: number, focus: boolean) => void;
  /** Gives the focus to the list when nothing else has it. */
  home?: () => void;
}

export class Desk {
  readonly list = new MessageList(
    () => view.mailbox,
    () => view.search,
  );
  readonly parts: Parts = {};
  over: Over | undefined = $state.raw();
  #leaving = false;
  /** The message being written; the number tells one from the next. */
  writing: { readonly id: number; readonly start: ComposeStart } | undefined = $state.raw();

  #cursorKey: MessageKey | undefined = $state();
  #cursorIndex = 0;
  #rangeFrom = 0;
  #written = 0;

  get mailbox(): MailboxView | undefined {
    return mailboxes.get(view.mailbox);
  }

  /** What can be done in it, as far as is known. */
  get may(): MailboxView['may'] {
    return (
      this.mailbox?.may ?? { seen: true, flag: true, remove: true, insert: true, create: true, end: true }
    );
  }

  /** The row that keys act on. Stays with its message; when that leaves, with its place. */
  get cursor(): number {
    const at = this.#cursorKey === undefined ? -1 : this.list.indexOf(this.#cursorKey);
    return at >= 0 ? at : Math.max(0, Math.min(this.#cursorIndex, this.list.length - 1));
  }

  set cursor(index: number) {
    this.#cursorIndex = index;
    this.#cursorKey = this.list.keyAt(index);
  }

  /** The selection, else the open message, else the row under the cursor when the keys are in the list. */
  get targets(): readonly MessageKey[] {
    if (view.targets.length > 0) return view.targets;
    const key = document.activeElement?.closest('[role=row]') ? this.list.keyAt(this.cursor) : undefined;
    return key === undefined ? [] : [key];
  }

  open(index: number): void {
    const key = this.list.keyAt(index);
    if (key === undefined) return;
    this.cursor = index;
    if (this.mailbox?.role === 'drafts') void this.openDraft(key);
    else view.openMessage(key);
  }

  /** To be written on; one whose text is not to be had now is shown as the message that it is. */
  async openDraft(key: MessageKey): Promise<void> {
    const { openDraft } = await asked(import('../state/compose-start.ts'));
    const start = await openDraft(key);
    if (start) this.write(start);
    else view.openMessage(key);
  }

  select(index: number, how: 'toggle' | 'range'): void {
    const key = this.list.keyAt(index);
    if (key === undefined) return;
    if (how === 'toggle') {
      if (!view.selected.delete(key)) view.selected.add(key);
      this.#rangeFrom = index;
    } else {
      const [first, last] = [Math.min(index, this.#rangeFrom), Math.max(index, this.#rangeFrom)];
      view.selected.clear();
      for (let at = first; at <= last; at++) {
        const between = this.list.keyAt(at);
        if (between !== undefined) view.selected.add(between);
      }
    }
    this.cursor = index;
  }

  selectAll(): void {
    for (let at = 0; at < this.list.length; at++) {
      const key = this.list.keyAt(at);
      if (key !== undefined) view.selected.add(key);
    }
  }

  write(start: ComposeStart): void {
    this.over = undefined;
    this.writing = { id: ++this.#written, start };
  }

  writeTo(person: MailAddress): void {
    this.write({ mode: 'mailto', mailto: `mailto:${encodeURIComponent(person.address)}` });
  }

  /** By mail the message is shown before it is sent; a page is asked about before it is opened. */
  unsubscribe({ mail, page }: Unsubscribe): void {
    if (mail) this.write({ mode: 'mailto', mailto: mail.url });
    else if (page) this.over = { kind: 'unsubscribe', page };
  }

  openMailbox(key: MailboxKey): void {
    this.over = undefined;
    this.#cursorIndex = 0;
    this.#cursorKey = undefined;
    view.openMailbox(key);
  }

  /** For good, with what is in it: that was asked. */
  async deleteFolder(key: MailboxKey): Promise<void> {
    const inbox = mailboxes.byRole('inbox');
    if (key === view.mailbox && inbox) this.openMailbox(inbox.key);
    this.over = undefined;
    const problem = await mailboxActs.remove(key);
    if (problem === 'storage') notices.say(words.problems.storage);
    else if (problem === 'forbidden') notices.say(words.folder.problems.forbidden);
  }

  archive(keys: readonly MessageKey[]): void {
    if (this.mailbox?.role !== 'archive') this.#leave(keys, () => actions.archive(keys));
  }

  /** The mail of the mailbox that came by then, milliseconds since 1970, and before it. */
  async showDate(time: number): Promise<void> {
    if (layout.phone) view.openMessage(undefined);
    view.search = '';
    // A list that showed what was found is another one.
    await tick();
    this.list.seek(time);
    this.parts.home?.();
  }

  /** To the trash; what is in the trash or in junk already goes for good, and that is asked first. */
  delete(keys: readonly MessageKey[]): void {
    if (keys.length === 0 || this.#forbids('remove')) return;
    if (this.mailbox?.role === 'trash' || this.mailbox?.role === 'junk') this.over = { kind: 'delete', keys };
    else this.#leave(keys, () => actions.trash(keys));
  }

  deleteForever(keys: readonly MessageKey[]): void {
    this.#leave(keys, () => actions.deleteForever(keys));
  }

  junk(keys: readonly MessageKey[]): void {
    if (this.mailbox?.role !== 'junk') this.#leave(keys, () => actions.junk(keys));
    else this.#leave(keys, () => actions.notJunk(keys));
  }

  move(keys: readonly MessageKey[], to: MailboxKey): void {
    if (to !== view.mailbox) this.#leave(keys, () => actions.move(keys, to));
  }

  /** Files that hold messages go into the mailbox; those that hold none are named. */
  async importFiles(files: readonly File[], to: MailboxView): Promise<void> {
    if (files.length === 0 || this.#forbids('insert', to)) return;
    const done = await actions.importFiles(files, to.key);
    if ('problem' in done) {
      if (done.problem === 'storage') notices.say(words.problems.storage);
      else sayNotLoaded();
    } else {
      const { importing, importLater, strange } = words.folder;
      const put = connection.state === 'waiting' ? importLater : importing;
      const said = [
        ...(done.count > 0 ? [put(done.count, mailboxName(to))] : []),
        ...(done.strange.length > 0 ? [strange(done.strange)] : []),
      ];
      notices.say(said.join(' '));
    }
  }

  copy(keys: readonly MessageKey[], to: MailboxKey): void {
    view.selected.clear();
    void this.#tell(actions.copy(keys, to));
  }

  /** Into another account. */
  carry(keys: readonly MessageKey[], to: OtherMailbox, copies: boolean): void {
    if (!copies) return this.#leave(keys, () => actions.carry(keys, to, true));
    view.selected.clear();
    void this.#tell(actions.carry(keys, to, false));
  }

  /** All flagged: the flags go; otherwise all get one. */
  flag(keys: readonly MessageKey[]): void {
    void this.#tell(actions.flag(keys, !this.areFlagged(keys)));
  }

  areFlagged(keys: readonly MessageKey[]): boolean {
    return this.#rows(keys).every((row) => row.flagged);
  }

  markSeen(keys: readonly MessageKey[], on: boolean): void {
    void this.#tell(actions.markSeen(keys, on));
  }

  async undo(): Promise<void> {
    const notice = notices.current;
    if (actions.undoable === undefined) {
      notice?.action?.run();
      notices.close();
      return;
    }
    try {
      const draft = await actions.undo();
      if (draft === undefined) notices.say(words.undone);
      else this.write({ mode: 'draft', draftId: draft });
    } catch {
      notices.say(words.problems.storage);
    }
  }

  /** Does what the keys, a menu or the palette ask for. */
  run(command: CommandName): void {
    this.#commands[command]();
  }

  readonly #commands: Readonly<Record<CommandName, () => void>> = {
    next: () => this.#step(1),
    previous: () => this.#step(-1),
    first: () => this.#to(0),
    last: () => this.#to(this.list.length - 1),
    open: () => this.open(this.cursor),
    back: () => this.#back(),
    search: () => this.parts.search?.(),
    date: () => (this.over = { kind: 'date' }),
    goInbox: () => this.#go('inbox'),
    goSent: () => this.#go('sent'),
    goDrafts: () => this.#go('drafts'),
    goTrash: () => this.#go('trash'),
    goArchive: () => this.#go('archive'),
    archive: () => this.archive(this.targets),
    delete: () => this.delete(this.targets),
    junk: () => this.junk(this.targets),
    move: () => {
      if (this.targets.length > 0 && !this.#forbids('remove'))
        this.over = { kind: 'move', keys: this.targets };
    },
    copy: () => {
      if (this.targets.length > 0) this.over = { kind: 'copy', keys: this.targets };
    },
    flag: () => this.flag(this.targets),
    read: () => this.markSeen(this.targets, true),
    unread: () => this.markSeen(this.targets, false),
    select: () => this.select(this.cursor, 'toggle'),
    selectAll: () => this.selectAll(),
    compose: () => this.write({ mode: 'new' }),
    reply: () => this.#answer('reply'),
    replyAll: () => this.#answer('reply-all'),
    forward: () => this.#answer('forward'),
    // The open compose panel has this key to itself.
    send: () => {},
    undo: () => void this.undo(),
    newFolder: () => (this.over = { kind: 'folder' }),
    help: () => (this.over = { kind: 'help' }),
    palette: () => (this.over = { kind: 'palette' }),
    outbox: () => (this.over = { kind: 'outbox' }),
    settings: () => (this.over = { kind: 'settings' }),
    addAccount: () => (this.over = { kind: 'add-account' }),
    signOut: () => void this.signOut(),
  };

  /** Shows the mail of another account; what is being written here is there again on the way back. */
  async openAccount(id: string | undefined): Promise<void> {
    this.over = undefined;
    await accounts.open(id);
  }

  /** What is on its way arrives first; asked a second time, there is no more waiting. */
  async signOut(): Promise<void> {
    this.over = undefined;
    if (session.arriving && !this.#leaving) {
      this.#leaving = true;
      notices.say(words.signOut.finishing);
      await session.arrived();
      if (!this.#leaving) return;
    }
    this.#leaving = false;
    if (session.unsent > 0) this.over = { kind: 'sign-out' };
    else await this.signOutNow();
  }

  async signOutNow(): Promise<void> {
    this.over = undefined;
    if (!(await session.signOut())) notices.say(words.signOut.failed);
  }

  #step(by: number): void {
    // The first step into the list shows where the keys stand.
    const there = view.message !== undefined || document.activeElement?.closest('[role=row]');
    this.#to(this.cursor + (there ? by : 0));
  }

  /** Moves the cursor; while a message is open beside the list, that one is opened. */
  #to(wanted: number): void {
    const index = Math.min(Math.max(0, wanted), this.list.length - 1);
    if (index < 0) return;
    this.cursor = index;
    if (view.message !== undefined) this.open(index);
    this.parts.show?.(index, true);
  }

  #back(): void {
    if (view.selected.size > 0) view.selected.clear();
    else if (view.message !== undefined) {
      view.openMessage(undefined);
      this.parts.show?.(this.cursor, true);
    } else if (view.search !== '') view.search = '';
  }

  #go(role: MailboxRole): void {
    const mailbox = mailboxes.byRole(role);
    if (mailbox !== undefined) this.openMailbox(mailbox.key);
  }

  #answer(mode: 'reply' | 'reply-all' | 'forward'): void {
    const key = view.message ?? this.targets[0];
    if (key !== undefined) this.write({ mode, key });
  }

  #rows(keys: readonly MessageKey[]): RowView[] {
    return keys
      .map((key) => this.list.indexOf(key))
      .filter((index) => index >= 0)
      .map((index) => this.list.row(index));
  }

  /** Messages leave the list: if the open one is among them, the next opens; on a phone, the list. */
  #leave(keys: readonly MessageKey[], act: () => ReturnType<typeof actions.move>): void {
    if (keys.length === 0 || this.#forbids('remove')) return;
    const leaving = new Set(keys);
    if (view.message !== undefined && leaving.has(view.message)) {
      view.openMessage(layout.phone ? undefined : this.#neighbour(view.message, leaving));
    }
    if (view.message !== undefined) {
      const index = this.list.indexOf(view.message);
      if (index >= 0) this.cursor = index;
    } else {
      const next = this.#neighbour(this.list.keyAt(this.cursor), leaving);
      if (next !== undefined) this.cursor = this.list.indexOf(next);
    }
    view.selected.clear();
    void this.#tell(act());
  }

  async #tell(outcome: ReturnType<typeof actions.move>): Promise<void> {
    const problem = await outcome;
    if (problem === 'no-mailbox') notices.say(words.problems.noMailbox);
    else if (problem === 'storage') notices.say(words.problems.storage);
    else if (problem) this.#forbids(problem.deed, mailboxes.get(problem.mailbox.key));
  }

  /** Says why not, where something is forbidden in the mailbox. */
  #forbids(deed: Deed, mailbox = this.mailbox): boolean {
    if (!mailbox || mailbox.may[deed]) return false;
    notices.say(words.rights.no[deed](mailboxName(mailbox)));
    return true;
  }

  /** The nearest message that stays: below first, as one reads. */
  #neighbour(key: MessageKey | undefined, leaving: ReadonlySet<MessageKey>): MessageKey | undefined {
    const at = key === undefined ? -1 : this.list.indexOf(key);
    if (at < 0) return undefined;
    for (let below = at; below < this.list.length; below++) {
      const other = this.list.keyAt(below);
      if (other !== undefined && !leaving.has(other)) return other;
    }
    for (let above = at; above >= 0; above--) {
      const other = this.list.keyAt(above);
      if (other !== undefined && !leaving.has(other)) return other;
    }
    return undefined;
  }
}
