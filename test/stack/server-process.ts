import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  childrenOf,
  identityOf,
  identityOfStarted,
  isRunning,
  isSameProcess,
  isSameStart,
  type ProcessIdentity,
  signalProcess,
} from './process-identity.ts';
import { StackError } from './stack-error.ts';
import type { Watchdog } from './watchdog.ts';

// A server that still writes to its log on a busy machine is on its way; a silent one is not.
const SILENT_MS = 60_000;
const READY_MS = 180_000;
const STOP_MS = 30_000;
const POLL_MS = 50;
const LINES_SHOWN = 20;

/** One server, as a suite sees it. */
export interface Node {
  readonly name: string;
  /** 0 when it does not run */
  readonly pid: number;
  readonly folder: string;
  readonly logFile: string;
  start(): Promise<void>;
  /** asks it to end and waits until it has */
  stop(): Promise<void>;
  /** SIGKILL, and waits until it is gone */
  kill(): Promise<void>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

/** What a kind of server knows about itself. */
export interface ServerPlan {
  readonly name: string;
  /** everything that it keeps; absolute */
  readonly folder: string;
  readonly ports: readonly number[];
  readonly version: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly workFolder?: string;
  /** another user than ours */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  readonly stopSignal: NodeJS.Signals;
  /** before each start: property files, the first format of a data folder */
  prepare(): Promise<void>;
  /** true: it answers and may be used */
  answers(): Promise<boolean>;
  /** after each start, when it answers */
  settle?(): Promise<void>;
}

export interface ProcessOptions {
  /** children of a suite end with it; without one they go on by themselves */
  readonly watchdog?: Watchdog;
  /** a process of an earlier command */
  readonly found?: ProcessIdentity | undefined;
  /** each change, also before it answers: whoever starts it must be able to find it again */
  readonly changed?: (identity: ProcessIdentity | undefined) => void;
}

export class ServerProcess implements Node {
  readonly plan: ServerPlan;
  readonly logFile: string;
  #identity: ProcessIdentity | undefined;
  readonly #options: ProcessOptions;

  constructor(plan: ServerPlan, options: ProcessOptions = {}) {
    this.plan = plan;
    this.logFile = join(plan.folder, 'server.log');
    this.#options = options;
    this.#identity = options.found;
  }

  get name(): string {
    return this.plan.name;
  }

  get folder(): string {
    return this.plan.folder;
  }

  get pid(): number {
    return this.isRunning ? this.#identity!.pid : 0;
  }

  get isRunning(): boolean {
    return isRunning(this.#identity);
  }

  async start(): Promise<void> {
    if (this.isRunning) return;
    mkdirSync(this.folder, { recursive: true });
    await this.plan.prepare();
    this.#become(await this.#spawn());
    await this.#waitUntilItAnswers();
    await this.plan.settle?.();
  }

  async stop(): Promise<void> {
    const identity = this.#identity;
    if (identity === undefined) return;
    if (signalProcess(identity, this.plan.stopSignal)) {
      signalProcess(identity, 'SIGCONT'); // a frozen one could not hear it
      if (!(await this.#isGone(STOP_MS))) {
        signalProcess(identity, 'SIGKILL');
        await this.#isGone(STOP_MS);
      }
    }
    this.#become(undefined);
  }

  async kill(): Promise<void> {
    const identity = this.#identity;
    if (identity === undefined) return;
    const children = childrenOf(identity.pid);
    if (signalProcess(identity, 'SIGKILL')) {
      for (const child of children) signalProcess(child, 'SIGKILL');
      if (!(await this.#isGone(STOP_MS))) throw new StackError(`${this.name} (pid ${identity.pid}) outlived SIGKILL`);
    }
    this.#become(undefined);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#identity === undefined || !signalProcess(this.#identity, signal)) {
      throw new StackError(`${this.name} does not run`);
    }
  }

  /** At once and without waiting, for the end of the process that started it. */
  killNow(): void {
    if (this.#identity === undefined) return;
    for (const child of childrenOf(this.pid)) signalProcess(child, 'SIGKILL');
    signalProcess(this.#identity, 'SIGKILL');
  }

  async #spawn(): Promise<ProcessIdentity> {
    const { command, arguments: words, workFolder = this.folder, user } = this.plan;
    const log = openSync(this.logFile, 'a');
    try {
      // A group of its own: Ctrl-C in the terminal is for the command, which then decides what ends and in which order.
      const child = spawn(command, words, { cwd: workFolder, detached: true, stdio: ['ignore', log, log], ...user });
      child.on('error', () => undefined);
      child.unref();
      const identity = child.pid === undefined ? undefined : await identityOfStarted(child.pid);
      if (identity === undefined)
        throw new StackError(`${this.name} could not be started: ${command}${this.#lastLines()}`);
      return identity;
    } finally {
      closeSync(log);
    }
  }

  #become(identity: ProcessIdentity | undefined): void {
    if (this.#identity !== undefined) this.#options.watchdog?.forget(this.#identity);
    this.#identity = identity;
    if (identity !== undefined) this.#options.watchdog?.watch(identity);
    this.#options.changed?.(identity);
  }

  async #waitUntilItAnswers(): Promise<void> {
    const begin = performance.now();
    let [logBytes, heardAt] = [0, begin];
    for (let now = begin; now - begin < READY_MS && now - heardAt < SILENT_MS; now = performance.now()) {
      if (!this.#isStillThere()) throw new StackError(`${this.name} ended before it answered${this.#lastLines()}`);
      if ((await this.plan.answers().catch(() => false)) && this.#isStillThere()) return;
      const { size } = statSync(this.logFile);
      if (size !== logBytes) [logBytes, heardAt] = [size, now];
      await sleep(POLL_MS);
    }
    await this.kill();
    const seconds = Math.round((performance.now() - begin) / 1_000);
    throw new StackError(`${this.name} did not answer within ${seconds} s${this.#lastLines()}`);
  }

  /** Some servers write their command line anew while they start. It is ours all the same: we have just started it. */
  #isStillThere(): boolean {
    const [before, now] = [this.#identity!, identityOf(this.#identity!.pid)];
    if (now === undefined || !isSameStart(now, before)) return false;
    if (!isSameProcess(now, before)) this.#become(now);
    return true;
  }

  async #isGone(limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    while (this.isRunning && performance.now() < deadline) await sleep(POLL_MS / 2);
    return !this.isRunning;
  }

  #lastLines(): string {
    if (!existsSync(this.logFile)) return '';
    const lines = readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-LINES_SHOWN);
    return `; the end of ${this.logFile}:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  }
}
