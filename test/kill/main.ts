import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Campaign, type DisturbedResult } from './campaign.ts';

const HELP = `Kills a real \`yujing start\` at random moments (SIGKILL from outside), starts it again on the same data, sends again what was
not answered, and compares the log \`case\` with that of an undisturbed run.

  --kills N   kills of each disturbed run (20)
  --seed S    seed of day, people, moments and damage (drawn)
  --json      one JSON document and nothing else
  --no-keep   does not write docs/results/kill.json
`;
const DAY = { residents: 60, spells: 4, spellMinutes: 10, callsPerMinute: 7, paymentsPerMinute: 8 };
const FIRST_STARTS = 3;
const SHOWN = 5;

interface Check {
  readonly name: string;
  readonly problems: readonly string[];
}

const { values } = parseArgs({
  allowNegative: true,
  options: {
    kills: { type: 'string', default: '20' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void (values.json ? undefined : process.stdout.write(`${line}\n`));

function disturbedChecks(result: DisturbedResult, replayed: readonly string[]): Check[] {
  const { name, kills, under_way } = result;
  const rarely =
    under_way * 4 < kills ? [`only ${under_way} of ${kills} kills met an operation that was not answered`] : [];
  return [
    { name: `${name}: the log of cases is that of the undisturbed run`, problems: result.differences },
    { name: `${name}: its logs, replayed from nothing, give themselves`, problems: replayed },
    { name: `${name}: kills meet work under way`, problems: rarely },
  ];
}

async function run(
  seed: number,
  kills: number,
): Promise<{ checks: Check[]; results: DisturbedResult[]; counts: unknown }> {
  const campaign = new Campaign({ seed, day: DAY, partitions: 2 + (seed % 4), progress: (line) => say(`  ${line}`) });
  const checks: Check[] = [];
  const results: DisturbedResult[] = [];
  try {
    say(`seed ${seed}: undisturbed run`);
    const counts = await campaign.play();
    say(`  ${campaign.events} events, ${campaign.operations} operations; ${JSON.stringify(counts)}`);
    checks.push({
      name: 'undisturbed: its logs, replayed from nothing, give themselves',
      problems: await campaign.replays('undisturbed'),
    });
    for (const isDamaged of [false, true]) {
      const name = isDamaged ? 'kill -9, log tails cut and torn' : 'kill -9';
      say(`${name}:`);
      const result = await campaign.disturb({
        name,
        kills,
        startKillShare: 0.25,
        firstStartKills: FIRST_STARTS,
        isDamaged,
      });
      results.push(result);
      checks.push(...disturbedChecks(result, await campaign.replays(name)));
    }
    return { checks, results, counts };
  } finally {
    await campaign.close();
  }
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  const begin = performance.now();
  const { checks, results, counts } = await run(seed, Number(values.kills));
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  const report = {
    at: new Date().toISOString(),
    seed,
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
    seconds: Math.round((performance.now() - begin) / 1_000),
    counts,
    results,
    passed: checks.length - failed,
    failed,
  };
  if (values.keep) {
    const folder = join(rootOf(import.meta.dirname), 'docs', 'results');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'kill.json'), `${JSON.stringify(report, null, 2)}\n`);
  }
  for (const { name, problems } of checks) {
    say(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const problem of problems.slice(0, SHOWN)) say(`       ${problem}`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ ...report, checks })}\n`);
  say(`${report.passed} passed, ${failed} failed   (seed ${seed}, ${report.seconds} s)`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
