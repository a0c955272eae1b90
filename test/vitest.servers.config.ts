import { defineConfig } from 'vitest/config';

const conditions = ['source', 'module', 'node'];

// Tests that need real servers: those of the environment (YUJING_TEST_*), or started for this run.
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{schemas,services,test}/**/*.servers.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['test/stack/vitest-setup.ts'],
    pool: 'threads',
    isolate: false,
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
