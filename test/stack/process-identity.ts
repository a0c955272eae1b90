import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Which process, and not only which number: numbers are used again. Start time and command line come from the proc file
 * system; a signal is only ever sent to a process that still is the one that was written down.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** of the machine's start: ticks count from there */
  readonly bootId: string;
  readonly startTicks: number;
  readonly commandLine: readonly string[];
}

const START_TICKS_FIELD = 19; // field 22 of proc(5), counted behind the name in brackets

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** undefined: there is no such process, or it has ended and waits to be collected */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const stat = read(`/proc/${pid}/stat`);
  const commandLine = read(`/proc/${pid}/cmdline`);
  const bootId = read('/proc/sys/kernel/random/boot_id')?.trim();
  if (stat === undefined || commandLine === undefined || bootId === undefined) return undefined;
  // The name stands in brackets and may hold blanks and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTicks] = [fields[0], Number(fields[START_TICKS_FIELD])];
  if (state === 'Z' || state === 'X' || !Number.isFinite(startTicks)) return undefined;
  return { pid, bootId, startTicks, commandLine: commandLine.replace(/\0+$/, '').split('\0') };
}

/** The number has not been used again; what the process calls itself may have changed. */
export function isSameStart(a: ProcessIdentity | undefined, b: ProcessIdentity | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a.pid === b.pid && a.bootId === b.bootId && a.startTicks === b.startTicks;
}

export function isSameProcess(a: ProcessIdentity | undefined, b: ProcessIdentity | undefined): boolean {
  if (!isSameStart(a, b)) return false;
  const [words, others] = [a!.commandLine, b!.commandLine];
  return words.length === others.length && words.every((word, i) => word === others[i]);
}

export function isRunning(identity: ProcessIdentity | undefined): boolean {
  return identity !== undefined && isSameProcess(identityOf(identity.pid), identity);
}

/** false: that process is gone (whoever has its number now was not touched) */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Resident memory in MB; undefined when it is gone. */
export function memoryOf(pid: number): number | undefined {
  const found = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`) ?? '');
  return found === null ? undefined : Math.round(Number(found[1]) / 1024);
}

/** Processes that this one has started and that still run. */
export function childrenOf(pid: number): ProcessIdentity[] {
  const pids = (read(`/proc/${pid}/task/${pid}/children`) ?? '').trim().split(/\s+/).filter(Boolean).map(Number);
  return pids.map(identityOf).filter((child) => child !== undefined);
}

const TRANSITION_MS = 1_000;
const POLL_MS = 2;

/** One that has just been started. For a moment it has no command line yet. */
export async function identityOfStarted(pid: number): Promise<ProcessIdentity | undefined> {
  const deadline = performance.now() + TRANSITION_MS;
  for (;;) {
    const identity = identityOf(pid);
    if (identity === undefined || identity.commandLine[0] !== '' || performance.now() > deadline) return identity;
    await sleep(POLL_MS);
  }
}
