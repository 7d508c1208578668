/**
 * A small in-memory IMAP and submission server: for trying Postern with no mail server at hand, and for testing it
 * against what the RFCs allow a server to do. Never meant to be deployed.
 */
export { Account, Refusal } from './account/account.ts';
export type { AccountOptions, Quota } from './account/account.ts';
export { flagSet, Mailbox } from './account/mailbox.ts';
export type { AccountWatcher, MailboxListener, Message, NewMessage } from './account/mailbox.ts';
export { demoAccounts } from './demo/accounts.ts';
export { bigMailbox } from './demo/big-mailbox.ts';
export type { BigMailboxOptions } from './demo/big-mailbox.ts';
export type { Faults } from './faults.ts';
export { ServerConnection } from './imap/connection.ts';
export { Deflater, Inflater } from './imap/deflate.ts';
export type { TlsOptions } from './imap/listener.ts';
export type { ImapHost } from './imap/session.ts';
export type { SaslMechanism } from './sasl/mechanisms.ts';
export { GeneratedMessage, HeldMessage } from './message/source.ts';
export type { MessageSource } from './message/source.ts';
export { CAPABILITIES, NO_CAPABILITIES, supports } from './profile.ts';
export { profiles } from './profiles.ts';
export { TRAITS } from './traits.ts';
export type { Trait } from './traits.ts';
export type { CapabilityName, MultiAccess, Profile } from './profile.ts';
export { noReferrals } from './referrals.ts';
export type { Referrals, RemoteHome, RemoteMailbox } from './referrals.ts';
export { startMailServer } from './server.ts';
export type { DeliverOptions, Endpoint, MailServer, MailServerOptions } from './server.ts';
export { SubmissionConnection } from './submission-connection.ts';
export type { RelayedMessage, SubmissionHost } from './submission-delivery.ts';
