import { readableName, wireNameOf } from './mailbox-name.ts';
import type { Namespace, Untagged } from './response.ts';
import type { GmailLabel, ResponseCode } from './types.ts';

/**
 * The response as it reads once UTF-8 is enabled: names are as they stand, an `&` begins nothing (RFC 9051 §5.1). Wire names are spelled
 * as where it is not, so that what was kept of a mailbox is found again on any connection.
 */
export function namedInUtf8(response: Untagged): Untagged {
  switch (response.type) {
    case 'list':
    case 'lsub': {
      const { mailbox } = response;
      const name = readableName(mailbox.wireName, true);
      return { ...response, mailbox: { ...respelled(mailbox), name } };
    }
    case 'mailbox-status':
      return { ...response, status: respelled(response.status) };
    case 'acl':
      return { ...response, list: respelled(response.list) };
    case 'list-rights':
      return { ...response, choice: respelled(response.choice) };
    case 'my-rights':
      return { ...response, rights: respelled(response.rights) };
    case 'quota-root':
      return { ...response, roots: respelled(response.roots) };
    case 'metadata':
      return { ...response, metadata: respelled(response.metadata) };
    case 'esearch': {
      const { wireName } = response.result;
      return wireName === undefined
        ? response
        : { ...response, result: { ...response.result, wireName: wireNameOf(wireName) } };
    }
    case 'fetch':
      return response.message.gmailLabels ? labelledInUtf8(response) : response;
    case 'status':
      return response.code ? { ...response, code: codeInUtf8(response.code) } : response;
    case 'namespace': {
      const group = (namespaces: readonly Namespace[]): Namespace[] =>
        namespaces.map((each) => ({
          ...each,
          prefix: each.wirePrefix.replace(/^inbox(?=.)/i, 'INBOX'),
          wirePrefix: wireNameOf(each.wirePrefix),
        }));
      const { personal, others, shared } = response.namespaces;
      const namespaces = { personal: group(personal), others: group(others), shared: group(shared) };
      return { type: 'namespace', namespaces };
    }
    default:
      return response;
  }
}

/** The same for the code of a receipt. */
export function codeInUtf8(code: ResponseCode): ResponseCode {
  if (code.name !== 'NEWNAME') return code;
  return { ...code, before: wireNameOf(code.before), after: wireNameOf(code.after) };
}

function respelled<T extends { readonly wireName: string }>(named: T): T {
  return { ...named, wireName: wireNameOf(named.wireName) };
}

function labelledInUtf8(response: Extract<Untagged, { type: 'fetch' }>): Untagged {
  const named = (label: GmailLabel): GmailLabel =>
    label.system ? label : { ...label, name: readableName(label.wireName, true) };
  const { message } = response;
  return { ...response, message: { ...message, gmailLabels: (message.gmailLabels ?? []).map(named) } };
}
