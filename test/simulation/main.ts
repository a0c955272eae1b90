import { parseArgs } from 'node:util';
import {
  runCampaign,
  SCENARIOS,
  shrink,
  VARIANTS,
  type Campaign,
  type ScenarioName,
  type Variant,
} from './campaign.ts';
import { keepRegression } from './regressions.ts';
import type { Outcome } from './schedule.ts';

const HELP = `Runs the simulation: the real run loop over model ports, a seed a schedule.

  --seeds N        how many (200)
  --from S         first seed (0)
  --variant NAME   'all rules' (default), a planted bug by a part of its name, or '*' for every one
  --world NAME     cluster, embedded; both when left out
  --scenario NAME  toy (default), real: the stages that ship
  --json           one JSON object a variant
  --table          the planted bugs as a Markdown table
  --no-keep        does not add failing seeds to regressions.json
`;
const SHOWN = 5;
const PROGRESS_MS = 500;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '0' },
    variant: { type: 'string', default: 'all rules' },
    world: { type: 'string' },
    scenario: { type: 'string', default: 'toy' },
    json: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

function chosen(scenario: ScenarioName): Variant[] {
  return VARIANTS.filter(({ world, plant }) => {
    if (values.world !== undefined && world !== values.world) return false;
    if (scenario === 'real' && plant.stages !== undefined && plant.realStages === undefined) return false;
    return values.variant === '*' || plant.name.includes(values.variant);
  });
}

function scenarioName(name: string): ScenarioName {
  if (!(name in SCENARIOS)) throw new RangeError(`no scenario is called ${name}`);
  return name as ScenarioName;
}

/** one line that is written over, only where somebody looks */
function progress(variant: Variant, seeds: number): (outcome: Outcome, done: number) => void {
  let shownAt = 0;
  let failed = 0;
  return ({ violations }, done) => {
    if (violations.length > 0) failed++;
    const now = performance.now();
    if (!process.stderr.isTTY || (now - shownAt < PROGRESS_MS && done < seeds)) return;
    shownAt = now;
    process.stderr.write(`\r${variant.world} ${variant.plant.name}: ${done}/${seeds}, ${failed} with a violation `);
    if (done === seeds) process.stderr.write('\n');
  };
}

function line({ variant, world, seeds, failed, kinds, figures, seconds }: Campaign): string {
  const seen = Object.entries(kinds)
    .sort((a, b) => b[1] - a[1])
    .map(([kind, count]) => `${kind} ${count}`);
  const rate = `${(seeds / seconds).toFixed(0)} seeds/s`;
  const name = `${world.padEnd(8)} ${variant.padEnd(42)}`;
  const end = failed.length === 0 ? Object.entries(figures).map(([figure, value]) => `${figure} ${value}`) : seen;
  return `${name} ${String(failed.length).padStart(5)}/${seeds} ${rate}  ${end.join(', ')}`;
}

async function explain(variant: Variant, seed: number, scenario: ScenarioName): Promise<void> {
  const { only, durationMs, outcome } = await shrink(variant, seed, scenario);
  console.log(`seed ${seed}, shrunk to ${durationMs} ms with ${only?.join(', ') || 'no fault'}:`);
  for (const { kind, detail } of outcome.violations.slice(0, SHOWN)) console.log(`  ${kind}: ${detail.slice(0, 400)}`);
  const found = outcome.violations[0];
  if (found === undefined || !values.keep) return;
  keepRegression({
    world: variant.world,
    scenario,
    seed,
    only,
    durationMs,
    found: `${found.kind}: ${found.detail.slice(0, 200)}`,
  });
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const scenario = scenarioName(values.scenario);
  const variants = chosen(scenario);
  if (variants.length === 0) throw new RangeError(`no variant is called ${values.variant}`);
  const seeds = Number(values.seeds);
  let status = 0;
  if (values.table) console.log('| planted bug | seeds with a violation | first | seen as |\n|---|---|---|---|');
  for (const variant of variants) {
    const campaign = await runCampaign({
      ...variant,
      scenario,
      from: Number(values.from),
      seeds,
      onOutcome: progress(variant, seeds),
    });
    const isPlanted = variant.plant.name !== 'all rules';
    // A violation with all rules on is a defect of the loop; a planted bug without one is a defect of the simulation.
    if (isPlanted === (campaign.failed.length === 0)) status = 1;
    if (values.json) console.log(JSON.stringify(campaign));
    else if (values.table) console.log(row(campaign));
    else console.log(line(campaign));
    if (!isPlanted) for (const seed of campaign.failed.slice(0, SHOWN)) await explain(variant, seed, scenario);
  }
  return status;
}

function row({ variant, seeds, failed, kinds }: Campaign): string {
  const seen = Object.entries(kinds)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([kind]) => kind);
  return `| ${/^\d/.test(variant) ? 'rule ' : ''}${variant} | ${failed.length}/${seeds} | ${failed[0] ?? ''} | ${seen.join(', ')} |`;
}

process.exitCode = await main();
