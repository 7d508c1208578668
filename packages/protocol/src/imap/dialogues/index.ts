export { appendAll, type Speaker } from './append-all.ts';
export * from './enable-offered.ts';
export * from './fetch-binary.ts';
export * from './in-steps.ts';
export * from './replace.ts';
