/** Asks what the person may do in which mailbox (RFC 4314, RFC 8440). `rights.ts` says what follows from the answers. */
import { CommandError } from '../error.ts';
import { list, myRights, namespace } from '../imap/index.ts';
import type { ListedWithStatus } from '../imap/index.ts';
import type { Change } from './change.ts';
import { tellsOthers } from './count-mailboxes.ts';
import type { Lane } from './lane.ts';
import type { Mailbox, MailboxKey } from './model.ts';
import { withRights } from './rights.ts';
import { isRemote, isSelectable } from './roles.ts';
import type { Truth } from './truth.ts';

/** How often rights are asked for again, milliseconds. */
const EVERY = 60 * 60_000;
/** MYRIGHTS commands on the wire at once, and in one go. */
const AT_ONCE = 32;
const AT_MOST = 256;

/** Asks for the rights in mailboxes of which they are not known, or were not asked for lately. */
export class RightsAsking {
  readonly #asked = new Map<MailboxKey, number>();

  /** When somebody is next to be asked, milliseconds since 1970; Infinity: nobody was asked yet. */
  get due(): number {
    return Math.min(Infinity, ...[...this.#asked.values()].map((at) => at + EVERY));
  }

  /** True: what was told is not what was known of which mailboxes there are. */
  async ask(lane: Lane, truth: Truth): Promise<boolean> {
    const now = lane.now();
    const here = (await truth.mailboxes()).filter((mailbox) => isSelectable(mailbox) && !isRemote(mailbox));
    for (const key of this.#asked.keys()) if (!here.some((each) => each.key === key)) this.#asked.delete(key);
    const due = here.filter(({ key }) => now - (this.#asked.get(key) ?? Number.NEGATIVE_INFINITY) >= EVERY);
    if (due.length === 0) return false;
    const { capabilities } = await lane.session();
    for (const { key } of due) this.#asked.set(key, now);
    if (!capabilities.has('ACL')) return false;
    try {
      if (capabilities.has('LIST-MYRIGHTS')) {
        for (const { key } of here) this.#asked.set(key, now);
        const listed = await lane.run(list('', '*', { returnRights: true }));
        await keepLetters(truth, lettersOf(listed));
        return tellsOthers(listed, await truth.mailboxes(), here);
      }
      await askEach(lane, truth, await others(lane, due));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
    return false;
  }
}

/** Asks anew, where the server can be asked: after it refused something, or before it would be. */
export async function askRights(lane: Lane, truth: Truth, mailboxes: readonly Mailbox[]): Promise<void> {
  if ((await lane.session()).capabilities.has('ACL')) await askEach(lane, truth, mailboxes);
}

type Letters = ReadonlyMap<string, string>;

function lettersOf(listed: readonly ListedWithStatus[]): Letters {
  return new Map(
    listed.flatMap(({ wireName, rights }) => (rights === undefined ? [] : [[wireName, rights] as const])),
  );
}

/** One after another takes too long, and all at once fills the line: those who may do everything with their own are left out. */
async function others(lane: Lane, mailboxes: readonly Mailbox[]): Promise<readonly Mailbox[]> {
  if (!(await lane.session()).capabilities.has('NAMESPACE')) return mailboxes.slice(0, AT_MOST);
  const namespaces = await lane.run(namespace());
  if (!namespaces) return mailboxes.slice(0, AT_MOST);
  const foreign = [...namespaces.others, ...namespaces.shared].map(({ wirePrefix }) => wirePrefix);
  const own = namespaces.personal.map(({ wirePrefix }) => wirePrefix);
  const longest = (prefixes: readonly string[], name: string): number =>
    Math.max(-1, ...prefixes.filter((prefix) => name.startsWith(prefix)).map(({ length }) => length));
  return mailboxes
    .filter(
      ({ wireName, rights }) =>
        rights?.readOnly || rights?.unkept || longest(foreign, wireName) > longest(own, wireName),
    )
    .slice(0, AT_MOST);
}

async function askEach(lane: Lane, truth: Truth, mailboxes: readonly Mailbox[]): Promise<void> {
  const letters = new Map<string, string>();
  const waiting = [...mailboxes];
  const ask = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      try {
        const answer = await lane.run(myRights(lane.nameOf(next)));
        if (answer) letters.set(next.wireName, answer.rights);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  await keepLetters(truth, letters);
}

function keepLetters(truth: Truth, letters: Letters): Promise<void> {
  return truth.change(async () => {
    const changes: Change[] = [];
    for (const mailbox of await truth.mailboxes()) {
      const said = letters.get(mailbox.wireName);
      if (said === undefined || said === mailbox.rights?.letters) continue;
      // What SELECT said was said of other rights.
      changes.push({ kind: 'mailbox', mailbox: withRights(mailbox, { letters: said }) });
    }
    return { changes, result: undefined };
  });
}
