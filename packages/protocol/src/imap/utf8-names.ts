import { readableName } from './mailbox-name.ts';
import type { Namespace, Untagged } from './response.ts';
import type { GmailLabel } from './types.ts';

/** The response as it reads once UTF-8 is enabled: names are as they stand, an `&` begins nothing (RFC 9051 §5.1). */
export function namedInUtf8(response: Untagged): Untagged {
  if (response.type === 'list' || response.type === 'lsub') {
    const { mailbox } = response;
    return { ...response, mailbox: { ...mailbox, name: readableName(mailbox.wireName, true) } };
  }
  if (response.type === 'fetch') return response.message.gmailLabels ? labelledInUtf8(response) : response;
  if (response.type !== 'namespace') return response;
  const group = (namespaces: readonly Namespace[]): Namespace[] =>
    namespaces.map((each) => ({ ...each, prefix: each.wirePrefix }));
  const { personal, others, shared } = response.namespaces;
  return {
    type: 'namespace',
    namespaces: { personal: group(personal), others: group(others), shared: group(shared) },
  };
}

function labelledInUtf8(response: Extract<Untagged, { type: 'fetch' }>): Untagged {
  const named = (label: GmailLabel): GmailLabel =>
    label.system ? label : { ...label, name: readableName(label.wireName, true) };
  const { message } = response;
  return { ...response, message: { ...message, gmailLabels: (message.gmailLabels ?? []).map(named) } };
}
