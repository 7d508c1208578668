/**
 * What the person may do in a mailbox (RFC 4314, RFC 8440; READ-ONLY and PERMANENTFLAGS of RFC 3501), as far as its server has said.
 * Hints, all of it: rights change, and the server's answer to a command is the last word. They save a person from what is sure to fail.
 */
import type { SelectedMailbox } from '../imap/types.ts';
import type { Action } from './action.ts';
import type { Mailbox, MailboxKey, MailboxRights } from './model.ts';

/**
 * - seen: to keep whether messages were read
 * - flag: to keep other marks
 * - remove: to take messages out, by moving or deleting
 * - insert: to put messages in, by moving, copying or filing
 * - create: to make mailboxes below it
 * - end: to rename or delete it
 */
export type Deed = 'seen' | 'flag' | 'remove' | 'insert' | 'create' | 'end';

/** RFC 4314 §4: the rights that each takes. */
const needed: Readonly<Record<Deed, string>> = {
  seen: 's',
  flag: 'w',
  remove: 'te',
  insert: 'i',
  create: 'k',
  end: 'x',
};

/** In a mailbox that is selected READ-ONLY (RFC 3501 §7.1). What else may be done with it, that does not say. */
const changing: ReadonlySet<Deed> = new Set<Deed>(['seen', 'flag', 'remove']);
/** Without this mark there is no way to do it. */
const markOf: Readonly<Partial<Record<Deed, string>>> = {
  seen: '\\Seen',
  flag: '\\Flagged',
  remove: '\\Deleted',
};

/** False where the server has said that it is forbidden. */
export function may({ rights, attributes }: Pick<Mailbox, 'rights' | 'attributes'>, deed: Deed): boolean {
  if (deed === 'create' && attributes.some((each) => /^\\noinferiors$/i.test(each))) return false;
  if (!rights) return true;
  const { letters, readOnly, unkept } = rights;
  if (letters !== undefined && [...needed[deed]].some((right) => !allowed(letters).includes(right)))
    return false;
  if (readOnly && changing.has(deed)) return false;
  return !unkept?.includes(markOf[deed] ?? '');
}

/** RFC 4314 §2.1.1: of the servers of RFC 2086, `c` and `d` are all that the newer rights stand for. */
function allowed(letters: string): string {
  if (/[kxte]/.test(letters)) return letters;
  return letters + (letters.includes('c') ? 'kx' : '') + (letters.includes('d') ? 'xte' : '');
}

export interface Forbidden {
  readonly mailbox: Mailbox;
  readonly deed: Deed;
}

/**
 * What an action is sure to be refused for, as far as is known. Nothing, where it is what the person wrote that is to be put on the
 * server: that is tried whatever is known.
 */
export function forbidden(action: Action, mailboxes: readonly Mailbox[]): Forbidden | undefined {
  for (const [key, deed] of deedsOf(action, mailboxes)) {
    const mailbox = mailboxes.find((each) => each.key === key);
    if (mailbox && !may(mailbox, deed)) return { mailbox, deed };
  }
  return undefined;
}

type Deeds = readonly (readonly [MailboxKey, Deed])[];

function deedsOf(action: Action, mailboxes: readonly Mailbox[]): Deeds {
  switch (action.kind) {
    case 'flag': {
      // A hint is left out where it cannot be kept.
      if (action.hint) return [];
      const flags = new Set([...action.add, ...action.remove]);
      const seen: Deeds = flags.delete('\\Seen') ? [[action.mailbox, 'seen']] : [];
      return flags.size > 0 ? [...seen, [action.mailbox, 'flag']] : seen;
    }
    case 'move':
      return [
        [action.from, 'remove'],
        [action.to, 'insert'],
      ];
    case 'copy':
      return [[action.to, 'insert']];
    case 'carry':
      return action.remove ? [[action.from, 'remove']] : [];
    case 'expunge':
      return [[action.mailbox, 'remove']];
    case 'import':
      return [[action.mailbox, 'insert']];
    case 'create-mailbox':
      return above(action.name, mailboxes);
    case 'rename-mailbox': {
      const there = mailboxes.find(({ key }) => key === action.mailbox);
      // Where it stays below what it is below, nothing is made there but its name: servers differ.
      const stays = there && levelAbove(there.name, there) === levelAbove(action.name, there);
      return [[action.mailbox, 'end'], ...(stays ? [] : above(action.name, mailboxes))];
    }
    case 'delete-mailbox':
      return [[action.mailbox, 'end']];
    case 'send':
    case 'upload':
    case 'save-draft':
    case 'remove-draft':
    case 'subscribe':
      return [];
  }
}

function above(name: string, mailboxes: readonly Mailbox[]): Deeds {
  const parent = mailboxes.find((each) => each.delimiter !== null && levelAbove(name, each) === each.name);
  return parent ? [[parent.key, 'create']] : [];
}

function levelAbove(name: string, { delimiter }: Mailbox): string {
  return delimiter === null ? '' : name.slice(0, Math.max(0, name.lastIndexOf(delimiter)));
}

const MARKS = ['\\Seen', '\\Flagged', '\\Deleted'];

/**
 * The mailbox with what SELECT said of it. Quirk: a list of permanent flags with nothing in it is of a server that does not say,
 * unless the mailbox is READ-ONLY anyway.
 */
export function withSelected(
  mailbox: Mailbox,
  { readOnly, permanentFlags }: Pick<SelectedMailbox, 'readOnly' | 'permanentFlags'>,
): Mailbox {
  const kept = new Set(permanentFlags.map((flag) => flag.toLowerCase()));
  const unkept = kept.size === 0 || readOnly ? [] : MARKS.filter((flag) => !kept.has(flag.toLowerCase()));
  return withRights(mailbox, {
    letters: mailbox.rights?.letters,
    readOnly: readOnly || undefined,
    unkept: unkept.length > 0 ? unkept : undefined,
  });
}

/** What is not said is not kept: two that are alike look alike. */
export function withRights(
  mailbox: Mailbox,
  said: { [Name in keyof MailboxRights]?: MailboxRights[Name] | undefined },
): Mailbox {
  const { rights: _, ...rest } = mailbox;
  const rights = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return Object.keys(rights).length > 0 ? { ...rest, rights } : rest;
}
