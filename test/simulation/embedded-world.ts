import {
  Lockstep,
  MemoryEngine,
  partitionOf,
  RULES,
  slotName,
  type Broker,
  type Clock,
  type HeadOfChange,
  type Heads,
  type MemoryDisk,
  type Slot,
} from '@yujing/runtime';
import { LOG_NAMES, type LogName } from '@yujing/schemas';
import type { Ended, EndedUnit } from './checks.ts';
import { Deliverer } from './deliverer.ts';
import type { Faults } from './model/faults.ts';
import type { ModelLog } from './model/model-broker.ts';
import type { Snapshot } from './model/model-store.ts';
import { SimProcess } from './model/process.ts';
import type { Scheduler } from './model/scheduler.ts';
import type { Plant } from './plants/plant.ts';
import { Random } from './random.ts';
import { newestOf, type Head, type Outside, type Push, type Scenario, type Violation } from './scenario.ts';

const LATENCY = { least: 0.1, most: 3 };

interface Sent {
  readonly log: LogName;
  readonly partition: number;
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** The machine's clock goes as fast as the store's: between two commits the path reckons with it. */
function atRate(clock: Clock, rate: number): Clock {
  return {
    now: () => clock.now() * rate,
    sleep: (durationMs, signal) => clock.sleep(durationMs / rate, signal),
  };
}

export interface EmbeddedWorldOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly scenario: Scenario;
  readonly plant: Plant;
}

/** One machine: the whole path in one process over one engine, which loses its power now and then. */
export class EmbeddedWorld {
  readonly pushes: Push[] = [];
  readonly violations: Violation[] = [];
  readonly deadLetters = new Set<string>();
  readonly deliverers: Deliverer[];
  readonly outside: Outside;
  readonly answered: Sent[] = [];
  readonly #options: EmbeddedWorldOptions;
  readonly #first = new Map<string, Snapshot>();
  readonly #unanswered = new Set<Sent>();
  #disk: MemoryDisk;
  #process: SimProcess;
  #engine: MemoryEngine;
  #path: Lockstep | undefined;
  #onHead: (() => void) | undefined;
  readonly #change: Array<Head & HeadOfChange>;
  #ids = 0;
  release = 1;

  constructor(options: EmbeddedWorldOptions) {
    const { scenario } = options;
    this.#options = options;
    this.#change = scenario.firstHeads.map((head, at) => ({ ...head, at }));
    this.#process = this.#newProcess('path');
    this.#engine = new MemoryEngine({ partitions: scenario.partitions });
    this.#disk = this.#engine.disk;
    this.outside = this.#makeOutside();
    this.deliverers = Array.from({ length: scenario.partitions.case }, (_, partition) => this.#deliverer(partition));
  }

  get pending(): number {
    return this.#unanswered.size;
  }

  get heads(): Heads {
    return newestOf(this.#change);
  }

  get path(): Lockstep | undefined {
    return this.#path;
  }

  publishHead(version: number): void {
    this.#change.push({ ...this.#options.scenario.headOf(version), at: this.#change.length });
    this.#onHead?.();
  }

  /** Starts the machine on what its disk holds; whoever was not answered asks again, in another order. */
  start(): void {
    const { scheduler, scenario, faults } = this.#options;
    const random = this.#draw();
    const process = this.#newProcess('path');
    this.#process = process;
    const sync = (): Promise<void> => process.clock.sleep(random.between(0.5, 30));
    const engine = new MemoryEngine({ disk: this.#disk, now: () => scenario.time(scheduler.now), sync });
    this.#engine = engine;
    this.#watchFirstCommits(engine);
    const evicts = faults.degree('evict');
    const heads = {
      ...this.heads,
      onHead: (listener: () => void) => {
        this.#onHead = listener;
        return () => {};
      },
    };
    const path = new Lockstep({
      engine,
      stages: scenario.stages(this.release, { heads }),
      codec: scenario.codec,
      documents: { get: () => Promise.reject(new Error('no documents')) },
      heads,
      deadLetters: { put: (letters) => this.#putAside(process, letters) },
      clock: atRate(process.clock, scenario.rate),
      mode: 'wall',
      newId: () => `${++this.#ids}`,
      breathe: () => process.clock.sleep(random.between(0, 3)),
      rules: { ...RULES, ...this.#options.plant.rules },
      eviction: { evicts: () => random.chance(evicts) },
      limits: { cacheEntities: evicts > 0 ? random.below(4) : 1_000 },
      settings: {
        roundRecords: 1 + random.below(8),
        visibleFlushMs: random.below(20) * scenario.rate,
        maxCommitIntervalMs: (20 + random.below(200)) * scenario.rate,
        maxUnflushedRecords: 1 + random.below(30),
      },
    });
    this.#path = path;
    const failed = (error: unknown): void =>
      process.deliver(() => void this.violations.push({ kind: 'path ended', detail: String(error) }));
    path.start().then(() => path.run().catch(failed), failed);
    for (const deliverer of this.deliverers) deliverer.start();
    const again = [...this.#unanswered].sort(() => random.next() - 0.5);
    for (const sent of again) this.#send(sent);
  }

  /** The power goes at this instant. */
  cutPower(): void {
    this.#disk = this.#engine.cutPower(this.#options.random.chance(0.5));
    this.#process.kill();
    for (const { process } of this.deliverers) process?.kill();
    this.#path = undefined;
  }

  /** Another release: the running one drains first. */
  async upgrade(release: number): Promise<void> {
    const path = this.#path;
    const process = this.#process;
    if (path === undefined) return;
    await path.drain();
    await path.stop();
    if (!process.alive) return;
    this.release = release;
    this.cutPower();
    this.start();
  }

  get logs(): ModelLog[] {
    return LOG_NAMES.map((name) => {
      const partitions = Array.from({ length: this.#disk.partitions[name] }, (_, partition) =>
        this.#disk.logs[name].filter((record) => record.partition === partition),
      );
      return { name, id: this.#engine.inside.logId(name), partitions, closed: false };
    });
  }

  get records(): number {
    return LOG_NAMES.reduce((sum, name) => sum + this.#disk.logs[name].length, 0);
  }

  ended(): Ended {
    const logs = this.logs;
    const units: EndedUnit[] = [];
    this.#options.scenario.stages(1, { heads: this.heads }).forEach((stage, index) => {
      const log = logs.find(({ name }) => name === stage.reads) as ModelLog;
      log.partitions.forEach((_records, partition) => {
        const slot: Slot = { stage: stage.name, logId: log.id, partition };
        const first = this.#first.get(slotName(slot));
        const last = this.#disk.slots.get(slotName(slot));
        units.push({ stage: index, name: stage.name, log, partition, slot, first, last, live: true });
      });
    });
    const { pushes, deadLetters, heads } = this;
    const now = this.#options.scenario.time(this.#options.scheduler.now);
    return { logs, units, readers: this.deliverers, pushes, deadLetters, heads, now };
  }

  /** 202 and 200 were given for these; all must be in the logs. */
  lostAnswers(): Violation[] {
    const found: Violation[] = [];
    for (const { log, partition, bytes } of this.answered) {
      const stands = this.#disk.logs[log].some((record) => record.partition === partition && record.bytes === bytes);
      if (!stands) found.push({ kind: 'answered but lost', detail: `${log} ${Buffer.from(bytes).toString()}` });
    }
    return found;
  }

  #watchFirstCommits(engine: MemoryEngine): void {
    const { store } = engine;
    const commit = store.commit.bind(store);
    store.commit = (slot, change) => {
      const follows = change.follows;
      if (follows === undefined) this.#first.set(slotName(slot), { head: change.head, entities: new Map() });
      return commit(slot, change);
    };
  }

  #putAside(
    process: SimProcess,
    letters: ReadonlyArray<{ logId: string; partition: number; offset: number }>,
  ): Promise<void> {
    return process.ask(() => {
      for (const { logId, partition, offset } of letters) this.deadLetters.add(`${logId}/${partition}/${offset}`);
    });
  }

  #draw(): Random {
    return new Random(this.#options.random.below(0x7fffffff));
  }

  #newProcess(name: string): SimProcess {
    return new SimProcess(name, this.#options.scheduler, this.#draw(), LATENCY);
  }

  /** the face of the engine for those who are not the path, with the time it takes to reach it */
  #face(process: SimProcess): Broker {
    const { outside } = this.#engine;
    const face = this.#options.plant.wrapEngine?.(this.#engine) ?? outside;
    return {
      ...face,
      append: async (log, batches) => {
        await process.clock.sleep(process.delay());
        return face.append(log, batches);
      },
      read: async (log, partition, from) => {
        const reader = await face.read(log, partition, from);
        return {
          poll: async (max) => {
            await process.clock.sleep(process.delay() * 10);
            return reader.poll(max);
          },
          close: () => reader.close(),
        };
      },
    };
  }

  #deliverer(partition: number): Deliverer {
    const { scenario, scheduler } = this.#options;
    return new Deliverer({
      partition,
      scenario,
      scheduler,
      process: () => this.#newProcess('deliver'),
      broker: (process) => this.#face(process),
      onPush: (push) => void this.pushes.push(push),
      onFailure: (error) => void this.violations.push({ kind: 'deliver ended', detail: String(error) }),
    });
  }

  #send(sent: Sent): void {
    this.#unanswered.add(sent);
    const { log, partition, key, bytes } = sent;
    const process = this.#process;
    void this.#face(process)
      .append(log, new Map([[partition, [{ key, bytes }]]]))
      .then(() => {
        if (!this.#unanswered.delete(sent)) return;
        this.answered.push(sent);
      });
  }

  #makeOutside(): Outside {
    const { random, faults, scheduler, scenario } = this.#options;
    const partitions = (log: LogName): number => scenario.partitions[log];
    return {
      random,
      faults,
      get now() {
        return scenario.time(scheduler.now);
      },
      partitions,
      append: (log, key, bytes) => this.#send({ log, partition: partitionOf(key, partitions(log)), key, bytes }),
      appendTo: (log, partition, bytes) => this.#send({ log, partition, key: '', bytes }),
    };
  }
}
