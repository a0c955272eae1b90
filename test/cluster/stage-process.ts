import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BIN, cleanEnvironment } from '../acceptance/command-line.ts';
import { parseFigures, type Figures } from './figures.ts';

/** What `yujing run STAGE --json` prints when it is ready. */
export interface Ready {
  readonly stage: string;
  readonly observe_port: number;
  /** of the door and of the console */
  readonly url?: string;
  readonly demo_key?: string | null;
}

export interface StageProcessOptions {
  readonly stage: string;
  /** tells several of one stage apart, from 1 on */
  readonly number: number;
  readonly arguments: readonly string[];
  /** told when the process ends without having been asked to */
  readonly onDeath?: (process: StageProcess, how: string) => void;
}

/** as the image and docs/operate.md have it */
const NODE_OPTIONS = '--max-semi-space-size=64';
/** generous: on a busy machine a dozen start at once */
const READY_WITHIN_MS = 180_000;
const START_TRIES = 3;
const STOP_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 5_000;
const KEPT_CHARACTERS = 64_000;

/** Whatever ends the suite ends what it started. */
const children = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

/** One `yujing run STAGE`, as an operator starts it. */
export class StageProcess {
  readonly name: string;
  readonly stage: string;
  readonly #options: StageProcessOptions;
  #child: ChildProcess | undefined;
  #ready: Ready | undefined;
  #output = '';
  #isWanted = false;
  /** how long the last start took until it was ready */
  readyMs = 0;

  constructor(options: StageProcessOptions) {
    this.#options = options;
    this.stage = options.stage;
    this.name = `${options.stage}-${options.number}`;
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** @throws when it is not ready */
  get ready(): Ready {
    if (this.#ready === undefined) throw new Error(`${this.name} is not ready:\n${this.output}`);
    return this.#ready;
  }

  /** of a door or a console that is ready */
  get url(): string | undefined {
    return this.#ready?.url?.replace('localhost', '127.0.0.1').replace(/\/$/, '');
  }

  /** the last of what it wrote, over all its lives */
  get output(): string {
    return this.#output;
  }

  async start(): Promise<Ready> {
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    const begin = performance.now();
    const child = spawn(
      process.execPath,
      [BIN, 'run', this.stage, '--json', '--observe-port', '0', ...this.#options.arguments],
      { env: cleanEnvironment({ NODE_OPTIONS }), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    this.#ready = undefined;
    this.#isWanted = true;
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.stderr.on('data', (chunk: Buffer) => this.#keep(chunk.toString()));
    child.once('exit', (code, signal) => this.#ended(child, `${signal ?? `code ${code}`}`));
    this.#ready = await this.#readyOf(child);
    this.readyMs = performance.now() - begin;
    return this.#ready;
  }

  /** As a supervisor does: what does not come up, because a server was too busy to answer, is started again. */
  async startAgainAndAgain(): Promise<Ready> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.start();
      } catch (error) {
        await this.kill();
        if (tries === START_TRIES) throw error;
      }
    }
  }

  #readyOf(child: ChildProcess): Promise<Ready> {
    return new Promise<Ready>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`${this.name} is not ready in time:\n${this.output}`)),
        READY_WITHIN_MS,
      );
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        reject(new Error(`${this.name} ended with ${signal ?? code} before it was ready:\n${this.output}`));
      });
      createInterface({ input: child.stdout! }).on('line', (line) => {
        this.#keep(`${line}\n`);
        if (!line.startsWith('{"stage"')) return;
        clearTimeout(late);
        resolve(JSON.parse(line) as Ready);
      });
    });
  }

  #ended(child: ChildProcess, how: string): void {
    // Whoever starts it hears of an end before it is ready.
    if (this.#child !== child || !this.#isWanted || this.#ready === undefined) return;
    this.#isWanted = false;
    this.#options.onDeath?.(this, how);
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-KEPT_CHARACTERS);
  }

  /** SIGKILL from outside; resolves when it is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM. Answers how long it took; one that does not end within {@link STOP_WITHIN_MS} is killed and told of. */
  async stop(): Promise<number> {
    if (!this.isRunning) return 0;
    const begin = performance.now();
    const late = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_WITHIN_MS);
    const how = await this.#end('SIGTERM');
    clearTimeout(late);
    if (how !== 'code 0') throw new Error(`${this.name} was asked to stop and ended with ${how}:\n${this.output}`);
    return performance.now() - begin;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<string> {
    const child = this.#child;
    this.#isWanted = false;
    if (child === undefined || !this.isRunning) return 'nothing';
    const ended = new Promise<string>((resolve) =>
      child.once('exit', (code, by) => resolve(by === null ? `code ${code}` : by)),
    );
    child.kill(signal);
    return ended;
  }

  /** Stops it from running, and lets it run on, as a machine does that sleeps. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  wake(): void {
    this.#child?.kill('SIGCONT');
  }

  /** figures of /metrics; undefined while nobody answers */
  async figures(): Promise<Figures | undefined> {
    const answer = await this.#observe('/metrics');
    return answer?.status === 200 ? parseFigures(answer.text) : undefined;
  }

  /** undefined: ready; else what /readyz says */
  async notReady(): Promise<string | undefined> {
    const answer = await this.#observe('/readyz');
    if (answer === undefined) return 'no answer';
    return answer.status === 200 ? undefined : answer.text.trim();
  }

  async #observe(path: string): Promise<{ readonly status: number; readonly text: string } | undefined> {
    const port = this.#ready?.observe_port;
    if (port === undefined || !this.isRunning) return undefined;
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      return { status: answer.status, text: await answer.text() };
    } catch {
      // It is starting, stopping, frozen or gone: nobody answers.
      return undefined;
    }
  }
}
