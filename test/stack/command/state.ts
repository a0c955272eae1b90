import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KafkaVersion } from '../kafka.ts';
import { identityOf, isSameStart, type ProcessIdentity } from '../process-identity.ts';
import type { RegistryStorage, RegistryVersion } from '../registry.ts';
import { StackError } from '../stack-error.ts';

export interface ServerState {
  readonly name: string;
  readonly version: string;
  readonly ports: readonly number[];
  /** null: it was stopped */
  readonly identity: ProcessIdentity | null;
  /** when it was started, RFC 3339 */
  readonly since: string | null;
}

/** stack.json: what this folder holds and what was started from it. */
export interface StackState {
  readonly format: 1;
  readonly nodes: 1 | 3;
  readonly kafka: KafkaVersion;
  readonly registry: RegistryVersion;
  readonly registryStorage: RegistryStorage;
  readonly portShift: number;
  /** downloads whose checksums were compared for this folder; later starts compare sizes */
  readonly verified: readonly string[];
  readonly servers: readonly ServerState[];
}

const FILE = 'stack.json';
const LOCK = 'stack.lock';

function isIdentity(value: unknown): boolean {
  if (value === null) return true;
  const { pid, bootId, startTicks, commandLine } = value as Partial<ProcessIdentity>;
  return (
    Number.isInteger(pid) &&
    pid! > 1 &&
    Number.isInteger(startTicks) &&
    typeof bootId === 'string' &&
    Array.isArray(commandLine)
  );
}

export function readState(folder: string): StackState | undefined {
  const file = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const state = JSON.parse(text) as StackState;
    if (state.format === 1 && state.servers.every((server) => isIdentity(server.identity))) return state;
  } catch {
    // said below
  }
  throw new StackError(`${file} cannot be read, so nothing was done: no process is touched that it does not name`);
}

/** Whole or not at all: whoever reads it decides by it what to end. */
export function writeState(folder: string, state: StackState): void {
  const file = join(folder, FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

export function withServer(state: StackState, server: ServerState): StackState {
  const others = state.servers.filter(({ name }) => name !== server.name);
  return { ...state, servers: [...others, server] };
}

/** One command at a time on a folder. A lock whose command is gone is taken over. */
export async function withLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, LOCK);
  for (let isSecond = false; ; isSecond = true) {
    try {
      const descriptor = openSync(file, 'wx');
      writeFileSync(descriptor, JSON.stringify(identityOf(process.pid)));
      closeSync(descriptor);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = lockHolder(file);
    if (isSecond || (holder !== undefined && isSameStart(holder, identityOf(holder.pid)))) {
      throw new StackError(
        `another command (pid ${holder?.pid ?? 'unknown'}) works on ${folder}; wait until it has ended`,
      );
    }
    rmSync(file, { force: true });
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function lockHolder(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
