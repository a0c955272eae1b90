import { suite } from './vitest-common.ts';

export default suite({
  include: ['{schemas,rules,services,test}/**/*.test.ts'],
  exclude: ['**/*.servers.test.ts', '**/*.long.test.ts'],
  timeoutMs: 60_000,
});
