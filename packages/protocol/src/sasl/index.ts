export * from './mechanism.ts';
export * from './plain.ts';
