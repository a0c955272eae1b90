import { decodeMeta, encodeMeta, partitionOf, type Adopted } from '@yujing/runtime';
import { Faults, type Fault } from './model/faults.ts';
import { Scheduler } from './model/scheduler.ts';
import type { Snapshot } from './model/model-store.ts';
import { checkHistory } from './checks.ts';
import { NOTHING_PLANTED, type Plant } from './plants/plant.ts';
import { Random } from './random.ts';
import type { Scenario, Violation } from './scenario.ts';
import { createToyScenario } from './toy/scenario.ts';
import { World, type Running, type Unit } from './world.ts';

export interface ScheduleOptions {
  readonly seed: number;
  readonly plant?: Plant | undefined;
  /** only these faults may be on */
  readonly only?: readonly Fault[] | undefined;
  /** how long things go on and wrong, in simulated ms */
  readonly durationMs?: number | undefined;
  readonly createScenario?: ((plant: Plant) => Scenario) | undefined;
}

export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly faults: readonly Fault[];
  readonly figures: Readonly<Record<string, number>>;
}

export const DURATION_MS = 4_000;
const WORLD_MS = 50;
const FAULT_MS = 25;
const QUIET_MS = 2_600;
const PATIENCE_MS = 60_000;
const SLICE_MS = 100;

/** One seed: a world, what goes wrong in it, its end, and what is found then. */
export async function runSchedule(options: ScheduleOptions): Promise<Outcome> {
  const plant = options.plant ?? NOTHING_PLANTED;
  const random = new Random(options.seed * 7_919 + 13);
  const faults = Faults.draw(new Random(random.below(0x7fffffff)), options.only, plant.always, plant.never);
  const scenario = options.createScenario?.(plant) ?? createToyScenario(plant.stages);
  const scheduler = new Scheduler();
  const world = new World({ scheduler, random, faults, scenario, plant });
  const schedule = new Schedule(world, scheduler, faults, scenario, new Random(random.below(0x7fffffff)));
  await schedule.run(options.durationMs ?? DURATION_MS);
  const violations = [...world.violations, ...(await checkHistory(world.ended(), scenario, plant))];
  const { refused, rewinds } = world.store;
  const records = world.logs.written;
  const figures = {
    records,
    refused,
    rewinds,
    pushes: world.pushes.length,
    restores: schedule.wipes,
    simulatedMs: scheduler.now,
  };
  return { seed: options.seed, violations, faults: faults.on, figures };
}

class Schedule {
  readonly #world: World;
  readonly #scheduler: Scheduler;
  readonly #faults: Faults;
  readonly #scenario: Scenario;
  readonly #random: Random;
  wipes = 0;

  constructor(world: World, scheduler: Scheduler, faults: Faults, scenario: Scenario, random: Random) {
    this.#world = world;
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#scenario = scenario;
    this.#random = random;
  }

  async run(durationMs: number): Promise<void> {
    const grows = this.#random.chance(0.3 * Math.ceil(this.#faults.degree('grow')));
    for (const unit of this.#world.units) this.#world.spawn(unit);
    for (const deliverer of this.#world.deliverers) deliverer.start();
    await this.#disturb(durationMs);
    if (grows) {
      await this.#settle();
      this.#grow();
      await this.#disturb(durationMs / 2);
    }
    await this.#settle();
    this.#scenario.end(this.#world.outside);
    await this.#settle();
  }

  /** The world goes on and things go wrong, until the time is over. */
  async #disturb(durationMs: number): Promise<void> {
    this.#faults.over = false;
    const end = this.#scheduler.now + durationMs;
    const world = (): void => {
      if (this.#scheduler.now >= end) return;
      this.#scenario.act(this.#world.outside, this.#world.pushes);
      this.#scheduler.after(this.#random.between(1, 2 * WORLD_MS), world);
    };
    const faults = (): void => {
      if (this.#scheduler.now >= end) return;
      this.#goWrong(end);
      this.#scheduler.after(this.#random.between(1, 2 * FAULT_MS), faults);
    };
    this.#scheduler.after(0, world);
    this.#scheduler.after(0, faults);
    await this.#scheduler.run(end);
    this.#faults.over = true;
  }

  #goWrong(end: number): void {
    const world = this.#world;
    const random = this.#random;
    const happens = (fault: Fault, share: number): boolean => random.chance(share * this.#faults.degree(fault));
    const owners = world.units.flatMap(({ owner }) => (owner === undefined ? [] : [owner]));
    if (owners.length === 0) return;
    if (happens('crash', 0.15)) this.#restart(random.pick(owners), world.release);
    if (happens('zombie', 0.12)) this.#freeze(random.pick(owners), end);
    if (happens('crash', 0.03)) this.#crashDeliverer();
    if (happens('rewind', 0.12)) world.store.rewind(random.pick(world.units).slot, 1 + random.below(4));
    if (happens('wipe', 0.03)) this.#wipe(random.pick(world.units));
    if (happens('adopt', 0.1)) world.publishHead(1 + random.below(5));
    if (world.release === 1 && happens('deploy', 0.1)) this.#deploy();
  }

  /** The owner dies, or is asked to stop; another one comes after a while. */
  #restart(running: Running, behaviour: number): void {
    const { unit } = running;
    if (this.#random.chance(0.3)) void running.stop().catch(() => {});
    else this.#world.kill(running);
    this.#scheduler.after(this.#random.between(0, 300), () => {
      this.#world.kill(running);
      if (unit.owner === undefined) this.#world.spawn(unit, behaviour);
    });
  }

  /** The owner stops for a while, another one takes over, and then the first goes on as if nothing had happened. */
  #freeze(running: Running, end: number): void {
    running.process.freeze();
    this.#scheduler.after(this.#random.between(0, 400), () => {
      if (running.unit.owner === running) this.#world.spawn(running.unit);
    });
    const thaws = Math.min(this.#random.between(100, 2_500), Math.max(0, end - this.#scheduler.now - 1));
    this.#scheduler.after(thaws, () => running.process.thaw());
    this.#scheduler.after(thaws + this.#random.between(0, 1_500), () => {
      if (running.unit.owner !== running) this.#world.kill(running);
    });
  }

  #crashDeliverer(): void {
    const deliverer = this.#random.pick(this.#world.deliverers);
    const { process } = deliverer;
    if (this.#random.chance(0.5)) process?.kill();
    else this.#scheduler.after(this.#random.between(100, 1_500), () => process?.kill());
    deliverer.start();
  }

  /** Everything of a slot is lost. */
  #wipe(unit: Unit): void {
    if (unit.live && this.#world.store.wipe(unit.slot)) this.wipes++;
  }

  #deploy(): void {
    this.#world.release = 2;
    for (const unit of this.#world.units) {
      this.#scheduler.after(this.#random.between(0, 800), () => {
        if (unit.owner !== undefined && unit.owner.behaviour < 2) this.#restart(unit.owner, 2);
      });
    }
  }

  /** Nothing goes wrong any more and nothing new comes: runs until everything has come to rest. */
  async #settle(): Promise<void> {
    const world = this.#world;
    const patience = this.#scheduler.now + PATIENCE_MS;
    await this.#scheduler.run(this.#scheduler.now + SLICE_MS);
    for (const running of world.running) if (running.unit.owner !== running) world.kill(running);
    let written = -1;
    let quietSince = this.#scheduler.now;
    while (this.#scheduler.now - quietSince < QUIET_MS) {
      for (const unit of world.units) {
        if (unit.live && unit.owner === undefined) world.spawn(unit);
        if (unit.owner !== undefined && unit.owner.process.frozen) unit.owner.process.thaw();
      }
      await this.#scheduler.run(this.#scheduler.now + SLICE_MS);
      if (written !== world.logs.written || !this.#isAtRest()) quietSince = this.#scheduler.now;
      written = world.logs.written;
      if (this.#scheduler.now < patience) continue;
      world.violations.push({ kind: 'livelock', detail: this.#restless() });
      return;
    }
  }

  #isAtRest(): boolean {
    return this.#restless() === '';
  }

  /** what has not come to its end */
  #restless(): string {
    const world = this.#world;
    if (world.pending > 0) return 'appends of the outside';
    for (const { live, name, partition, slot, log } of world.units) {
      const head = world.store.current(slot)?.head;
      const end = log.partitions[partition]?.length ?? 0;
      if (live && (head?.position !== end || head.outbox.length > 0)) return `${name}/${partition}`;
    }
    const late = world.deliverers.find(
      ({ partition, position }) => position !== world.logs.log('case').partitions[partition]?.length,
    );
    return late === undefined ? '' : 'deliver';
  }

  /** Rule 8: a log grows offline. Its state is copied by key, and the new log is another one, with another id. */
  #grow(): void {
    const world = this.#world;
    const old = world.units.filter(({ log, live }) => live && log.name === 'feed');
    for (const unit of old) {
      if (unit.owner !== undefined) world.kill(unit.owner);
      unit.live = false;
    }
    const log = world.logs.make('feed', this.#scenario.grownFeed);
    const last = old.flatMap(({ slot }) => world.store.current(slot) ?? []);
    const behaviour = Math.max(...last.map(({ head }) => decodeMeta(head.meta).behaviour));
    for (let partition = 0; partition < log.partitions.length; partition++) {
      const first = old[0] as Unit;
      // Before the state: a log that says it was read is never taken for a new one, should its state get lost.
      const bytes = this.#scenario.codec.encode('Adopt', { kind: 'behaviour', ref: '', at: 0, behaviour });
      world.logs.write(log, partition, [{ key: '', bytes }]);
      const unit = world.addUnit(first.stage, first.name, log, partition);
      unit.first = this.#grown(last, partition, log.partitions.length);
      world.store.place(unit.slot, unit.first);
      world.spawn(unit);
    }
  }

  #grown(last: readonly Snapshot[], partition: number, partitions: number): Snapshot {
    const metas = last.map(({ head }) => decodeMeta(head.meta));
    const adopted: Record<string, Adopted> = {};
    for (const meta of metas) {
      for (const [kind, next] of Object.entries(meta.adopted)) {
        if ((adopted[kind]?.at ?? -1) < next.at) adopted[kind] = next;
      }
    }
    const entities = new Map<string, Uint8Array>();
    for (const snapshot of last) {
      for (const [key, bytes] of snapshot.entities) {
        if (!key.startsWith('@') && partitionOf(key, partitions) === partition) entities.set(key, bytes);
      }
    }
    const meta = encodeMeta({
      behaviour: 0,
      adopted,
      timers: { first: 0, last: -1 },
      state: this.#scenario.grownState(metas.map(({ state }) => state)),
    });
    return { head: { id: `grown ${partition}`, position: 0, stamps: [], meta, outbox: [] }, entities };
  }
}
