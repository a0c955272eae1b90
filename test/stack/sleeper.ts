import { type ChildProcess, spawn } from 'node:child_process';

/** Words of a process that does nothing until it is ended. Node itself: a bare machine has no other program. */
export const SLEEPER: readonly [string, ...string[]] = [process.execPath, '-e', 'setInterval(() => {}, 1000)'];

export function spawnSleeper(): ChildProcess {
  const [program, ...words] = SLEEPER;
  return spawn(program, words, { stdio: 'ignore' });
}
