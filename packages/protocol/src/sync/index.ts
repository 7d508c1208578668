export * from './action.ts';
export * from './change.ts';
export * from './model.ts';
export * from './project.ts';
export * from './store.ts';
export * from './wishes.ts';
export * from './engine.ts';
