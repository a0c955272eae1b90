import type { ViteUserConfig } from 'vitest/config';

// Vitest hands these on to Node: with `import` among them `require` would be given the ES modules of a package.
const conditions = ['source', 'module', 'node'];

/** What all suites of vitest share. Un-isolated threads: 41 files take 0.35 s instead of 6.7 s, so tests may not leave global state behind. */
export function suite(
  test: NonNullable<ViteUserConfig['test']> & { readonly include: string[]; readonly timeoutMs: number },
): ViteUserConfig {
  const { timeoutMs, exclude = [], ...rest } = test;
  return {
    root: new URL('..', import.meta.url).pathname,
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      ...rest,
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      pool: 'threads',
      isolate: false,
      maxWorkers: 2,
      testTimeout: timeoutMs,
      hookTimeout: timeoutMs,
    },
  };
}
