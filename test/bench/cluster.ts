import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openKafka, openRedis, type Broker, type Store } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import { StageProcess } from '../cluster/stage-process.ts';
import { openStack, type Stack } from '../stack/stack.ts';
import { cardLatency, officerCookie, type CardFigures } from './cards.ts';
import type { BareTask } from './cluster-bare.ts';
import { fillFeed, lengthOf, outputsOf } from './cluster-day.ts';
import { runYujing } from './cluster-command.ts';
import { sendFromThread } from './load.ts';
import { cpuMsOf, residentMbOf } from './process-figures.ts';
import { bodiesOf, workload } from './workload.ts';

/*
 * How fast the product is on Kafka and Redis, in one run on one machine that carries the servers too:
 *   path         feed -> case: events already accepted, through one process each of profile, detect and case
 *   bare         kafkajs alone, three processes, over the same hops: as many records of the same sizes, keys and headers
 *   ratio        path / bare
 *   door + path  JSON over HTTP until the last event is through detect
 *   card         from an event accepted to the card on the live stream, at half the door + path rate
 * The clock runs when a fifth of the feed is through, for both. Touch and Tick records are written and read by both, and not counted.   npm run bench:cluster [-- --events N --json]
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '150000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const EVENTS = Number(values.events);
const INSTALLATION = 'bench';
const PARTITIONS = 8;
const PATH = ['profile', 'detect', 'case'] as const;
/** Profile comes last: what it takes to start is not the path's. */
const REVERSED = ['case', 'detect', 'profile'] as const;
const READS = { profile: 'feed', detect: 'encounter', case: 'case' } as const;
const LOOK_EVERY_MS = 100;
const SLACK = 150;
const WITHIN_MS = 240_000;
/** share of the feed that is through before the clock runs: code is compiled while it runs, the product's and kafkajs' */
const WARM_UP = 0.2;

interface StageFigures {
  readonly start_ms: number;
  readonly rss_mb: number;
  /** processor time for an event of the run, microseconds */
  readonly cpu_us_per_event?: number;
}

interface ClusterFigures {
  readonly events: number;
  readonly events_per_s: number;
  readonly bare_events_per_s: number;
  readonly ratio: number;
  readonly door_events_per_s: number;
  readonly card_ms: CardFigures;
  readonly stages: Readonly<Record<string, StageFigures>>;
  readonly servers_cpu_us_per_event: Readonly<Record<string, number>>;
  readonly bare_cpu_us_per_event: number;
  readonly machine: string;
}

const progress = (text: string): void => void (values.json ? undefined : process.stderr.write(`${text}\n`));

/** Polls until it is so. @throws after {@link WITHIN_MS} */
async function until(what: string, is: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + WITHIN_MS;
  while (!(await is())) {
    if (Date.now() > end) throw new Error(`waited ${WITHIN_MS} ms: ${what}`);
    await wait(LOOK_EVERY_MS);
  }
}

class Bench {
  readonly #stack: Stack;
  readonly #folder: string;
  readonly processes = new Map<string, StageProcess>();
  broker!: Broker;
  store!: Store;

  constructor(stack: Stack, folder: string) {
    this.#stack = stack;
    this.#folder = folder;
  }

  get arguments(): string[] {
    const { kafka, redis, postgres } = this.#stack;
    const servers = ['--brokers', kafka.brokers.join(','), '--redis', redis.url, '--database', postgres.url];
    return ['--installation', INSTALLATION, ...servers, '--data', join(this.#folder, 'data')];
  }

  async setUp(): Promise<void> {
    await runYujing(['setup', ...this.arguments, '--replication', 'single', '--partitions', String(PARTITIONS)]);
    this.broker = await openKafka({
      brokers: this.#stack.kafka.brokers,
      installation: INSTALLATION,
      clientId: 'bench',
    });
    this.store = await openRedis({ url: this.#stack.redis.url, mode: 'single', installation: INSTALLATION });
  }

  async start(stage: string, more: readonly string[] = []): Promise<StageProcess> {
    const started = new StageProcess({ stage, number: 1, arguments: [...this.arguments, ...more] });
    this.processes.set(stage, started);
    await started.start();
    return started;
  }

  /** Starts the path over empty logs and ends it again: what is measured is a path that goes on, not one that begins. */
  async openSlots(): Promise<void> {
    for (const stage of REVERSED) await this.start(stage);
    await until('every slot is open', () => this.#hasSlots());
    for (const stage of REVERSED) await this.processes.get(stage)!.stop();
  }

  async #hasSlots(): Promise<boolean> {
    for (const stage of PATH) if ((await this.#positions(stage)).includes(0)) return false;
    return true;
  }

  /** records of its log that a stage has committed to have read */
  async read(stage: (typeof PATH)[number]): Promise<number> {
    return (await this.#positions(stage)).reduce((sum, position) => sum + position, 0);
  }

  /** of each partition; 0 where nothing was committed */
  async #positions(stage: (typeof PATH)[number]): Promise<number[]> {
    const log = READS[stage];
    const positions: number[] = [];
    for (let partition = 0; partition < this.broker.partitions(log); partition++) {
      const { head } = await this.store.head({ stage, logId: this.broker.logId(log), partition });
      positions.push(head?.position ?? 0);
    }
    return positions;
  }

  /** Every stage has read its log to the end, but for ticks that come every second. Asked of the servers: a process that is asked spends its time on the answer. */
  async isThrough(): Promise<boolean> {
    for (const stage of PATH) {
      const left = (await lengthOf(this.broker, READS[stage])) - (await this.read(stage));
      if (left > SLACK) return false;
    }
    return true;
  }

  async stop(): Promise<void> {
    for (const running of [...this.processes.values()].reverse()) await running.stop();
    await this.broker?.close();
    await this.store?.close();
  }
}

interface PathRun {
  readonly ms: number;
  readonly cpu: Readonly<Record<string, number>>;
}

/** The feed stands, detect and case wait. The time runs until the last record that case has read. */
async function timePath(bench: Bench, servers: Readonly<Record<string, number>>): Promise<PathRun> {
  const feed = await lengthOf(bench.broker, 'feed');
  const begin = await bench.read('profile');
  const pids = { ...servers };
  for (const stage of REVERSED) {
    const { pid } = await bench.start(stage);
    pids[stage] = pid;
  }
  await until('warm', async () => (await bench.read('profile')) - begin > WARM_UP * (feed - begin));
  const before = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, cpuMsOf(pid)]));
  const done = await bench.read('profile');
  const startedAt = Date.now();
  await until('every stage is through', () => bench.isThrough());
  const ms = Date.now() - startedAt;
  const share = feed / (feed - done);
  const cpu: Record<string, number> = {};
  for (const [name, pid] of Object.entries(pids)) cpu[name] = (cpuMsOf(pid) - (before[name] ?? 0)) * share;
  progress(`  ${feed} records of the feed, ${done} of them before the clock ran, ${ms} ms`);
  return { ms: ms * share, cpu };
}

interface BareAnswer {
  readonly warmAt: number;
  readonly at: number;
  readonly cpu_ms: number;
}

function bareHop(task: BareTask): Promise<BareAnswer> {
  const file = fileURLToPath(new URL('./cluster-bare.js', import.meta.url));
  const child = spawn(process.execPath, [file, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as BareAnswer);
      else reject(new Error(`a bare hop ended with ${code}`));
    });
  });
}

/** What a hop of the product read and wrote, as a task of bare kafkajs. */
interface Hop {
  readonly group: string;
  readonly from: string;
  readonly to: string;
  readonly inputs: number;
  readonly written: { readonly log: LogName; readonly stage: string };
}

/** kafkajs alone over the same hops, all three at once, from topics of its own for what the hops write. */
async function timeBare(
  { broker, arguments: servers }: Bench,
  stack: Stack,
  folder: string,
): Promise<{ readonly ms: number; readonly cpu: number }> {
  const bare = `${INSTALLATION}-bare`;
  const topics = ['--replication', 'single', '--partitions', String(PARTITIONS)];
  await runYujing(['setup', ...servers, '--installation', bare, '--only', 'topics', ...topics]);
  const feed = await lengthOf(broker, 'feed');
  const encounters = await outputsOf(broker, 'encounter', 'profile', join(folder, 'bare-profile'));
  const warnings = await outputsOf(broker, 'case', 'detect', join(folder, 'bare-detect'));
  const hops: Hop[] = [
    {
      group: 'bare-profile',
      from: `${INSTALLATION}.feed`,
      to: `${bare}.encounter`,
      inputs: feed,
      written: { log: 'encounter', stage: 'profile' },
    },
    {
      group: 'bare-detect',
      from: `${bare}.encounter`,
      to: `${bare}.case`,
      inputs: encounters.records,
      written: { log: 'case', stage: 'detect' },
    },
    {
      group: 'bare-case',
      from: `${bare}.case`,
      to: `${bare}.feed`,
      inputs: warnings.records,
      written: { log: 'case', stage: 'case' },
    },
  ];
  const answers = await Promise.all(
    hops.map(async ({ written, ...hop }) => {
      const samples = join(folder, hop.group);
      const { records: outputs } = await outputsOf(broker, written.log, written.stage, samples);
      const warmUp = Math.floor(WARM_UP * hop.inputs);
      const task: BareTask = { ...hop, warmUp, brokers: stack.kafka.brokers, partitions: PARTITIONS, outputs, samples };
      return bareHop(task);
    }),
  );
  const ms = Math.max(...answers.map(({ at }) => at)) - Math.min(...answers.map(({ warmAt }) => warmAt));
  const share = 1 / (1 - WARM_UP);
  return { ms: ms * share, cpu: answers.reduce((sum, { cpu_ms }) => sum + cpu_ms, 0) * share };
}

async function timeDoorAndPath(bench: Bench, door: string, key: string): Promise<number> {
  const start = Date.now();
  const lines = workload({ events: EVENTS, start, rate: 20_000, people: 50_000, counterparties: 50_000, run: 'door' });
  const bodies = bodiesOf(lines, 500);
  const task = { url: door, key, bodies, eventsPerBody: 500, together: 6, rate: null };
  const { startedAt, refusals } = await sendFromThread(task);
  if (refusals > 0) throw new Error(`the door refused ${refusals} bodies`);
  await until('the door’s events are through', () => bench.isThrough());
  return (EVENTS * 1000) / (Date.now() - startedAt);
}

async function measure(stack: Stack, folder: string): Promise<ClusterFigures> {
  const bench = new Bench(stack, folder);
  try {
    progress(`${EVENTS} events; setting up ...`);
    await bench.setUp();
    progress('opening the slots ...');
    await bench.openSlots();
    progress('filling the feed ...');
    await fillFeed({ brokers: stack.kafka.brokers, installation: INSTALLATION, folder, events: EVENTS });
    progress('path ...');
    const pids = { kafka: stack.kafka.nodes[0]!.pid, redis: stack.redis.node.pid };
    const path = await timePath(bench, pids);
    const stages: Record<string, StageFigures> = {};
    const noted = (stage: string, cpu_us_per_event?: number): void => {
      const { pid, readyMs } = bench.processes.get(stage)!;
      const figures = { start_ms: Math.round(readyMs), rss_mb: residentMbOf(pid) };
      stages[stage] = cpu_us_per_event === undefined ? figures : { ...figures, cpu_us_per_event };
    };
    const perEvent = (ms: number): number => Math.round((ms * 10_000) / EVENTS) / 10;
    for (const stage of PATH) noted(stage, perEvent(path.cpu[stage] ?? 0));
    progress('bare kafkajs ...');
    const bare = await timeBare(bench, stack, folder);
    progress('door + path ...');
    const key = await sourceKey(bench);
    const door = (await bench.start('ingest', ['--port', '0', '--demo'])).ready.url!.replace('localhost', '127.0.0.1');
    await bench.start('deliver');
    const pages = (await bench.start('console', ['--port', '0', '--demo'])).ready.url!.replace(
      'localhost',
      '127.0.0.1',
    );
    const doorRate = await timeDoorAndPath(bench, door, key);
    progress('cards at half that load ...');
    const target = { door, pages, key, cookie: await officerCookie(pages) };
    const card_ms = await cardLatency(target, doorRate / 2);
    for (const stage of ['ingest', 'deliver', 'console']) noted(stage);
    return {
      events: EVENTS,
      events_per_s: Math.round((EVENTS * 1000) / path.ms),
      bare_events_per_s: Math.round((EVENTS * 1000) / bare.ms),
      ratio: Number((bare.ms / path.ms).toFixed(3)),
      door_events_per_s: Math.round(doorRate),
      card_ms,
      stages,
      servers_cpu_us_per_event: { kafka: perEvent(path.cpu.kafka ?? 0), redis: perEvent(path.cpu.redis ?? 0) },
      bare_cpu_us_per_event: perEvent(bare.cpu),
      machine: `${cpus().length} cores, Node ${process.versions.node}, one broker`,
    };
  } finally {
    await bench.stop();
  }
}

async function sourceKey(bench: Bench): Promise<string> {
  const data = bench.arguments.at(-1)!;
  const text = await runYujing(['keys', 'add', 'bench', '--role', 'demo', '--data', data, '--json']);
  return (JSON.parse(text) as { readonly key: string }).key;
}

function table(figures: ClusterFigures): string {
  const { card_ms: card } = figures;
  return [
    `path          ${figures.events_per_s} events/s   (feed -> case, one process a stage)`,
    `bare kafkajs  ${figures.bare_events_per_s} events/s   ratio path / bare ${figures.ratio}`,
    `door + path   ${figures.door_events_per_s} events/s   (JSON over HTTP to the last record through detect)`,
    `card          p50 ${card.p50} ms, p99 ${card.p99} ms   (${card.cards} cards at ${card.load_events_per_s} events/s)`,
    `processor     ${PATH.map((stage) => `${stage} ${figures.stages[stage]?.cpu_us_per_event}`).join(', ')}, ${Object.entries(
      figures.servers_cpu_us_per_event,
    )
      .map(([server, us]) => `${server} ${us}`)
      .join(', ')} us an event; bare ${figures.bare_cpu_us_per_event}`,
    ...Object.entries(figures.stages).map(
      ([stage, { start_ms, rss_mb }]) => `${stage.padEnd(13)} starts in ${start_ms} ms, ${rss_mb} MB`,
    ),
    `${figures.machine}; ${figures.events} events`,
    '',
  ].join('\n');
}

if (values.help) process.stdout.write('npm run bench:cluster [-- --events N --json]\n');
else {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-bench-cluster-'));
  const stack = await openStack({ folder, kafka: { nodes: 1, heapMb: 512 }, registry: false });
  let figures: ClusterFigures;
  try {
    figures = await measure(stack, folder);
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(values.json ? `${JSON.stringify(figures)}\n` : table(figures));
  process.exit(0);
}
