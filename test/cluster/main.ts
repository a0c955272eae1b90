import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { StackError } from '../stack/stack-error.ts';
import { doorDay } from './door-day.ts';
import { goldenStory } from './golden-story.ts';
import type { Part, PartResult } from './part.ts';
import { openServers, type Servers } from './servers.ts';

const HELP = `Runs an installation on real servers (Kafka, Redis, PostgreSQL, a schema registry), which it starts itself unless
YUJING_TEST_BROKERS, _REDIS, _POSTGRES and _REGISTRY name some, and compares its logs with the embedded stages.

  --only PART   parts whose name begins so; several with commas
  --seed S      of days, keys and moments (4)
  --small       one worker of each stage and a short day: to try a part on a busy machine; nothing is kept
  --list        the parts, and nothing else
  --json        one JSON document and nothing else
  --no-keep     does not write docs/results/cluster.json
`;
const PARTS: readonly Part[] = [goldenStory, doorDay(1, false), doorDay(2, false), doorDay(3, false), doorDay(2, true)];
const PART_WITHIN_MS = 600_000;
const SHOWN = 8;

interface Kept extends PartResult {
  readonly at: string;
  readonly machine: string;
  readonly seed: number;
  readonly seconds: number;
}

const { values } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '4' },
    small: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void (values.json ? undefined : process.stdout.write(`${line}\n`));

async function runPart(part: Part, servers: Servers): Promise<Kept> {
  const begin = performance.now();
  const seed = Number(values.seed);
  say(`${part.name}: ${part.what}`);
  const late = setTimeout(() => {
    process.stderr.write(`${part.name} did not end within ${PART_WITHIN_MS / 60_000} minutes\n`);
    process.exit(1);
  }, PART_WITHIN_MS);
  const failed = (error: unknown): Omit<PartResult, 'part' | 'what'> => ({
    facts: {},
    problems: [error instanceof Error ? error.message : String(error)],
  });
  const options = { servers, seed, isSmall: values.small, say: (line: string) => say(`  ${line}`) };
  const found = await part.run(options).catch(failed);
  clearTimeout(late);
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  const seconds = Math.round((performance.now() - begin) / 1_000);
  return { part: part.name, what: part.what, at: new Date().toISOString(), machine, seed, seconds, ...found };
}

function tell({ part, facts, problems, seconds }: Kept): void {
  const numbers = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  say(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${part}: ${numbers.join(', ')} (${seconds} s)`);
  for (const problem of problems.slice(0, SHOWN)) say(`       ${problem}`);
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

/** The newest run of each part stands. */
function keep(result: Kept): void {
  const folder = join(rootOf(import.meta.dirname), 'docs', 'results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'cluster.json');
  const known = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { parts: Record<string, Kept> }).parts
    : {};
  writeFileSync(file, `${JSON.stringify({ parts: { ...known, [result.part]: result } }, null, 2)}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wanted = values.only?.split(',');
  const parts = PARTS.filter(({ name }) => wanted === undefined || wanted.some((word) => name.startsWith(word)));
  if (values.list || parts.length === 0) {
    for (const { name, what } of PARTS) process.stdout.write(`${name.padEnd(12)} ${what}\n`);
    return values.list ? 0 : 2;
  }
  const servers = await openServers({ kafkaNodes: 1 });
  const results: Kept[] = [];
  try {
    for (const part of parts) {
      const result = await runPart(part, servers);
      results.push(result);
      tell(result);
      if (values.keep && !values.small) keep(result);
    }
  } finally {
    await servers.stop();
  }
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ parts: results, passed: results.length - failed, failed })}\n`);
  say(`${results.length - failed} passed, ${failed} failed   (seed ${values.seed})`);
  return failed === 0 ? 0 : 1;
}

// Whoever breaks it off ends what it started, servers and processes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

process.exitCode = await main().catch((error: unknown) => {
  // Servers that are not here: the suite was not run, which is no pass.
  if (!(error instanceof StackError)) throw error;
  process.stdout.write(`not run: ${error.message}\n`);
  return 1;
});
