import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { StackError } from '../stack-error.ts';
import { knownServer } from './known-server.ts';
import { readState, type ServerState, withServer, writeState } from './state.ts';

/** The registry speaks to PostgreSQL, so it goes first. Kafka nodes together: alone one would wait for the others. */
const WAVES: readonly ((name: string) => boolean)[] = [(name) => name === 'registry', (name) => name !== 'registry'];

/** Ends what stack.json names and what still is the process that it names. */
export async function stop(folder: string, say: (line: string) => void): Promise<string[]> {
  let state = readState(folder);
  if (state === undefined) return [];
  const stopped: string[] = [];
  const end = async (server: ServerState): Promise<void> => {
    const process = knownServer(folder, server);
    if (process.isRunning) {
      await process.stop();
      say(`${server.name}: stopped`);
      stopped.push(server.name);
    } else if (server.identity !== null) {
      say(`${server.name}: was gone (what has pid ${server.identity.pid} now, if anything, was not touched)`);
    }
    state = withServer(state!, { ...server, identity: null, since: null });
    writeState(folder, state);
  };
  for (const isInWave of WAVES) await Promise.all(state.servers.filter(({ name }) => isInWave(name)).map(end));
  return stopped;
}

const OURS = /^(kafka-\d|redis|postgres|registry|stack\.json|stack\.json\.new|yujing\.yaml)$/;

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new StackError('reset asks before it removes anything; without a terminal it needs --yes');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

/** Removes the data, and only what the stack has made: downloads stay. */
export async function reset(folder: string, isSure: boolean, say: (line: string) => void): Promise<boolean> {
  const ours = existsSync(folder) ? readdirSync(folder).filter((name) => OURS.test(name)) : [];
  if (ours.length === 0) {
    say(`${folder} holds nothing of the stack`);
    return true;
  }
  if (readState(folder) === undefined) throw new StackError(`${folder} has no stack.json: nothing there is removed`);
  if (!isSure && !(await confirm(`Remove topics, keys, tables and schemas in ${folder}?`))) return false;
  await stop(folder, say);
  for (const name of ours) rmSync(join(folder, name), { recursive: true, force: true });
  say(`${folder}: data removed`);
  return true;
}
