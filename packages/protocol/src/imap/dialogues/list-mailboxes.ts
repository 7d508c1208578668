import { UsageError } from '../../error.ts';
import { list, type ListedWithStatus, type ListOptions, lsub, rlist } from '../commands/list.ts';
import type { MailboxName } from '../mailbox-name.ts';
import { offers } from '../offers.ts';
import type { ListedMailbox } from '../types.ts';
import type { Speaker } from './append-all.ts';
import { withWhatIsBeside } from './list-beside.ts';

/**
 * LIST of mailboxes that match any of some patterns, chosen and described as `list` does, by what the server has of LIST-EXTENDED
 * (RFC 5258), LIST-STATUS (5819), LIST-MYRIGHTS (8440) and LIST-METADATA (9590). Without these it is LIST for each pattern and
 * LSUB, and STATUS, MYRIGHTS and GETMETADATA of each mailbox; what the server cannot tell of one, or refuses to, is absent. What a
 * mailbox is for (SPECIAL-USE, 6154) cannot be told by a server without it: none is found by it. Each mailbox once. Rejects as LIST
 * and LSUB do.
 */
export async function listMailboxes(
  session: Speaker,
  reference: MailboxName,
  patterns: readonly MailboxName[],
  options: ListOptions = {},
): Promise<readonly ListedWithStatus[]> {
  const { capabilities } = session;
  if (patterns.length === 0) throw new UsageError('LIST of no pattern');
  const has = (name: string): boolean => offers(capabilities, name);
  const there: ListOptions = {
    ...(has('LIST-EXTENDED') && {
      ...(options.only && { only: options.only }),
      ...(options.returnSubscribed && { returnSubscribed: true }),
      ...(options.returnChildren && { returnChildren: true }),
      ...(options.returnSpecialUse && has('SPECIAL-USE') && { returnSpecialUse: true }),
    }),
    ...(options.returnStatus && has('LIST-STATUS') && { returnStatus: options.returnStatus }),
    ...(options.returnRights && has('LIST-MYRIGHTS') && { returnRights: true }),
    ...(options.returnMetadata && has('LIST-METADATA') && { returnMetadata: options.returnMetadata }),
  };
  if (options.only?.includes('SPECIAL-USE') && !has('SPECIAL-USE')) return [];
  const listed = has('LIST-EXTENDED')
    ? await session.run(list(reference, patterns.length === 1 ? patterns[0]! : patterns, there))
    : await chosenHere(session, reference, patterns, options, there);
  return withWhatIsBeside(session, listed, options, there);
}

const USES = new Set([
  '\\All',
  '\\Archive',
  '\\Drafts',
  '\\Flagged',
  '\\Important',
  '\\Junk',
  '\\Sent',
  '\\Trash',
]);

const NOTHING: ReadonlyMap<string, ListedMailbox> = new Map();

/** LIST (RFC 3501 §6.3.8) for each pattern, and of these those that are asked for. */
async function chosenHere(
  session: Speaker,
  reference: MailboxName,
  patterns: readonly MailboxName[],
  { only = [], returnSubscribed, returnChildren }: ListOptions,
  there: ListOptions,
): Promise<readonly ListedWithStatus[]> {
  const listed = new Map<string, ListedWithStatus>();
  for (const pattern of patterns) {
    const command = only.includes('REMOTE') ? rlist(reference, pattern) : list(reference, pattern, there);
    for (const mailbox of await session.run(command)) listed.set(mailbox.wireName, mailbox);
  }
  const bySubscription = only.includes('SUBSCRIBED');
  const subscribed =
    bySubscription || returnSubscribed ? await subscriptions(session, reference, '*') : NOTHING;
  if (bySubscription) {
    // What is subscribed and not there is told as well (RFC 5258 §3.4).
    for (const pattern of patterns) {
      for (const [wireName, mailbox] of await subscriptions(session, reference, pattern)) {
        if (!listed.has(wireName)) listed.set(wireName, { ...mailbox, attributes: ['\\NonExistent'] });
      }
    }
  }
  const aboveSubscribed = parentsOf(only.includes('RECURSIVEMATCH') ? subscribed.values() : []);
  // CHILDREN (RFC 3348) tells without being asked.
  const untold = returnChildren && [...listed.values()].some((mailbox) => !tellsChildren(mailbox));
  const aboveAny = parentsOf(untold ? await session.run(list(reference, '*')) : []);
  return [...listed.values()].flatMap((mailbox): ListedWithStatus[] => {
    const place = placeOf(mailbox.wireName);
    const own = subscribed.has(mailbox.wireName);
    const below = aboveSubscribed.has(place);
    const isUsed = mailbox.attributes.some((each) => USES.has(each));
    if ((bySubscription && !own && !below) || (only.includes('SPECIAL-USE') && !isUsed)) return [];
    const attributes = new Set(mailbox.attributes);
    if (own) attributes.add('\\Subscribed');
    if (returnChildren && !tellsChildren(mailbox)) {
      attributes.add(aboveAny.has(place) ? '\\HasChildren' : '\\HasNoChildren');
    }
    return [{ ...mailbox, attributes: [...attributes], ...(below && { childInfo: ['SUBSCRIBED'] }) }];
  });
}

/**
 * By wire name. `\Noselect` says that only something below is subscribed (RFC 3501 §6.3.9). Quirk: Courier says so with `*` too,
 * where only a mailbox that cannot be selected should have it.
 */
async function subscriptions(
  session: Speaker,
  reference: MailboxName,
  pattern: MailboxName,
): Promise<ReadonlyMap<string, ListedMailbox>> {
  const listed = await session.run(lsub(reference, pattern));
  const own = listed.filter(({ attributes }) => !attributes.includes('\\Noselect'));
  return new Map(own.map((mailbox) => [mailbox.wireName, mailbox]));
}

function tellsChildren({ attributes }: ListedMailbox): boolean {
  return attributes.some((each) => ['\\HasChildren', '\\HasNoChildren', '\\NonExistent'].includes(each));
}

/** Whatever is above one of these. */
function parentsOf(mailboxes: Iterable<ListedMailbox>): ReadonlySet<string> {
  const parents = new Set<string>();
  for (const { wireName, delimiter } of mailboxes) {
    if (!delimiter) continue;
    for (let at = wireName.indexOf(delimiter); at > 0; at = wireName.indexOf(delimiter, at + 1)) {
      parents.add(placeOf(wireName.slice(0, at)));
    }
  }
  return parents;
}

/** INBOX in whatever case is one mailbox (RFC 3501 §5.1). */
function placeOf(wireName: string): string {
  return wireName.toUpperCase() === 'INBOX' ? 'INBOX' : wireName;
}
