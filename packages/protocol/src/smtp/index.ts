export * from './connection.ts';
export { describedMessage } from './content.ts';
export { DotStuffer } from './dot-stuffer.ts';
export { type DeliveryReports, type Envelope, type Hold, type SizeRefusal } from './envelope.ts';
export { type Reply, replyText } from './reply.ts';
export * from './session.ts';
export * from './status.ts';
export * from './submit.ts';
