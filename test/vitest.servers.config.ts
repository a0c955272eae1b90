import { suite } from './vitest-common.ts';

// Tests that need real servers: those of the environment (YUJING_TEST_*), or started for this run.
export default suite({
  include: ['{schemas,services,test}/**/*.servers.test.ts'],
  globalSetup: ['test/stack/vitest-setup.ts'],
  timeoutMs: 120_000,
});
