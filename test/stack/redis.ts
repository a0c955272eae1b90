import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisAnswers } from './answers.ts';
import { programNamed, versionOf } from './programs.ts';
import { redisLines } from './properties.ts';
import type { ServerPlan } from './server-process.ts';

export interface RedisOptions {
  /** more lines of redis.conf: `maxmemory`, `user`, ... */
  readonly properties?: Readonly<Record<string, string | readonly string[]>>;
}

/** Append-only file on, written to disk each second: what a user of Yujing is told to have. */
export function planRedis({
  folder,
  port,
  properties = {},
}: RedisOptions & { folder: string; port: number }): ServerPlan {
  const own = join(folder, 'redis');
  const [dataFolder, file] = [join(own, 'data'), join(own, 'redis.conf')];
  const command = programNamed('redis-server');
  const version = versionOf(command);
  // Its command line is what we know it by: newer ones can be told to leave it alone.
  const title: Record<string, string> = Number.parseFloat(version) >= 6.2 ? { 'set-proc-title': 'no' } : {};
  return {
    name: 'redis',
    folder: own,
    version,
    ports: [port],
    command,
    arguments: [file],
    stopSignal: 'SIGTERM',
    async prepare() {
      mkdirSync(dataFolder, { recursive: true });
      const usual = {
        ...title,
        port,
        bind: '127.0.0.1',
        dir: `"${dataFolder}"`,
        appendonly: 'yes',
        appendfsync: 'everysec',
      };
      writeFileSync(file, redisLines({ ...usual, save: '""', 'maxmemory-policy': 'noeviction', ...properties }));
    },
    answers: () => redisAnswers(port),
  };
}

/**
 * Files of the append-only log that hold the newest writes, oldest first: cut bytes off the last one of a server that
 * was killed, and what Redis had not yet brought to the disk is gone, as in a power cut.
 */
export function appendOnlyFiles({ folder }: { readonly folder: string }): string[] {
  const parts = join(folder, 'data', 'appendonlydir');
  if (!existsSync(parts)) return [join(folder, 'data', 'appendonly.aof')]; // before Redis 7
  const number = (name: string): number => Number(/\.(\d+)\.incr\.aof$/.exec(name)?.[1]);
  return readdirSync(parts)
    .filter((name) => name.endsWith('.incr.aof'))
    .sort((a, b) => number(a) - number(b))
    .map((name) => join(parts, name));
}
