export * from './bearer.ts';
export * from './external.ts';
export * from './mechanism.ts';
export { loginMechanism, plain } from './plain.ts';
export * from './saslprep.ts';
export * from './scram.ts';
