import { checkHistory } from './checks.ts';
import { EmbeddedWorld } from './embedded-world.ts';
import { Faults } from './model/faults.ts';
import { Scheduler } from './model/scheduler.ts';
import { NOTHING_PLANTED } from './plants/plant.ts';
import { Random } from './random.ts';
import { DURATION_MS, type Outcome, type ScheduleOptions } from './schedule.ts';
import { createToyScenario } from './toy/scenario.ts';

const WORLD_MS = 50;
const FAULT_MS = 40;
const QUIET_MS = 2_600;
const PATIENCE_MS = 60_000;
const SLICE_MS = 100;

/** One seed on one machine: the path in lockstep, an outside that asks until it is answered, and power cuts. */
export async function runEmbeddedSchedule(options: ScheduleOptions): Promise<Outcome> {
  const plant = options.plant ?? NOTHING_PLANTED;
  const random = new Random(options.seed * 104_729 + 7);
  const faults = Faults.draw(new Random(random.below(0x7fffffff)), options.only, plant.always, plant.never);
  const scenario = options.createScenario?.(plant) ?? createToyScenario(plant.stages);
  const scheduler = new Scheduler();
  const world = new EmbeddedWorld({ scheduler, random, faults, scenario, plant });
  const chance = new Random(random.below(0x7fffffff));
  const end = options.durationMs ?? DURATION_MS;
  const figures = { records: 0, cuts: 0, pushes: 0, answered: 0, simulatedMs: 0 };

  const act = (): void => {
    if (scheduler.now >= end) return;
    scenario.act(world.outside, world.pushes);
    scheduler.after(chance.between(1, 2 * WORLD_MS), act);
  };
  const goWrong = (): void => {
    if (scheduler.now >= end) return;
    if (chance.chance(0.15 * faults.degree('crash'))) {
      figures.cuts++;
      world.cutPower();
      scheduler.after(chance.between(1, 200), () => world.start());
      scheduler.after(201, goWrong);
      return;
    }
    if (chance.chance(0.1 * faults.degree('adopt'))) world.publishHead(1 + chance.below(5));
    scheduler.after(chance.between(1, 2 * FAULT_MS), goWrong);
  };
  world.start();
  scheduler.after(0, act);
  scheduler.after(0, goWrong);
  await scheduler.run(end + 300);
  faults.over = true;
  await settle(world, scheduler);
  if (chance.chance(0.3 * Math.ceil(options.only?.includes('deploy') === false ? 0 : 1))) {
    void world.upgrade(2);
    await settle(world, scheduler);
  }
  scenario.end(world.outside);
  await settle(world, scheduler);

  Object.assign(figures, {
    records: world.records,
    pushes: world.pushes.length,
    answered: world.answered.length,
    simulatedMs: scheduler.now,
  });
  const violations = [
    ...world.violations,
    ...world.lostAnswers(),
    ...(await checkHistory(world.ended(), scenario, plant)),
  ];
  return { seed: options.seed, violations, faults: faults.on, figures };
}

/** Runs until nothing moves any more. */
async function settle(world: EmbeddedWorld, scheduler: Scheduler): Promise<void> {
  const patience = scheduler.now + PATIENCE_MS;
  let before = '';
  for (let quietSince = scheduler.now; scheduler.now - quietSince < QUIET_MS;) {
    await scheduler.run(scheduler.now + SLICE_MS);
    const behind = world.deliverers.some(({ partition, position }) => {
      return position !== (world.logs.find(({ name }) => name === 'case')?.partitions[partition]?.length ?? 0);
    });
    const state = `${world.records} ${world.pending} ${behind}`;
    if (state !== before || world.pending > 0 || behind) quietSince = scheduler.now;
    before = state;
    if (scheduler.now < patience) continue;
    world.violations.push({ kind: 'livelock', detail: state });
    return;
  }
}
