/** A response as the wire has it: sequence numbers unresolved, belonging to no command yet. */
import type {
  FetchedMessage,
  Flag,
  ListedMailbox,
  MailboxStatus,
  ModSeq,
  SeqNum,
  StatusText,
  UidRanges,
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
  | { readonly type: 'id'; readonly fields: ReadonlyMap<string, string> | null }
  | { readonly type: 'namespace'; readonly namespaces: Namespaces };

export type Response =
  | Untagged
  | ({ readonly type: 'receipt'; readonly tag: string; readonly status: 'OK' | 'NO' | 'BAD' } & StatusText)
  /** RFC 3501 §7.5; `text` may be base64. */
  | { readonly type: 'continuation'; readonly text: string };
