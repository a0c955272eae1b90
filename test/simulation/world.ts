import {
  isCoded,
  PartitionLoop,
  partitionOf,
  PreparedDocuments,
  RULES,
  type Broker,
  type HeadOfChange,
  type Heads,
  type Slot,
} from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { Ended } from './checks.ts';
import { Deliverer } from './deliverer.ts';
import type { Faults } from './model/faults.ts';
import { ModelLogs, type ModelLog } from './model/model-broker.ts';
import { ModelStore, type Snapshot } from './model/model-store.ts';
import { SimProcess } from './model/process.ts';
import type { Scheduler } from './model/scheduler.ts';
import type { Plant } from './plants/plant.ts';
import type { Random } from './random.ts';
import { Random as RandomSource } from './random.ts';
import { newestOf, type Head, type Outside, type Push, type Scenario, type Violation } from './scenario.ts';

const LATENCY = { least: 0.2, most: 6 };

/** One stage over one partition, whoever runs it. */
export interface Unit {
  readonly stage: number;
  readonly name: string;
  readonly log: ModelLog;
  readonly partition: number;
  readonly slot: Slot;
  /** behaviour and snapshot of the first commit: where a replay begins */
  first: Snapshot | undefined;
  live: boolean;
  owner: Running | undefined;
}

export interface Running {
  readonly unit: Unit;
  readonly process: SimProcess;
  readonly behaviour: number;
  readonly stop: () => Promise<void>;
}

export interface WorldOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly scenario: Scenario;
  readonly plant: Plant;
}

/** A cluster in one thread: the real run loop in many processes over one model broker and one model store. */
export class World {
  readonly logs: ModelLogs;
  readonly store: ModelStore;
  readonly units: Unit[] = [];
  readonly running = new Set<Running>();
  readonly pushes: Push[] = [];
  readonly violations: Violation[] = [];
  readonly deadLetters = new Set<string>();
  readonly deliverers: Deliverer[];
  readonly outside: Outside;
  readonly #options: WorldOptions;
  readonly #change: Array<Head & HeadOfChange>;
  /** how much of `change` each process has seen */
  readonly #views = new Map<SimProcess, number>();
  release = 1;
  /** appends of the outside that are not acknowledged yet */
  pending = 0;
  #ids = 0;
  #processes = 0;

  constructor(options: WorldOptions) {
    const { scheduler, faults, scenario } = options;
    this.#options = options;
    this.#change = scenario.firstHeads.map((head, at) => ({ ...head, at }));
    this.logs = new ModelLogs(scheduler, faults, this.#draw(), scenario.partitions);
    this.store = new ModelStore(scheduler, faults, this.#draw(), (now) => scenario.time(now));
    const surroundings = { heads: this.heads };
    this.store.newState = ({ stage: name }) =>
      scenario
        .stages(1, surroundings)
        .find((stage) => stage.name === name)
        ?.partitionState();
    this.store.onCommit = (slot, snapshot, { follows }) => {
      if (follows !== undefined) return;
      const unit = this.units.find(
        ({ slot: other }) => other.logId === slot.logId && other.partition === slot.partition,
      );
      if (unit !== undefined) unit.first ??= snapshot;
    };
    this.outside = this.#makeOutside();
    scenario.stages(1, { heads: this.#heads(this.#process('names')) }).forEach((stage, index) => {
      const log = this.logs.log(stage.reads);
      log.partitions.forEach((_records, partition) => this.addUnit(index, stage.name, log, partition));
    });
    this.deliverers = this.logs.log('case').partitions.map((_records, partition) => this.#deliverer(partition));
  }

  get heads(): Heads {
    return newestOf(this.#change);
  }

  /** what the checks look at */
  ended(): Ended {
    const units = this.units.map((unit) => ({ ...unit, last: this.store.current(unit.slot) }));
    const { pushes, deadLetters, heads } = this;
    const now = this.#options.scenario.time(this.#options.scheduler.now);
    return { logs: this.logs.all, units, readers: this.deliverers, pushes, deadLetters, heads, now };
  }

  addUnit(stage: number, name: string, log: ModelLog, partition: number): Unit {
    const slot = { stage: name, logId: log.id, partition };
    const unit = { stage, name, log, partition, slot, first: undefined, live: true, owner: undefined };
    this.units.push(unit);
    return unit;
  }

  /** A new process takes the unit over; whoever had it before is not asked. */
  spawn(unit: Unit, behaviour = this.release): void {
    if (!unit.live) return;
    const { scenario, plant, faults } = this.#options;
    const process = this.#process(unit.name);
    const heads = this.#heads(process);
    const random = this.#draw();
    const modelStore = this.store.store(process);
    const wrapped = plant.wrapStore?.(modelStore, { process, model: this.store, heads });
    const modelBroker = this.logs.broker(process);
    const broker = plant.wrapBroker?.(modelBroker, process) ?? modelBroker;
    const stage = scenario.stages(behaviour, { heads })[unit.stage];
    if (stage === undefined) throw new RangeError('no such stage');
    const evicts = faults.degree('evict');
    const loop = new PartitionLoop({
      stage,
      partition: unit.partition,
      broker,
      store: wrapped?.store ?? modelStore,
      codec: scenario.codec,
      heads,
      prepared: new PreparedDocuments(stage, { get: () => Promise.reject(new Error('no documents')) }),
      deadLetters: { put: (letters) => this.#putAside(process, letters) },
      clock: process.clock,
      newId: wrapped?.newId ?? (() => `${++this.#ids}`),
      rules: { ...RULES, ...plant.rules },
      eviction: { evicts: () => random.chance(evicts) },
      limits: { cacheEntities: evicts > 0 ? random.below(4) : 1_000 },
      settings: {
        chunkRecords: 1 + random.below(8),
        batchRecords: 1 + random.below(4),
        queueRecords: 1 + random.below(12),
        commitIntervalMs: 100 + random.below(600),
        commitRecords: 4 + random.below(30),
        heartbeatMs: plant.heartbeatMs ?? 1_000,
      },
      createPublisher: plant.createPublisher,
    });
    const running: Running = { unit, process, behaviour, stop: () => loop.stop() };
    this.running.add(running);
    unit.owner = running;
    loop.run().catch((error: unknown) => process.deliver(() => this.#gaveUp(running, error)));
  }

  kill(running: Running): void {
    running.process.kill();
    this.running.delete(running);
    this.#views.delete(running.process);
    if (running.unit.owner === running) running.unit.owner = undefined;
  }

  publishHead(version: number): void {
    const seenThen = this.#change.push({ ...this.#options.scenario.headOf(version), at: this.#change.length });
    for (const { process } of this.running) {
      const seen = (): void => {
        if ((this.#views.get(process) ?? 0) < seenThen) this.#views.set(process, seenThen);
      };
      this.#options.scheduler.after(process.delay() * 20, () => process.deliver(seen));
    }
  }

  /** A loop gave up: the supervisor starts what its error asks for. */
  #gaveUp(running: Running, error: unknown): void {
    const { unit } = running;
    const wasOwner = unit.owner === running;
    this.kill(running);
    const code = isCoded(error) ? error.code : undefined;
    if (code === 'state_lost') this.store.restore(unit.slot);
    else if (code !== 'behaviour_newer' && code !== 'behaviour_older') {
      this.violations.push({ kind: 'loop ended', detail: `${unit.name}/${unit.partition} ${String(error)}` });
      return;
    }
    if (!wasOwner) return;
    const behaviour = isCoded(error) && code !== 'state_lost' ? Number(error.facts['behaviour']) : this.release;
    this.#options.scheduler.after(20, () => {
      if (unit.owner === undefined) this.spawn(unit, behaviour);
    });
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
    return new RandomSource(this.#options.random.below(0x7fffffff));
  }

  #process(name: string): SimProcess {
    return new SimProcess(`${name} ${++this.#processes}`, this.#options.scheduler, this.#draw(), LATENCY);
  }

  #heads(process: SimProcess): Heads {
    this.#views.set(process, this.#change.length);
    return { head: (kind) => newestOf(this.#change.slice(0, this.#views.get(process))).head(kind) };
  }

  #deliverer(partition: number): Deliverer {
    const { scenario, scheduler } = this.#options;
    return new Deliverer({
      partition,
      scenario,
      scheduler,
      process: () => this.#process('deliver'),
      broker: (process): Broker => this.logs.broker(process),
      onPush: (push) => void this.pushes.push(push),
      onFailure: (error) => void this.violations.push({ kind: 'deliver ended', detail: String(error) }),
    });
  }

  #makeOutside(): Outside {
    const { random, faults, scheduler, scenario } = this.#options;
    const partitions = (log: LogName): number => this.logs.log(log).partitions.length;
    const sender = this.#process('outside');
    const append = async (log: LogName, partition: number, key: string, bytes: Uint8Array): Promise<void> => {
      this.pending++;
      const broker = this.logs.broker(sender);
      for (let written = false; !written;) {
        written = await broker.append(log, new Map([[partition, [{ key, bytes }]]])).then(
          (named) => named.has(partition),
          () => false,
        );
        if (!written) await sender.clock.sleep(random.between(10, 200));
      }
      this.pending--;
    };
    return {
      random,
      faults,
      get now() {
        return scenario.time(scheduler.now);
      },
      partitions,
      append: (log, key, bytes) => void append(log, partitionOf(key, partitions(log)), key, bytes),
      appendTo: (log, partition, bytes) => void append(log, partition, '', bytes),
    };
  }
}
