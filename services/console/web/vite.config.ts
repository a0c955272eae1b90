import { defineConfig } from 'vite';

const page = (path: string): string => new URL(path, import.meta.url).pathname;

// Four pages, no inline script or style in any of them: the server sends a strict content security policy.
export default defineConfig({
  root: page('.'),
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: page('dist'),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: {
        start: page('index.html'),
        officer: page('officer/index.html'),
        analyst: page('analyst/index.html'),
        commander: page('commander/index.html'),
      },
    },
  },
});
