export * from './acl.ts';
export * from './append.ts';
export { isUtf8Message } from './append-message.ts';
export type { Appending, AppendOptions, CatenateOptions, CatenatePart } from './append-message.ts';
export * from './around.ts';
export {
  type CopyUid,
  expunge,
  type Stored,
  type StoreOptions,
  uidCopy,
  uidExpunge,
  uidMove,
  uidStore,
} from './change.ts';
export { type FetchOptions, uidFetch, type Window } from './fetch.ts';
export type { BinaryItem, FetchItem, SectionItem } from './fetch-item.ts';
export * from './gmail.ts';
export * from './list.ts';
export * from './mailbox.ts';
export { getMetadata, type MetadataOptions, setMetadata } from './metadata.ts';
export * from './notify.ts';
export * from './numbered.ts';
export * from './quota.ts';
export { type MessageSet, SAVED } from './message-set.ts';
export { cancelUpdate, type SearchReturn, uidExtendedSearch, uidSearch } from './search.ts';
export type { SearchDay, SearchKey } from './search-key.ts';
export type { SearchResult } from './search-result.ts';
export * from './select.ts';
export * from './session.ts';
export * from './sort.ts';
