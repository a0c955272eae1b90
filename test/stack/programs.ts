import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StackError } from './stack-error.ts';

const PACKAGES = { 'redis-server': 'redis-server', postgres: 'postgresql', mvn: 'maven' } as const;
export type Program = keyof typeof PACKAGES;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/** Debian keeps the programs of each PostgreSQL in a folder of their own; the newest is taken. */
function postgresFolders(): string[] {
  const parent = '/usr/lib/postgresql';
  if (!existsSync(parent)) return [];
  return readdirSync(parent)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(parent, version, 'bin'));
}

export function findProgram(name: Program): string | undefined {
  const beside = name === 'postgres' ? postgresFolders().map((folder) => join(folder, name)) : [];
  return beside.find(isProgram) ?? onPath(name);
}

export function programNamed(name: Program): string {
  const path = findProgram(name);
  if (path !== undefined) return path;
  throw new StackError(`${name} is not installed. Debian: apt-get install --no-install-recommends ${PACKAGES[name]}`);
}

/** "7.0.15" out of whatever a program says about itself. */
export function versionOf(command: string): string {
  const said = execFileSync(command, ['--version'], { encoding: 'utf8' });
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? 'unknown';
}
