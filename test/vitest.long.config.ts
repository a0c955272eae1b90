import { suite } from './vitest-common.ts';

// Tests that start, end and kill whole processes: `npm run test:long`.
export default suite({ include: ['test/**/*.long.test.ts'], timeoutMs: 120_000 });
