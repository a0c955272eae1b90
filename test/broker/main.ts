import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { KAFKA_VERSIONS, type KafkaVersion } from '../stack/kafka.ts';
import { openStack } from '../stack/stack.ts';
import { DISTURBANCES } from './disturbances.ts';
import { runScenario, type ScenarioResult } from './scenario.ts';

const HELP = `Writes, reads and owns partitions of a real three-node Kafka while its nodes are stopped, killed and frozen, one after the other;
then reads the log from 0 and holds it against what was acknowledged. Fails when anything is missing or out of order.

  --only NAMES    ${DISTURBANCES.map(({ name }) => name).join(', ')} (all), with commas between them
  --rounds N      each so often (1)
  --kafka V       ${KAFKA_VERSIONS.join(' or ')} (${KAFKA_VERSIONS[0]})
  --slow          the cluster gives up a silent node after 9 s, Kafka's default, and not after 2 s
  --json          one JSON document and nothing else
  --no-keep       does not write docs/results/broker.json, which keeps the last result of each
`;
const SHOWN = 5;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '1' },
    kafka: { type: 'string', default: KAFKA_VERSIONS[0] },
    slow: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const begin = performance.now();
const say = (line: string): void => {
  if (!values.json)
    process.stdout.write(`${String(Math.round((performance.now() - begin) / 1_000)).padStart(4)} s  ${line}\n`);
};

function isClean({ lost, disordered, problems }: ScenarioResult): boolean {
  return lost === 0 && disordered === 0 && problems.length === 0;
}

function lineOf(result: ScenarioResult): string {
  const { name, acknowledged, lost, disordered, repeated, append_gap_ms, read_gap_ms, owner_gap_ms } = result;
  const owners = `owner ${owner_gap_ms} ms (${result.owner_clashes} twice)`;
  const gaps = `longest gap: append ${append_gap_ms} ms, read ${read_gap_ms} ms, ${owners}`;
  const counts = `${acknowledged} acknowledged, ${lost} lost, ${disordered} out of order, ${repeated} repeated`;
  return `${isClean(result) ? 'ok  ' : 'FAIL'} ${name}: ${counts}; ${gaps}`;
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

interface Kept {
  readonly results: Readonly<Record<string, unknown>>;
}

/** Runs may be parts of the whole: each writes its own results among those of the others. */
function keep(results: readonly ScenarioResult[], machine: string): void {
  const folder = join(rootOf(import.meta.dirname), 'docs', 'results');
  const file = join(folder, 'broker.json');
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept).results : {};
  const at = new Date().toISOString();
  const kept: Record<string, unknown> = { ...before };
  for (const result of results) {
    const name = [`${result.name} ${values.kafka}`, ...(values.slow ? ['slow'] : [])].join(' ');
    kept[name] = { at, ...result };
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, results: kept }, null, 2)}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = values.only?.split(',') ?? DISTURBANCES.map(({ name }) => name);
  const chosen = names.map((name) => DISTURBANCES.find((one) => one.name === name));
  if (chosen.includes(undefined)) {
    process.stderr.write(HELP);
    return 2;
  }
  say('three nodes start');
  const kafka = { nodes: 3, version: values.kafka as KafkaVersion, fastSessions: !values.slow } as const;
  const stack = await openStack({ kafka, redis: false, postgres: false, registry: false });
  const results: ScenarioResult[] = [];
  try {
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const disturbance of chosen) {
        const result = await runScenario(stack, disturbance!, say);
        results.push(result);
        say(lineOf(result));
        for (const problem of result.problems.slice(0, SHOWN)) say(`       ${problem}`);
      }
    }
  } finally {
    await stack.stop();
  }
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;
  if (values.keep) keep(results, machine);
  const failed = results.filter((result) => !isClean(result)).length;
  if (values.json) process.stdout.write(`${JSON.stringify({ machine, results, failed })}\n`);
  say(`${results.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
