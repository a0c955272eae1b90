import { runEmbeddedSchedule } from './embedded-schedule.ts';
import { EMBEDDED_PLANTS, PLANTS } from './plants/all.ts';
import { NOTHING_PLANTED, type Plant } from './plants/plant.ts';
import { createRealScenario } from './real/scenario.ts';
import type { Scenario } from './scenario.ts';
import { createToyScenario } from './toy/scenario.ts';
import { DURATION_MS, runSchedule, type Outcome, type ScheduleOptions } from './schedule.ts';

export type WorldName = 'cluster' | 'embedded';

/** Toys find what is wrong with the loop in milliseconds; the real stages are what runs on it. */
export const SCENARIOS = {
  toy: (plant: Plant): Scenario => createToyScenario(plant.stages),
  real: (plant: Plant): Scenario => createRealScenario(plant.realStages),
} as const;
export type ScenarioName = keyof typeof SCENARIOS;

export const RUN: Readonly<Record<WorldName, (options: ScheduleOptions) => Promise<Outcome>>> = {
  cluster: runSchedule,
  embedded: runEmbeddedSchedule,
};

export interface Variant {
  readonly world: WorldName;
  readonly plant: Plant;
}

/** all rules on in both worlds, then every planted bug */
export const VARIANTS: readonly Variant[] = [
  { world: 'cluster', plant: NOTHING_PLANTED },
  { world: 'embedded', plant: NOTHING_PLANTED },
  ...PLANTS.map((plant) => ({ world: 'cluster', plant }) as const),
  ...EMBEDDED_PLANTS.map((plant) => ({ world: 'embedded', plant }) as const),
];

export interface Campaign {
  readonly scenario: ScenarioName;
  readonly variant: string;
  readonly world: WorldName;
  readonly seeds: number;
  readonly failed: readonly number[];
  /** kind of violation -> seeds that show it */
  readonly kinds: Readonly<Record<string, number>>;
  readonly figures: Readonly<Record<string, number>>;
  readonly seconds: number;
}

export interface CampaignOptions extends Variant {
  /** toy, when left out */
  readonly scenario?: ScenarioName | undefined;
  readonly from: number;
  readonly seeds: number;
  readonly onOutcome?: ((outcome: Outcome, done: number) => void) | undefined;
  /** ends at the first seed with a violation */
  readonly untilCaught?: boolean | undefined;
}

export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const { world, plant, from, scenario = 'toy' } = options;
  const startedAt = performance.now();
  const failed: number[] = [];
  const kinds: Record<string, number> = {};
  const figures: Record<string, number> = {};
  let seeds = 0;
  for (let seed = from; seed < from + options.seeds; seed++) {
    const outcome = await RUN[world]({ seed, plant, createScenario: SCENARIOS[scenario] });
    seeds++;
    for (const [name, value] of Object.entries(outcome.figures)) figures[name] = (figures[name] ?? 0) + value;
    if (outcome.violations.length > 0) failed.push(seed);
    for (const kind of new Set(outcome.violations.map((violation) => violation.kind)))
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    options.onOutcome?.(outcome, seeds);
    if (options.untilCaught === true && failed.length > 0) break;
  }
  return {
    variant: plant.name,
    scenario,
    world,
    seeds,
    failed,
    kinds,
    figures,
    seconds: (performance.now() - startedAt) / 1_000,
  };
}

/** The smallest schedule found that still fails: fewer faults first, then a shorter time. */
export async function shrink(
  variant: Variant,
  seed: number,
  scenario: ScenarioName = 'toy',
): Promise<ScheduleOptions & { readonly outcome: Outcome }> {
  const { world, plant } = variant;
  const attempt = (options: Omit<ScheduleOptions, 'seed' | 'plant'>): Promise<Outcome> =>
    RUN[world]({ ...options, seed, plant, createScenario: SCENARIOS[scenario] });
  let outcome = await attempt({});
  let only = outcome.faults;
  for (const fault of outcome.faults) {
    const fewer = only.filter((other) => other !== fault);
    const found = await attempt({ only: fewer });
    if (found.violations.length === 0) continue;
    outcome = found;
    only = fewer;
  }
  let durationMs = DURATION_MS;
  for (let shorter = durationMs / 2; shorter >= 100; shorter = durationMs / 2) {
    const found = await attempt({ only, durationMs: shorter });
    if (found.violations.length === 0) break;
    outcome = found;
    durationMs = shorter;
  }
  return { seed, only, durationMs, outcome };
}
