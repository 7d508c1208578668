/** Where a person's mailboxes are kept: some servers have all of them below a prefix, and refuse a name beside it (Courier, Cyrus). */
import { CommandError } from '../../error.ts';
import { namespace } from '../../imap/index.ts';
import type { Lane } from '../lane.ts';

/**
 * The name that a mailbox called `name` has below the prefix of the personal namespace (RFC 2342 §5). undefined where it is in one of the
 * server's namespaces as it is, there is no prefix, or the server does not say.
 */
export async function belowPrefix(lane: Lane, name: string): Promise<string | undefined> {
  const { capabilities } = await lane.session();
  if (!capabilities.has('NAMESPACE')) return undefined;
  const told = await lane.run(namespace()).catch(unlessRefused);
  const prefix = told?.personal[0]?.prefix ?? '';
  if (!told || prefix === '') return undefined;
  const all = [...told.personal, ...told.others, ...told.shared];
  return all.some((each) => each.prefix !== '' && name.startsWith(each.prefix)) ? undefined : prefix + name;
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof CommandError)) throw error;
}
