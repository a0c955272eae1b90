import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, SOURCE, type StageName, type Workers } from '../cluster/cluster.ts';
import { Doors } from '../cluster/doors.ts';
import { endInOrder } from '../cluster/ending.ts';
import { Inside } from '../cluster/inside.ts';
import { LiveWatch } from '../cluster/live-watch.ts';
import type { Servers } from '../cluster/servers.ts';
import type { StageProcess } from '../cluster/stage-process.ts';
import { Random } from '../kill/random.ts';
import { Answerer } from './answerer.ts';
import { checkOutside, type Checked } from './checks.ts';
import { Load } from './load.ts';
import { ProbeWatch } from './probe-watch.ts';
import { pushesOf } from './pushes.ts';
import type { Arrival } from './recovery.ts';

export interface TrialOptions {
  readonly servers: Servers;
  readonly installation: string;
  readonly seed: number;
  readonly workers: Workers;
  readonly eventsPerSecond: number;
  readonly probesPerSecond: number;
  readonly say: (line: string) => void;
}

/** What a trial came to when everything stood still again. */
export interface Outcome extends Checked {
  readonly hops: readonly { readonly stage: string; readonly records: number; readonly outputs: number }[];
  /** what the logs say otherwise than the stages over them */
  readonly problems: readonly string[];
  readonly cards: readonly Arrival[];
  readonly pushes: readonly Arrival[];
  readonly facts: Readonly<Record<string, number>>;
}

/** Timers and ladders pass within a row, and an officer still has twelve seconds: with two, each delay would call half the town. */
const TIME_SCALE = 5;
const WARM_UP_MS = 6_000;
const REST_WITHIN_MS = 120_000;
/** What waits longer for its card than this has been held up. */
const WAITS_MS = 1_500;
const LOOK_MS = 200;
const CALM_LOOKS = 15;
const RESTART_AFTER_MS = 1_000;

/** An installation under load, with people at their pages, that somebody may disturb. */
export class Trial {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly say: TrialOptions['say'];
  readonly #options: TrialOptions;
  readonly #doors: Doors;
  readonly #watch: LiveWatch;
  readonly #probes = new ProbeWatch();
  readonly #answerer: Answerer;
  readonly #load: Load;
  readonly #deaths: string[] = [];
  #isEnding = false;

  constructor(options: TrialOptions) {
    const { servers, installation, seed, workers, eventsPerSecond, probesPerSecond } = options;
    this.#options = options;
    this.say = options.say;
    this.random = new Random(seed, installation);
    this.cluster = new Cluster({
      servers,
      installation,
      workers,
      seed,
      clock: 'wall',
      timeScale: TIME_SCALE,
      onDeath: (name, how) => this.#died(name, how),
    });
    const consoles = (): string[] => this.cluster.urls('console');
    this.#doors = new Doors({ urls: () => this.cluster.urls('ingest'), key: this.cluster.key, source: SOURCE });
    this.#answerer = new Answerer(consoles);
    this.#watch = new LiveWatch({
      urls: consoles,
      role: 'analyst',
      onEvent: (event, heardAt) => {
        this.#probes.hear(event, heardAt);
        this.#answerer.hear(event);
      },
    });
    const load = { doors: this.#doors, source: SOURCE, seed, timeScale: TIME_SCALE };
    this.#load = new Load({ ...load, eventsPerSecond, probesPerSecond });
  }

  /** Resolves when cards come as fast as events do. */
  async open(): Promise<void> {
    await this.cluster.setup();
    await this.cluster.start();
    this.say(`${this.cluster.processes.length} processes ready`);
    await this.#watch.open();
    await this.#load.start();
    await sleep(WARM_UP_MS);
    await this.untilCalm(60_000);
  }

  /** one of a stage by chance; of the consoles the one that the page listens to */
  worker(stage: StageName): StageProcess {
    const running = this.cluster.running(stage);
    const listenedTo = running.find(({ url }) => url !== undefined && url === this.#watch.url);
    return listenedTo ?? this.random.pick(running);
  }

  /** Resolves when no probe has waited for its card for a while. Answers false when that takes too long. */
  async untilCalm(withinMs: number): Promise<boolean> {
    const begin = Date.now();
    for (let calm = 0; calm < CALM_LOOKS;) {
      if (Date.now() - begin > withinMs) return false;
      await sleep(LOOK_MS);
      const waiting = this.#probes.waiting(this.#load.probes, Date.now() - WAITS_MS);
      calm = waiting === 0 ? calm + 1 : 0;
    }
    return true;
  }

  /** For whoever wants to know why it is not calm: what each process has before it, and what keeps it. */
  async tellBehind(): Promise<void> {
    for (const process of this.cluster.processes) {
      const behind = (await process.figures())?.sum('behind_records') ?? 0;
      const why = process.isRunning ? await process.notReady() : 'not running';
      if (behind > 0 || why !== undefined) this.say(`${process.name}: ${behind} records behind, ${why ?? 'ready'}`);
    }
  }

  /** Ends load and processes in the order data travels, and looks at what stands in the logs. */
  async settle(): Promise<Outcome> {
    await this.#load.stop();
    await this.untilCalm(60_000);
    await this.#answerer.close();
    const facts = await this.#facts();
    const problems = await this.#end();
    const inside = await Inside.open(this.#options.servers, this.#options.installation);
    try {
      const { dump, hops, problems: differences, repeats } = await inside.check();
      const checked = checkOutside(dump, inside.codec, {
        accepted: this.#doors.accepted,
        sent: this.#doors.sent,
        commands: this.#answerer.answered,
        heard: new Set(this.#watch.orders.keys()),
      });
      return {
        ...checked,
        hops,
        problems: [...problems, ...differences],
        cards: this.#probes.arrivals(this.#load.probes),
        pushes: pushesOf(dump, inside.codec),
        facts: { ...facts, records_repeated: repeats },
      };
    } finally {
      await inside.close();
    }
  }

  async close(): Promise<void> {
    this.#isEnding = true;
    this.#doors.close();
    await this.#load.stop().catch(() => undefined);
    await this.#watch.close();
    await this.cluster.close();
  }

  /** What the processes that run say of themselves, and what was seen from outside. */
  async #facts(): Promise<Record<string, number>> {
    const figures = await Promise.all(this.cluster.processes.map((process) => process.figures()));
    const sum = (name: string): number => figures.reduce((total, of) => total + (of?.sum(name) ?? 0), 0);
    return {
      commits_refused: sum('commits_refused_total'),
      restarts: sum('restarts_total'),
      requests_repeated: this.#doors.repeated,
      commands_repeated: this.#answerer.repeated,
      commands_refused: this.#answerer.refused,
      page_came_back: this.#watch.reconnects,
      page_reset: this.#watch.resets,
      orders_told_again: this.#watch.toldAgain,
      orders_twice_on_stream: this.#watch.repeats,
      deaths: this.#deaths.length,
    };
  }

  async #end(): Promise<string[]> {
    this.#isEnding = true;
    const heard = (): Promise<void> => this.#watch.close();
    return [...this.#deaths, ...(await endInOrder(this.cluster, { restWithinMs: REST_WITHIN_MS, heard }))];
  }

  /** As a supervisor does: what ends by itself is started again, and told of. */
  #died(name: string, how: string): void {
    this.#deaths.push(`${name} ended by itself with ${how}`);
    if (this.#isEnding) return;
    this.say(`${name} ended by itself with ${how}`);
    const process = this.cluster.processes.find((known) => known.name === name);
    this.say(process?.output.split('\n').slice(-4).join('\n') ?? '');
    void sleep(RESTART_AFTER_MS).then(async () => {
      if (!this.#isEnding && process?.isRunning === false) await process.startAgainAndAgain().catch(() => undefined);
    });
  }
}
