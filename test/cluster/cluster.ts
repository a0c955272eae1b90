import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiKeys } from '@yujing/ingest';
import { openPostgres } from '@yujing/runtime';
import { yujing } from '../acceptance/command-line.ts';
import { writeKeys } from '../kill/keys.ts';
import type { Servers } from './servers.ts';
import { StageProcess } from './stage-process.ts';

/** The processes of an installation, in the order data travels. */
export const STAGES = ['ingest', 'profile', 'detect', 'case', 'deliver', 'console'] as const;
export type StageName = (typeof STAGES)[number];
export type Workers = Readonly<Record<StageName, number>>;

/** As many of each, but for some. */
export function workersOf(count: number, others: Partial<Workers> = {}): Workers {
  const all = Object.fromEntries(STAGES.map((stage) => [stage, count])) as Record<StageName, number>;
  return { ...all, ...others };
}

export interface ClusterOptions {
  readonly servers: Servers;
  /** a name that nobody else uses on these servers */
  readonly installation: string;
  readonly workers: Workers;
  readonly clock: 'wall' | 'door';
  readonly partitions?: number;
  readonly timeScale?: number;
  /** `clock: door`: longer gaps between events are jumped over */
  readonly tickGapSeconds?: number;
  /** of keys, and so of tokens and of the ids made of them */
  readonly seed: number;
  /** told when a process ends that nobody ended */
  readonly onDeath?: (name: string, how: string) => void;
}

const SETUP_WITHIN_MS = 120_000;
const SETUP_TRIES = 2;
export const SOURCE = 'town';

/** One installation: its servers, one process per stage and worker, and the hand that starts and ends them. */
export class Cluster {
  readonly processes: readonly StageProcess[];
  readonly installation: string;
  readonly servers: Servers;
  readonly #options: ClusterOptions;
  readonly #root = mkdtempSync(join(tmpdir(), 'yujing-cluster-'));
  /** what may be sent to every door */
  readonly key: string;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.servers = options.servers;
    this.installation = options.installation;
    writeKeys(this.#keys, options.seed);
    mkdirSync(this.#data, { recursive: true });
    this.key = new ApiKeys(join(this.#data, 'api-keys.json'), Date.now).add(SOURCE, 'demo', false).key;
    this.processes = STAGES.flatMap((stage) =>
      Array.from({ length: options.workers[stage] }, (_, index) => this.#process(stage, index + 1)),
    );
  }

  get #keys(): string {
    return join(this.#root, 'keys.json');
  }

  get #data(): string {
    return join(this.#root, 'data');
  }

  /** `yujing setup`: topics, schemas, tables, first documents */
  async setup(): Promise<void> {
    const { partitions, timeScale, servers } = this.#options;
    const isSingle = !servers.brokers.includes(',');
    const replication = isSingle ? 'single' : 'cluster';
    await this.#createDatabase();
    const own = { data: this.#data, keys: this.#keys, replication, partitions, timeScale };
    const argv = ['setup', '--json', ...flags({ ...this.#where, ...own })];
    // It may be run again at any time, and says so when the servers were too busy to answer.
    for (let tries = 1; ; tries++) {
      const { code, out, error } = await yujing(argv, { withinMs: SETUP_WITHIN_MS });
      if (code === 0) return;
      if (tries === SETUP_TRIES) throw new Error(`yujing setup ended with ${code}:\n${out}${error}`);
    }
  }

  /** Starts everything at once and waits until all of it is ready. @throws the first that would not start */
  async start(): Promise<void> {
    const results = await Promise.allSettled(this.processes.map((process) => process.startAgainAndAgain()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  of(stage: StageName): StageProcess[] {
    return this.processes.filter((process) => process.stage === stage);
  }

  running(stage: StageName): StageProcess[] {
    return this.of(stage).filter(({ isRunning }) => isRunning);
  }

  /** addresses of the doors, or of the consoles, that run */
  urls(stage: 'ingest' | 'console'): string[] {
    return this.running(stage).flatMap(({ url }) => (url === undefined ? [] : [url]));
  }

  /** SIGTERM to all workers of a stage; answers how long the slowest took. @throws when one does not end as it should */
  async stop(...stages: readonly StageName[]): Promise<number> {
    const took = await Promise.all(stages.flatMap((stage) => this.running(stage)).map((process) => process.stop()));
    return Math.max(0, ...took);
  }

  /** Ends what still runs, frozen or not, and removes what it kept. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** Topics, groups and keys carry the installation's name; tables do not, so each installation has a database of its own. */
  async #createDatabase(): Promise<void> {
    const server = await openPostgres({ url: this.servers.database, applicationName: 'suite' });
    try {
      await server.query(`CREATE DATABASE "${this.installation}"`);
    } finally {
      await server.close();
    }
  }

  get #where(): Flags {
    const { brokers, redis, database, registry } = this.servers;
    const own = new URL(database);
    own.pathname = `/${this.installation}`;
    return { installation: this.installation, brokers, redis, database: own.href, registry };
  }

  #process(stage: StageName, number: number): StageProcess {
    const { clock, tickGapSeconds } = this.#options;
    const pages: Flags = { port: 0, keys: this.#keys, demo: true };
    const own: Partial<Record<StageName, Flags>> = {
      ingest: { ...pages, doorId: `door-${number}`, clock, tickGapSeconds },
      console: pages,
    };
    return new StageProcess({
      stage,
      number,
      arguments: flags({ ...this.#where, data: this.#data, ...own[stage] }),
      onDeath: (process, how) => this.#options.onDeath?.(process.name, how),
    });
  }
}

type Flags = Readonly<Record<string, string | number | true | undefined>>;

/** `timeScale: 30` -> `--time-scale 30`; what is undefined is left out */
function flags(values: Flags): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const flag = `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    if (value === undefined) return [];
    return value === true ? [flag] : [flag, String(value)];
  });
}
