import { memoryOf } from '../process-identity.ts';
import { knownServer } from './known-server.ts';
import type { StackState } from './state.ts';

export interface ServerStatus {
  readonly name: string;
  readonly version: string;
  readonly running: boolean;
  readonly answers: boolean;
  readonly pid: number | null;
  readonly port: number | null;
  readonly since: string | null;
  readonly rss_mb: number | null;
  /** of the registry: where its schemas are kept */
  readonly storage?: 'postgres' | 'memory';
}

const ORDER = ['kafka', 'redis', 'postgres', 'registry'];

export async function statusOf(folder: string, state: StackState): Promise<ServerStatus[]> {
  const place = (name: string): number => ORDER.findIndex((start) => name.startsWith(start));
  const servers = [...state.servers].sort((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name));
  return Promise.all(
    servers.map(async (server) => {
      const process = knownServer(folder, server);
      const running = process.isRunning;
      return {
        name: server.name,
        version: server.version,
        running,
        answers: running && (await process.plan.answers().catch(() => false)),
        pid: running ? process.pid : null,
        port: server.ports[0] ?? null,
        since: running ? server.since : null,
        rss_mb: running ? (memoryOf(process.pid) ?? null) : null,
        ...(server.name === 'registry' ? { storage: state.registryStorage } : {}),
      };
    }),
  );
}

const STORAGE = {
  postgres: 'schemas are kept in PostgreSQL',
  memory: 'schemas are kept in memory: gone when it ends, registered again at each start from here',
};

/** A line for each server. */
export function statusLines(servers: readonly ServerStatus[]): string[] {
  return servers.map((server) => {
    const head = `${server.name.padEnd(9)} ${server.version.padEnd(12)}`;
    if (!server.running) return `${head} does not run`;
    const more = server.storage === undefined ? '' : `; ${STORAGE[server.storage]}`;
    const said = server.answers ? 'answers' : 'DOES NOT ANSWER';
    const since = server.since?.replace(/\.\d+Z$/, 'Z') ?? '';
    return `${head} ${said}, 127.0.0.1:${server.port}, pid ${server.pid}, since ${since}, ${server.rss_mb} MB${more}`;
  });
}
