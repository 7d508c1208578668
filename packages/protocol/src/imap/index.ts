export * from './command.ts';
export * from './commands/index.ts';
export * from './connection.ts';
export * from './dialogues/index.ts';
export { LINE_LIMIT, LITERAL_LIMIT, RESPONSE_LIMIT } from './fragmenter.ts';
export { isSpelledOneWay, type MailboxName } from './mailbox-name.ts';
export type {
  AccessControlList,
  MailboxRights,
  Metadata,
  Namespace,
  Namespaces,
  Quota,
  QuotaResource,
  RightsChoice,
  Thread,
} from './response.ts';
export * from './session.ts';
export * from './sets.ts';
export * from './types.ts';
export * from './url.ts';
