import { execFileSync } from 'node:child_process';
import { openRedis, type RedisStore } from '@yujing/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './servers.ts';

const options = {
  url: process.env['YUJING_TEST_REDIS'] ?? '',
  mode: 'single',
  installation: `presence-${Date.now().toString(36)}`,
} as const;
let console1: RedisStore;
let deliver: RedisStore;

beforeAll(async () => {
  [console1, deliver] = await Promise.all([openRedis(options), openRedis(options)]);
});
afterAll(() => Promise.all([console1.close(), deliver.close()]));

test('who has a page open at any console is connected; a page that closes is not, a second later', async () => {
  const { presence } = deliver;
  await presence.refresh();
  expect(presence.isConnected('officer-1')).toBe(false);
  await console1.presence.beat('console-1', ['officer-1', '民警-2']);
  await console1.presence.beat('console-2', ['officer-1', 'officer-3']);
  await until(() => presence.isConnected('officer-3'), 2_000);
  expect(
    ['officer-1', '民警-2', 'officer-3', 'officer-4', 'officer-'].map((user) => presence.isConnected(user)),
  ).toEqual([true, true, true, false, false]);
  // At console 1 everybody closed the page; officer 1 still has it open at console 2.
  await console1.presence.beat('console-1', []);
  await until(() => !presence.isConnected('民警-2'), 2_000);
  expect(presence.isConnected('officer-1')).toBe(true);
  await console1.presence.leave('console-2');
  await until(() => !presence.isConnected('officer-1'), 2_000);
});

test('a console that died fades within about three seconds, also when no other is there', async () => {
  const { presence } = deliver;
  const startedAt = performance.now();
  await console1.presence.beat('dies', ['officer-5']);
  await presence.refresh();
  expect(presence.isConnected('officer-5')).toBe(true);
  await until(() => !presence.isConnected('officer-5'), 6_000);
  const fadedMs = performance.now() - startedAt;
  expect(fadedMs).toBeGreaterThan(2_500);
  expect(fadedMs).toBeLessThan(4_500);
});

test('a console that beats stays, and takes away what dead ones left', async () => {
  const { presence } = deliver;
  await console1.presence.beat('dies', ['officer-5']);
  const known = (): string[] => redisCliAt(options.url, 'hkeys', `{${options.installation}/presence}`);
  expect(known()).toContain('dies');
  const beating = setInterval(() => void console1.presence.beat('lives', ['officer-6']), 500);
  try {
    await until(() => !known().includes('dies'), 6_000);
    await presence.refresh();
    expect(presence.isConnected('officer-6')).toBe(true);
    expect(known()).toEqual(['lives']);
  } finally {
    clearInterval(beating);
  }
});

function redisCliAt(url: string, ...words: string[]): string[] {
  return execFileSync('redis-cli', ['-u', url, ...words], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
}

test('without Redis nobody counts as connected for longer than a console counts', async () => {
  const lonely = await openRedis(options);
  await console1.presence.beat('console-9', ['officer-9']);
  await lonely.presence.refresh();
  expect(lonely.presence.isConnected('officer-9')).toBe(true);
  await lonely.close();
  await until(() => !lonely.presence.isConnected('officer-9'), 4_500);
});
