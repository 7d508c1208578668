export * from './connection.ts';
export { DotStuffer } from './dot-stuffer.ts';
export { type Reply, replyText } from './reply.ts';
export * from './session.ts';
export * from './submit.ts';
