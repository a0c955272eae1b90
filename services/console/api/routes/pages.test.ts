import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { packageFile } from '../package-file.ts';
import { pageRoutes } from './pages.ts';

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-pages-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, files);
  return folder;
}

function write(folder: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

async function serving(folder: string): Promise<FastifyInstance> {
  const app = fastify();
  pageRoutes(app, folder);
  await app.ready();
  onTestFinished(() => app.close());
  return app;
}

const BUILT = {
  'index.html': 'start',
  'officer/index.html': 'officer',
  'analyst/index.html': 'a',
  'commander/index.html': 'c',
  'assets/page-1a2b.js': 'js',
  'icon.svg': '<svg/>',
};

test('pages and what they ask for, each with its type and its time to live', async () => {
  const app = await serving(folderOf(BUILT));
  const page = await app.inject('/officer/?theme=dark');
  expect([page.body, page.headers['content-type'], page.headers['cache-control']]).toEqual([
    'officer',
    'text/html; charset=utf-8',
    'no-cache',
  ]);
  const script = await app.inject('/assets/page-1a2b.js');
  expect([script.body, script.headers['cache-control']]).toEqual(['js', 'public, max-age=31536000, immutable']);
  expect((await app.inject('/icon.svg')).headers['content-type']).toBe('image/svg+xml');
  const again = await app.inject({ url: '/officer/', headers: { 'if-none-match': String(page.headers.etag) } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await app.inject('/commander')).headers.location).toBe('/commander/');
});

test('nothing else can be reached', async () => {
  const folder = folderOf({ 'dist/index.html': 'start', 'secret.txt': 'secret', 'dist/page.js.map': 'map' });
  const app = await serving(join(folder, 'dist'));
  for (const path of [
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/officer/../../secret.txt',
    '/page.js.map',
    '/assets/',
    '/secret.txt',
  ]) {
    expect((await app.inject(path)).body, path).not.toMatch(/^(secret|map)/);
  }
});

test('pages that are not built say how to build them, and come without a restart', async () => {
  const folder = folderOf({});
  const app = await serving(join(folder, 'dist'));
  const answer = await app.inject('/officer/');
  expect([answer.statusCode, answer.body]).toEqual([503, expect.stringContaining('npm run build')]);
  write(join(folder, 'dist'), BUILT);
  expect((await app.inject('/officer/')).body).toBe('officer');
});

test('files are found from the root of the package', () => {
  expect(packageFile('web/dist')).toMatch(/services\/console\/web\/dist$/);
});
