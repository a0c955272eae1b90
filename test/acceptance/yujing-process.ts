import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BIN, cleanEnvironment } from './command-line.ts';

/** What `yujing start --json` prints when it listens. */
export interface Started {
  readonly url: string;
  /** key of the demo source; only with demo roles */
  readonly demo_key: string | null;
  readonly data: string;
  readonly clock: 'wall' | 'door';
}

export interface ProcessOptions {
  readonly data?: string;
  /** beside the usual ones */
  readonly arguments?: readonly string[];
  /** all arguments there are, without the usual ones */
  readonly only?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** A real `yujing start` in a process of its own, as a user starts it. */
export class YujingProcess {
  readonly data: string;
  #child: ChildProcess | undefined;
  #started: Started | undefined;
  #output = '';
  #lines: string[] = [];
  readonly #options: ProcessOptions;
  readonly #ownsData: boolean;

  constructor(options: ProcessOptions = {}) {
    this.#options = options;
    this.#ownsData = options.data === undefined;
    this.data = options.data ?? join(mkdtempSync(join(tmpdir(), 'yujing-')), 'data');
  }

  get started(): Started {
    if (this.#started === undefined) throw new Error(`not started:\n${this.#output}`);
    return this.#started;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** stdout and stderr so far */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<Started> {
    const { only, arguments: more = [], environment = {} } = this.#options;
    const usual = ['start', '--json', '--port', '0', '--clock', 'door', '--no-town', '--data', this.data, ...more];
    const child = spawn(process.execPath, [BIN, ...(only ?? usual)], {
      env: cleanEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stderr.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#started = await new Promise<Started>((resolve, reject) => {
      const lines = createInterface({ input: child.stdout });
      lines.on('line', (line) => {
        this.#output += `${line}\n`;
        this.#lines.push(line);
        if (line.startsWith('{"url"')) resolve(JSON.parse(line) as Started);
      });
      child.once('exit', (code) => reject(new Error(`yujing start ended with ${code}:\n${this.#output}`)));
    });
    return this.#started;
  }

  /** lines of stdout so far */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** from outside, as a power button would */
  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    this.#child = undefined;
    return ended;
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    if (this.#ownsData) rmSync(join(this.data, '..'), { recursive: true, force: true });
  }
}
