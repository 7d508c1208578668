/** A response as the wire has it: sequence numbers unresolved, belonging to no command yet. */
import type {
  FetchedMessage,
  Flag,
  ListedMailbox,
  MailboxStatus,
  ModSeq,
  SearchUpdate,
  SeqNum,
  StatusText,
  UidRanges,
  UidValidity,
} from './types.ts';

export type StatusName = 'OK' | 'NO' | 'BAD' | 'BYE' | 'PREAUTH';

/** One namespace (RFC 2342 §5); prefix decoded, and as the server spells it. */
export interface Namespace {
  readonly prefix: string;
  readonly wirePrefix: string;
  readonly delimiter: string | null;
}

export interface Namespaces {
  readonly personal: readonly Namespace[];
  readonly others: readonly Namespace[];
  readonly shared: readonly Namespace[];
}

/** RFC 4731 §3.1, RFC 9051 §7.3.4. */
export interface ExtendedSearch {
  readonly tag: string | undefined;
  readonly uid: boolean;
  readonly all?: UidRanges;
  readonly min?: number;
  readonly max?: number;
  readonly count?: number;
  readonly modSeq?: ModSeq;
  /** RFC 9394 §3.1: the window asked for (`1:100`, `-1:-100`) and what is in it. */
  readonly partial?: { readonly first: number; readonly last: number; readonly found: UidRanges };
  /** RFC 6203 §4: one score of 1 … 100 for each result. */
  readonly relevancy?: readonly number[];
  /** RFC 5267 §4.3: what an updating search gained and lost, in order; position 0 where the order does not matter. */
  readonly updates?: readonly SearchUpdate[];
  /** RFC 7377 §2.1: the mailbox that these results are from. */
  readonly wireName?: string;
  readonly uidValidity?: UidValidity;
}

/** RFC 4314 §3.6. Rights are letters (§2.1). */
export interface AccessControlList {
  readonly wireName: string;
  readonly entries: readonly { readonly identifier: string; readonly rights: string }[];
}

/** RFC 4314 §3.7: what an identifier always has, and groups of what it can be given, each tied together. */
export interface RightsChoice {
  readonly wireName: string;
  readonly identifier: string;
  readonly required: string;
  readonly optional: readonly string[];
}

export interface MailboxRights {
  readonly wireName: string;
  readonly rights: string;
}

/** RFC 9208 §5: STORAGE in units of 1024 octets, the others counted; 63 bits. */
export interface QuotaResource {
  readonly name: string;
  readonly usage: bigint;
  readonly limit: bigint;
}

export interface Quota {
  readonly root: string;
  readonly resources: readonly QuotaResource[];
}

export interface QuotaRoots {
  readonly wireName: string;
  readonly roots: readonly string[];
}

/** RFC 5464 §4.4. Entry names in lower case. */
export interface Metadata {
  readonly wireName: string;
  readonly values?: ReadonlyMap<string, Uint8Array | null>;
  readonly changed?: readonly string[];
}

/** RFC 5256 §4: `line` is parent to child; the branches are the children of its last message. */
export interface Thread {
  readonly line: readonly number[];
  readonly branches: readonly Thread[];
}

export type Untagged =
  | ({ readonly type: 'status'; readonly status: StatusName } & StatusText)
  | { readonly type: 'exists' | 'recent'; readonly count: number }
  | { readonly type: 'expunge'; readonly seq: SeqNum }
  | { readonly type: 'fetch'; readonly seq: SeqNum; readonly message: FetchedMessage }
  | { readonly type: 'vanished'; readonly uids: UidRanges; readonly earlier: boolean }
  | { readonly type: 'flags'; readonly flags: readonly Flag[] }
  | { readonly type: 'capability' | 'enabled'; readonly capabilities: readonly string[] }
  | { readonly type: 'list' | 'lsub'; readonly mailbox: ListedMailbox }
  | { readonly type: 'mailbox-status'; readonly status: MailboxStatus }
  | { readonly type: 'search'; readonly numbers: readonly number[]; readonly modSeq: ModSeq | undefined }
  | { readonly type: 'esearch'; readonly result: ExtendedSearch }
  /** In the order asked for, as SEARCH otherwise (RFC 5256 §4). */
  | { readonly type: 'sort'; readonly numbers: readonly number[]; readonly modSeq: ModSeq | undefined }
  | { readonly type: 'thread'; readonly threads: readonly Thread[] }
  | { readonly type: 'acl'; readonly list: AccessControlList }
  | { readonly type: 'list-rights'; readonly choice: RightsChoice }
  | { readonly type: 'my-rights'; readonly rights: MailboxRights }
  | { readonly type: 'quota'; readonly quota: Quota }
  | { readonly type: 'quota-root'; readonly roots: QuotaRoots }
  | { readonly type: 'metadata'; readonly metadata: Metadata }
  | { readonly type: 'id'; readonly fields: ReadonlyMap<string, string> | null }
  | { readonly type: 'namespace'; readonly namespaces: Namespaces };

export type Response =
  | Untagged
  | ({ readonly type: 'receipt'; readonly tag: string; readonly status: 'OK' | 'NO' | 'BAD' } & StatusText)
  /** RFC 3501 §7.5; `text` may be base64. */
  | { readonly type: 'continuation'; readonly text: string };
