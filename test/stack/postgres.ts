import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { postgresAnswers } from './answers.ts';
import { programNamed, versionOf } from './programs.ts';
import type { ServerPlan } from './server-process.ts';
import { StackError } from './stack-error.ts';

export interface PostgresOptions {
  /** more settings: `max_connections`, ... */
  readonly properties?: Readonly<Record<string, string>>;
}

export const POSTGRES_USER = 'postgres';
export const DATABASES = { yujing: 'yujing', registry: 'registry' } as const;
const LONGEST_SOCKET = 100; // the system's limit is 107 bytes, name included
const run = promisify(execFile);

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; then it runs as the user that its package has made. */
function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, POSTGRES_USER], { stdio: 'pipe' })));
    return { uid: uid!, gid: gid! };
  } catch {
    throw new StackError(
      'PostgreSQL refuses to run as root, and there is no user postgres: install Debian’s postgresql',
    );
  }
}

/** Folders above that another user may not enter. */
function closedParents(folder: string, { uid }: User): string[] {
  const closed: string[] = [];
  for (let at = dirname(folder); ; at = dirname(at)) {
    const { mode, uid: owner } = statSync(at);
    if ((mode & (owner === uid ? 0o100 : 0o001)) === 0) closed.push(at);
    if (at === dirname(at)) return closed;
  }
}

function openTo(user: User, folder: string): void {
  chownSync(folder, user.uid, user.gid);
  const stackFolder = dirname(folder);
  chmodSync(stackFolder, statSync(stackFolder).mode | 0o011); // ours; a temporary one is made for its maker only
  const [closed] = closedParents(folder, user);
  if (closed === undefined) return;
  throw new StackError(
    `PostgreSQL runs as user ${POSTGRES_USER}, who may not enter ${closed}: choose a place that everybody may enter with --folder, or run as another user than root`,
  );
}

export function planPostgres({
  folder,
  port,
  properties = {},
}: PostgresOptions & { folder: string; port: number }): ServerPlan {
  const own = join(folder, 'postgres');
  const dataFolder = join(own, 'data');
  const command = programNamed('postgres');
  const programs = dirname(command);
  const user = serverUser();
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: own.length <= LONGEST_SOCKET - '/.s.PGSQL.65535'.length ? own : '',
    ...properties,
  };
  const more = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    name: 'postgres',
    folder: own,
    version: versionOf(command),
    ports: [port],
    command,
    arguments: ['-D', dataFolder, '-p', String(port), ...more],
    user,
    stopSignal: 'SIGINT', // its fast stop: SIGTERM would wait for every client
    async prepare() {
      if (user !== undefined) openTo(user, own);
      if (existsSync(join(dataFolder, 'global', 'pg_control'))) return;
      rmSync(dataFolder, { recursive: true, force: true });
      mkdirSync(own, { recursive: true });
      const words = ['-D', dataFolder, '-A', 'trust', '-U', POSTGRES_USER, '--no-sync', '-E', 'UTF8', '--locale=C'];
      await run(join(programs, 'initdb'), words, { ...user, cwd: own });
    },
    answers: () => postgresAnswers(port, POSTGRES_USER),
    async settle() {
      const psql = async (query: string): Promise<string> => {
        const words = [
          '-X',
          '-h',
          '127.0.0.1',
          '-p',
          String(port),
          '-U',
          POSTGRES_USER,
          '-d',
          'postgres',
          '-tAc',
          query,
        ];
        return (await run(join(programs, 'psql'), words, { cwd: own })).stdout;
      };
      const present = (await psql('SELECT datname FROM pg_database')).split('\n');
      for (const name of Object.values(DATABASES)) if (!present.includes(name)) await psql(`CREATE DATABASE ${name}`);
    },
  };
}

export function postgresUrl(port: number, database: string = DATABASES.yujing): string {
  return `postgres://${POSTGRES_USER}@127.0.0.1:${port}/${database}`;
}
