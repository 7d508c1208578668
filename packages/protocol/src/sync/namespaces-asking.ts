/** Asks which mailboxes are not the person's own (RFC 2342). `namespaces.ts` says what follows from the answer. */
import { CommandError } from '../error.ts';
import { namespace } from '../imap/index.ts';
import type { Namespace } from '../imap/index.ts';
import type { Lane } from './lane.ts';
import { mayBeForeign, NAMESPACES_SETTING, namespacesOf } from './namespaces.ts';
import type { KnownNamespaces } from './namespaces.ts';
import { settingQuery } from './store.ts';
import type { Truth } from './truth.ts';

/** Servers keep their namespaces: once is enough, and only where there is something to know. */
export class NamespacesAsking {
  #asked = false;

  async ask(lane: Lane, truth: Truth): Promise<void> {
    if (this.#asked || !mayBeForeign(await truth.mailboxes())) return;
    const { capabilities } = await lane.session();
    this.#asked = true;
    if (!capabilities.has('NAMESPACE')) return;
    try {
      const told = await lane.run(namespace());
      if (!told) return;
      const { personal, others, shared } = told;
      await keep(truth, {
        personal: personal.map(prefixOf),
        others: others.map(prefixOf),
        shared: shared.map(prefixOf),
      });
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
}

const prefixOf = ({ prefix }: Namespace): string => prefix;

async function keep(truth: Truth, value: KnownNamespaces): Promise<void> {
  await truth.change(async () => {
    const before = namespacesOf(await truth.store.read(settingQuery<unknown>(NAMESPACES_SETTING)));
    const same = JSON.stringify(before) === JSON.stringify(value);
    return { changes: same ? [] : [{ kind: 'setting', name: NAMESPACES_SETTING, value }], result: undefined };
  });
}
