import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisAnswers } from '../stack/answers.ts';
import { freePort } from '../stack/ports.ts';
import { programNamed, versionOf } from '../stack/programs.ts';
import { redisLines } from '../stack/properties.ts';
import { appendOnlyFiles, planRedis } from '../stack/redis.ts';
import { ServerProcess, type ServerPlan } from '../stack/server-process.ts';
import { Watchdog } from '../stack/watchdog.ts';

const READY_MS = 30_000;

type Properties = Readonly<Record<string, string | readonly string[]>>;

/** A Redis that belongs to one test, which may kill it, fill it and cut its file. */
export interface OwnRedis {
  readonly port: number;
  readonly url: string;
  readonly server: ServerProcess;
  cli(...words: string[]): string;
  appendOnlyFiles(): string[];
}

export class OwnServers {
  readonly folder = mkdtempSync(join(tmpdir(), 'yujing-redis-'));
  readonly #watchdog = new Watchdog(this.folder);
  readonly #started: ServerProcess[] = [];

  /** `folder`: where it keeps its data, when that matters */
  async redis(properties: Properties = {}, folder?: string): Promise<OwnRedis> {
    const port = await freePort();
    const own = folder ?? join(this.folder, String(port));
    const server = await this.#start(planRedis({ folder: own, port, properties }));
    return {
      port,
      url: `redis://127.0.0.1:${port}`,
      server,
      cli: (...words) => redisCli(port, ...words),
      appendOnlyFiles: () => appendOnlyFiles(server),
    };
  }

  /** Three masters without replicas. */
  async cluster(more: Properties = {}): Promise<OwnRedis[]> {
    const nodes: OwnRedis[] = [];
    const addresses: string[] = [];
    for (let i = 0; i < 3; i++) {
      const bus = await freePort();
      const properties = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', 'cluster-port': String(bus) };
      const node = await this.redis({ ...properties, ...more });
      nodes.push(node);
      addresses.push(`127.0.0.1:${node.port}@${bus}`);
    }
    execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes']);
    await until(() => nodes.every(({ cli }) => cli('cluster', 'info').includes('cluster_state:ok')));
    return nodes;
  }

  /** A master, its replica, and one sentinel that is enough to decide. */
  async sentinel(): Promise<{ master: OwnRedis; replica: OwnRedis; port: number; url: string }> {
    const master = await this.redis({ 'repl-diskless-sync-delay': '0' });
    const replica = await this.redis({ replicaof: `127.0.0.1 ${master.port}` });
    await until(() => replica.cli('info', 'replication').includes('master_link_status:up'));
    const port = await freePort();
    await this.#start(planSentinel(join(this.folder, `sentinel-${port}`), port, master.port));
    await until(() => redisCli(port, 'sentinel', 'replicas', 'yujing').includes(String(replica.port)));
    return { master, replica, port, url: `redis://127.0.0.1:${port}` };
  }

  async #start(plan: ServerPlan): Promise<ServerProcess> {
    const server = new ServerProcess(plan, { watchdog: this.#watchdog });
    this.#started.push(server);
    await server.start();
    return server;
  }

  async stop(): Promise<void> {
    for (const server of this.#started) await server.kill();
    this.#watchdog.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function planSentinel(folder: string, port: number, master: number): ServerPlan {
  const file = join(folder, 'sentinel.conf');
  const command = programNamed('redis-server');
  return {
    name: 'sentinel',
    folder,
    version: versionOf(command),
    ports: [port],
    command,
    arguments: [file, '--sentinel'],
    stopSignal: 'SIGTERM',
    async prepare() {
      mkdirSync(folder, { recursive: true });
      const lines = redisLines({ port: String(port), bind: '127.0.0.1', dir: folder });
      const watched = [
        `sentinel monitor yujing 127.0.0.1 ${master} 1`,
        'sentinel down-after-milliseconds yujing 1000',
        'sentinel failover-timeout yujing 5000',
      ];
      writeFileSync(file, `${lines}\n${watched.join('\n')}\n`);
    },
    answers: () => redisAnswers(port),
  };
}

export function redisCli(port: number, ...words: string[]): string {
  return execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' });
}

export async function until(holds: () => boolean | Promise<boolean>, limitMs = READY_MS): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${limitMs} ms: ${holds.toString()}`);
    await sleep(50);
  }
}
