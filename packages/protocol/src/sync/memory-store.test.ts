import { describe, it } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { storeCases } from './store-conformance/index.ts';

describe('the store in memory', () => {
  for (const { name, run } of storeCases) {
    it(name, async () => {
      await run(new MemoryStore(), undefined);
    });
  }
});
