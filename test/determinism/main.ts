import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { firstDocuments, replayFolder } from '@yujing/all-in-one';
import { openKeys } from '@yujing/ingest';
import { YujingProcess } from '../acceptance/yujing-process.ts';
import { makeDay } from '../kill/day.ts';
import { writeKeys } from '../kill/keys.ts';
import { pause } from '../kill/outside.ts';
import { playAgain, playDay, type Common, type Cut } from './feeds.ts';
import { compareStories } from './stories.ts';

const HELP = `Plays seeded days with other batch sizes and numbers of partitions and compares the stories of all persons; then runs the demo's
town live in a process of its own, kills it, starts it again, stops it, and replays its logs each time.

  --seeds N     days (20)
  --from S      first seed (1)
  --live SEC    seconds of each live run (40); 0: none
  --json        one JSON document and nothing else
  --no-keep     does not write docs/results/determinism.json
`;
const DAY = { residents: 60, spells: 2, spellMinutes: 6, callsPerMinute: 6, paymentsPerMinute: 6 };
const REFERENCE: Cut = { partitions: 3, roundRecords: 2_000 };
const CUTS: readonly Cut[] = [
  { partitions: 1, roundRecords: 1 },
  { partitions: 8, roundRecords: 7 },
  { partitions: 3, roundRecords: 1 },
  { partitions: 1, roundRecords: 2_000 },
  { partitions: 8, roundRecords: 2_000 },
];
const SHOWN = 3;

interface Check {
  readonly name: string;
  readonly facts: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    live: { type: 'string', default: '40' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

function tell(check: Check): Check {
  if (values.json) return check;
  const { name, facts, problems } = check;
  const numbers = Object.entries(facts).map(([fact, value]) => `${fact} ${value}`);
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${numbers.join(', ')}\n`);
  for (const problem of problems.slice(0, SHOWN)) process.stdout.write(`       ${problem}\n`);
  return check;
}

/** One day, cut in all ways. */
async function checkDay(common: Common, seed: number): Promise<Check> {
  const day = makeDay({ seed, ...DAY });
  const { operations, stories } = await playDay(common, REFERENCE, { day, seed });
  const problems: string[] = [];
  for (const cut of CUTS) {
    const found = compareStories(stories, await playAgain(common, cut, operations));
    problems.push(...found.map((difference) => `${JSON.stringify(cut)} ${difference}`));
  }
  const { cases, encounters } = stories;
  const facts = {
    events: day.events,
    encounters: encounters.records,
    records: cases.records,
    persons: encounters.persons.size,
  };
  return { name: `day ${seed}, ${CUTS.length + 1} ways`, facts, problems };
}

async function checkReplay(name: string, folder: string): Promise<Check> {
  const results = await replayFolder(folder, false);
  const sum = (pick: (result: (typeof results)[number]) => number): number =>
    results.reduce((all, it) => all + pick(it), 0);
  const facts = { records: sum(({ records }) => records), outputs: sum(({ outputs }) => outputs) };
  return { name, facts, problems: results.flatMap(({ difference }) => (difference === undefined ? [] : [difference])) };
}

/** The demo's town as a user runs it, by the clock on the wall. */
async function checkLive(seconds: number): Promise<Check[]> {
  const town = new YujingProcess({ arguments: ['--clock', 'wall', '--town'] });
  try {
    await town.start();
    await pause(seconds * 1_000);
    await town.kill('SIGKILL');
    const killed = tell(await checkReplay(`live for ${seconds} s, kill -9, replayed`, town.data));
    await town.start();
    await pause(seconds * 500);
    await town.kill('SIGTERM');
    return [killed, tell(await checkReplay(`on for ${seconds / 2} s, stopped, replayed`, town.data))];
  } finally {
    await town.stop();
  }
}

async function checkAll(): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-determinism-'));
  const file = join(folder, 'keys.json');
  writeKeys(file, 1);
  const common = { keys: openKeys(file, { create: false }), documents: firstDocuments(Date.UTC(2026, 5, 1)) };
  const checks: Check[] = [];
  try {
    const from = Number(values.from);
    for (let seed = from; seed < from + Number(values.seeds); seed++) checks.push(tell(await checkDay(common, seed)));
    if (Number(values.live) > 0) checks.push(...(await checkLive(Number(values.live))));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return checks;
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

function keep(report: unknown): void {
  const folder = join(rootOf(import.meta.dirname), 'docs', 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'determinism.json'), `${JSON.stringify(report, null, 2)}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const begin = performance.now();
  const checks = await checkAll();
  const failed = checks.filter(({ problems }) => problems.length > 0).length;
  const report = {
    at: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
    seconds: Math.round((performance.now() - begin) / 1_000),
    cuts: [REFERENCE, ...CUTS],
    checks,
    passed: checks.length - failed,
    failed,
  };
  if (values.keep) keep(report);
  process.stdout.write(
    values.json ? `${JSON.stringify(report)}\n` : `${report.passed} passed, ${failed} failed   (${report.seconds} s)\n`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
