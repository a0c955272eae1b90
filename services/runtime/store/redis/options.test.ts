import { expect, test } from 'vitest';
import { slotKey, slotOfKey } from './keys.ts';
import { parseRedisUrl } from './options.ts';
import { infoField } from './server-watch.ts';

test('one server, nodes of a cluster, sentinels; user and password of the first hold for all', () => {
  expect(parseRedisUrl('redis://cache', 'single')).toEqual({
    nodes: [{ host: 'cache', port: 6379 }],
    tls: false,
    username: undefined,
    password: undefined,
    database: 0,
    sentinelUsername: undefined,
    sentinelPassword: undefined,
  });
  expect(
    parseRedisUrl('rediss://yujing:a%2Cb%40c@10.0.0.1:7000, 10.0.0.2:7001,rediss://[::1]:7002', 'cluster'),
  ).toMatchObject({
    nodes: [
      { host: '10.0.0.1', port: 7000 },
      { host: '10.0.0.2', port: 7001 },
      { host: '::1', port: 7002 },
    ],
    tls: true,
    username: 'yujing',
    password: 'a,b@c',
  });
  expect(parseRedisUrl('redis://:p@s1/3?sentinel_user=watch&sentinel_password=w%20w', 'sentinel')).toMatchObject({
    nodes: [{ host: 's1', port: 26_379 }],
    username: undefined,
    password: 'p',
    database: 3,
    sentinelUsername: 'watch',
    sentinelPassword: 'w w',
  });
});

test('a wrong address is refused without showing it', () => {
  const wrong: Array<[string, 'single' | 'cluster', RegExp]> = [
    ['http://u:hidden@h', 'single', /: redis:\/\/HOST:PORT/],
    ['redis://u:hidden@h:99999', 'single', /: redis:\/\/HOST:PORT/],
    ['redis://u:hidden@a,b', 'single', /one address/],
    ['redis://u:hidden@h/2', 'cluster', /database 0/],
    ['redis://u:hidden@h/x', 'single', /a number/],
  ];
  for (const [url, mode, says] of wrong) {
    expect(() => parseRedisUrl(url, mode), url).toThrow(says);
    expect(() => parseRedisUrl(url, mode), url).not.toThrow(/hidden/);
  }
});

test('a key names its slot; other keys of the installation and those of others do not', () => {
  const slot = { stage: 'profile', logId: 'a1', partition: 12 };
  expect(slotKey('yujing', slot)).toBe('{yujing/profile/a1/12}');
  expect(slotOfKey('yujing', slotKey('yujing', slot))).toEqual(slot);
  for (const key of [
    '{yujing/presence}',
    '{yujing/profile/a1/12}:snapshot:x',
    '{other/profile/a1/12}',
    '{yujing/a/b/c}',
  ])
    expect(slotOfKey('yujing', key)).toBeUndefined();
});

test('a field of INFO', () => {
  const text = '# Memory\r\nused_memory:123\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n';
  expect(['used_memory', 'maxmemory', 'maxmemory_policy', 'memory'].map((name) => infoField(text, name))).toEqual([
    '123',
    '0',
    'noeviction',
    '',
  ]);
});
