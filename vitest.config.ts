import { defineConfig } from 'vitest/config';

/** Unit tests stand beside their source; what crosses packages, a socket or a browser is in tests/. */
const project = (name: string, include: string[], seconds: number) => ({
  test: {
    name,
    environment: 'node',
    include,
    testTimeout: seconds * 1000,
    hookTimeout: Math.max(seconds, 30) * 1000,
  },
});

export default defineConfig({
  test: {
    projects: [
      project(
        'unit',
        ['packages/*/src/**/*.test.ts', 'gateway/src/**/*.test.ts', 'web/src/**/*.test.ts'],
        10,
      ),
      project('sync', ['tests/sync/**/*.test.ts'], 30),
      project('sim', ['tests/sim/**/*.test.ts'], 120),
      project('mime', ['tests/mime/**/*.test.ts'], 30),
      project('gateway', ['tests/gateway/**/*.test.ts'], 30),
      project('html', ['tests/html/**/*.test.ts'], 60),
      project('browser', ['tests/browser/**/*.test.ts'], 60),
      project('servers', ['tests/servers/**/*.test.ts'], 60),
      {
        test: {
          ...project('e2e', ['tests/e2e/**/*.test.ts'], 120).test,
          // What a page shows on a busy machine may take longer than the second that is usual.
          expect: { poll: { timeout: 15_000 } },
        },
      },
    ],
  },
});
