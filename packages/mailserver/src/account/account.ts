import type { AccountWatcher } from './mailbox.ts';
import { Mailbox } from './mailbox.ts';

/** Who may sign in, and what they have. `user` is the address mail for the account is sent to. */
export interface AccountOptions {
  readonly user: string;
  readonly password: string;
  /** What OAUTHBEARER and XOAUTH2 take instead of the password; without one they take nothing. */
  readonly token?: string;
  /** For the From line of what the demo writes; no part of the protocol. */
  readonly displayName?: string;
  /** UIDVALIDITY of the first mailbox; the next ones count up. */
  readonly uidValidity?: number;
  /** Milliseconds since 1970, for messages that come without a date; the system's clock unless given. */
  readonly now?: () => number;
}

/** What an account may hold; nothing is limited that is not named. */
export interface Quota {
  /** In units of 1024 octets (RFC 9208 §5.1). */
  readonly storage?: number;
  readonly messages?: number;
}

/** The names every new account starts with, and their special use (RFC 6154). */
const STANDARD_MAILBOXES: ReadonlyArray<readonly [string, string | undefined]> = [
  ['INBOX', undefined],
  ['Archive', '\\Archive'],
  ['Drafts', '\\Drafts'],
  ['Junk', '\\Junk'],
  ['Sent', '\\Sent'],
  ['Trash', '\\Trash'],
];

/** Why the account will not do what was asked; `code` is an IMAP response code (RFC 5530). */
export class Refusal extends Error {
  readonly code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** An account: its mailboxes by name, hierarchy separated by "/", whatever the protocol shows. */
export class Account {
  readonly user: string;
  readonly password: string;
  readonly token: string | undefined;
  readonly displayName: string;
  readonly mailboxes = new Map<string, Mailbox>();
  readonly subscriptions = new Set<string>();
  /** Of the server, as this user sees it (RFC 5464). */
  readonly metadata = new Map<string, string>();
  /** Can be changed at any time. */
  quota: Quota = {};
  readonly watchers = new Set<AccountWatcher>();
  readonly #now: () => number;
  /** Deleted mailboxes that somebody may still have selected. */
  readonly #ghosts = new Map<string, Mailbox>();
  /** Where mailboxes that were renamed went, by the name they had. */
  readonly #renamed = new Map<string, Mailbox>();
  #nextUidValidity: number;

  constructor(options: AccountOptions) {
    this.user = options.user;
    this.password = options.password;
    this.token = options.token;
    this.displayName = options.displayName ?? options.user;
    this.#now = options.now ?? Date.now;
    this.#nextUidValidity = options.uidValidity ?? 1_700_000_001;
    for (const [name, specialUse] of STANDARD_MAILBOXES) this.create(name, specialUse);
    for (const name of this.mailboxes.keys()) this.subscriptions.add(name);
  }

  /** What all mailboxes hold. */
  usage(): { readonly octets: number; readonly messages: number } {
    const mailboxes = [...this.mailboxes.values()];
    return {
      octets: mailboxes.reduce((sum, mailbox) => sum + mailbox.size(), 0),
      messages: mailboxes.reduce((sum, { messages }) => sum + messages.length, 0),
    };
  }

  /** Whether so much more would be more than the quota; what gives room is always taken. */
  exceedsQuota(more: { readonly octets: number; readonly messages: number }): boolean {
    const { storage, messages } = this.quota;
    if (storage === undefined && messages === undefined) return false;
    const used = this.usage();
    const over = (limit: number | undefined, before: number, added: number): boolean =>
      limit !== undefined && added > 0 && before + added > limit;
    return (
      over(storage === undefined ? undefined : storage * 1024, used.octets, more.octets) ||
      over(messages, used.messages, more.messages)
    );
  }

  /** The mailbox of that name; INBOX in any case. */
  find(name: string): Mailbox | undefined {
    return this.mailboxes.get(canonicalName(name));
  }

  /** The mailbox of that name, or a Refusal with NONEXISTENT. */
  get(name: string): Mailbox {
    const mailbox = this.find(name);
    if (mailbox === undefined) throw new Refusal('There is no such mailbox', 'NONEXISTENT');
    return mailbox;
  }

  /** Creates a mailbox; throws a Refusal when it exists. */
  create(name: string, specialUse?: string): Mailbox {
    const canonical = canonicalName(name);
    if (this.mailboxes.has(canonical)) throw new Refusal('A mailbox of that name exists', 'ALREADYEXISTS');
    this.#checkFree(canonical);
    if (canonical === '' || /^\/|\/$|\/\/|[\0-\x1f]/.test(canonical))
      throw new Refusal('That is no possible mailbox name', 'CANNOT');
    const { watchers } = this;
    const mailbox = new Mailbox(canonical, this.#nextUidValidity++, { specialUse, watchers, now: this.#now });
    this.mailboxes.set(canonical, mailbox);
    for (const watcher of watchers) watcher.namesChanged?.([canonical]);
    return mailbox;
  }

  #checkFree(name: string): void {
    if ((this.#ghosts.get(name)?.listeners.size ?? 0) > 0)
      throw new Refusal('A deleted mailbox of that name is still in use', 'INUSE');
  }

  /** Today's name of the mailbox that was called so before it was renamed; undefined when there is none. */
  newName(name: string): string | undefined {
    const mailbox = this.#renamed.get(canonicalName(name));
    return mailbox !== undefined && this.mailboxes.get(mailbox.name) === mailbox ? mailbox.name : undefined;
  }

  /** Mailboxes that a name stands for when it is renamed: it, and those below it. */
  tree(name: string): Mailbox[] {
    const top = canonicalName(name);
    return [...this.mailboxes.values()].filter(
      (each) => each.name === top || each.name.startsWith(`${top}/`),
    );
  }

  /**
   * Deletes a mailbox with its messages; mailboxes below it stay. Sessions that selected it are told that it is gone,
   * or keep it until they leave it, and its name with it, when `ghost` (RFC 2180 §3.2).
   */
  delete(name: string, how: 'disconnect' | 'ghost' = 'disconnect'): void {
    const mailbox = this.get(name);
    if (mailbox.name === 'INBOX') throw new Refusal('INBOX cannot be deleted', 'CANNOT');
    this.mailboxes.delete(mailbox.name);
    if (how === 'ghost') this.#ghosts.set(mailbox.name, mailbox);
    else for (const listener of mailbox.listeners) listener.removed('The selected mailbox was deleted');
    for (const watcher of this.watchers) watcher.namesChanged?.([mailbox.name]);
  }

  /** Renames a mailbox and those below it. Renaming INBOX moves its messages instead (RFC 3501 §6.3.5). */
  rename(from: string, to: string): void {
    const source = canonicalName(from);
    const target = canonicalName(to);
    if (source === 'INBOX') {
      const inbox = this.get(source);
      const created = this.create(target);
      for (const message of inbox.messages) created.add(message);
      inbox.expunge([...inbox.messages]);
      return;
    }
    if (target.startsWith(`${source}/`))
      throw new Refusal('A mailbox cannot be moved below itself', 'CANNOT');
    const renamed = this.tree(source);
    if (renamed.length === 0) throw new Refusal('There is no such mailbox', 'NONEXISTENT');
    const newName = (each: Mailbox): string => target + each.name.slice(source.length);
    if (target === '' || renamed.some((each) => this.mailboxes.has(newName(each))))
      throw new Refusal('A mailbox of that name exists', 'ALREADYEXISTS');
    for (const each of renamed) this.#checkFree(newName(each));
    const names = renamed.map((each) => [each, newName(each)] as const);
    for (const [each, name] of names) {
      this.mailboxes.delete(each.name);
      this.#renamed.set(each.name, each);
      each.name = name;
      this.mailboxes.set(name, each);
    }
    for (const watcher of this.watchers) watcher.renamed?.(source, target);
  }

  /** Sets or (null) removes entries of a mailbox, or of the server when that is undefined (RFC 5464 §4.3). */
  setMetadata(mailbox: Mailbox | undefined, changes: ReadonlyMap<string, string | null>): void {
    const held = mailbox?.metadata ?? this.metadata;
    for (const [entry, value] of changes) {
      if (value === null) held.delete(entry);
      else held.set(entry, value);
    }
    // RFC 7162 §3.2: a change of metadata counts as one of the mailbox.
    if (mailbox !== undefined) mailbox.highestModSeq++;
    for (const watcher of this.watchers) watcher.metadataChanged?.(mailbox, [...changes.keys()]);
  }

  subscribe(name: string): void {
    this.subscriptions.add(name);
    for (const watcher of this.watchers) watcher.subscriptionChanged?.(name);
  }

  unsubscribe(name: string): void {
    if (!this.subscriptions.delete(name)) return;
    for (const watcher of this.watchers) watcher.subscriptionChanged?.(name);
  }
}

function canonicalName(name: string): string {
  return name.toUpperCase() === 'INBOX' ? 'INBOX' : name.replace(/^inbox\//i, 'INBOX/');
}
