import { readableName } from './mailbox-name.ts';
import type { Namespace, Untagged } from './response.ts';

/** The response as it reads once UTF-8 is enabled: names are as they stand, an `&` begins nothing (RFC 9051 §5.1). */
export function namedInUtf8(response: Untagged): Untagged {
  if (response.type === 'list' || response.type === 'lsub') {
    const { mailbox } = response;
    return { ...response, mailbox: { ...mailbox, name: readableName(mailbox.wireName, true) } };
  }
  if (response.type !== 'namespace') return response;
  const group = (namespaces: readonly Namespace[]): Namespace[] =>
    namespaces.map((each) => ({ ...each, prefix: each.wirePrefix }));
  const { personal, others, shared } = response.namespaces;
  return {
    type: 'namespace',
    namespaces: { personal: group(personal), others: group(others), shared: group(shared) },
  };
}
