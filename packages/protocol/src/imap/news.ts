import type { ExtendedSearch, Untagged } from './response.ts';
import type { News } from './types.ts';

/** What an untagged response tells, whoever asked for it; undefined where it is the result of a command, or tells nothing. */
export function newsOf(response: Exclude<Untagged, { type: 'expunge' }>): News | undefined {
  switch (response.type) {
    case 'status':
      return statusNews(response);
    case 'exists':
      return { type: 'exists', count: response.count };
    case 'vanished':
      return response;
    case 'fetch':
      return { type: 'fetch', message: response.message };
    case 'list':
      return { type: 'list', mailbox: response.mailbox };
    case 'mailbox-status':
      return { type: 'status', status: response.status };
    case 'capability':
      return { type: 'capability', capabilities: response.capabilities };
    case 'recent':
      return { type: 'recent', count: response.count };
    case 'flags':
      return response;
    case 'esearch':
      return updateNews(response.result);
    case 'metadata': {
      const { wireName, changed } = response.metadata;
      return changed && { type: 'metadata', wireName, changed };
    }
    default:
      // Results of a command: with no command to take them they mean nothing.
      return undefined;
  }
}

function statusNews({ status, code, text }: Untagged & { type: 'status' }): News {
  const type = status === 'PREAUTH' ? 'ok' : (status.toLowerCase() as 'ok' | 'no' | 'bad' | 'bye');
  return { type, status: { code, text } };
}

/** What an updating search gained and lost (RFC 5267 §4.3); sequence numbers are nobody's above. */
function updateNews({ tag, uid, updates }: ExtendedSearch): News | undefined {
  return tag !== undefined && uid && updates ? { type: 'search-update', tag, updates } : undefined;
}
