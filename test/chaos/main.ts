import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { StackError } from '../stack/stack-error.ts';
import { openOwnServers, type Servers } from '../cluster/servers.ts';
import { recoveryOf, spreadOf } from './recovery.ts';
import { keep, type RowResult } from './results.ts';
import { ROWS, type Disturbance, type Row } from './rows.ts';
import { Trial, type Outcome } from './trial.ts';

const HELP = `Disturbs an installation on real servers, which it starts itself, while events come and people answer; then compares what
stands in its logs with what everybody outside was told, and with the stages put over the logs again.

  --quick        the small matrix (today the only one)
  --only ROW     rows whose name begins so; several with commas
  --rounds N     disturbances of each row, instead of its own number
  --seed S       of load, moments and choices (drawn)
  --events N     events of everyday life in a second (10)
  --probes N     synthetic victims in a second (2)
  --list         the rows, and nothing else
  --json         one JSON document and nothing else
  --no-keep      does not write docs/results/chaos.json and the table in docs/reliability.md
`;
/** A card that comes later than this, and much later than the others of its trial, was held up. */
const LATE_MS = 1_500;
const LATE_TIMES = 3;
const ROW_WITHIN_MS = 600_000;
const SHOWN = 8;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seed: { type: 'string' },
    events: { type: 'string', default: '10' },
    probes: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void (values.json ? undefined : process.stdout.write(`${line}\n`));

/** Servers of the suite's own, opened when a row needs them and kept for the next one that needs the same. */
class OwnServers {
  #nodes: 1 | 3 | undefined;
  #servers: Servers | undefined;

  async with(kafkaNodes: 1 | 3): Promise<Servers> {
    if (this.#servers !== undefined && this.#nodes === kafkaNodes) return this.#servers;
    await this.close();
    say(`servers: Kafka with ${kafkaNodes} node${kafkaNodes > 1 ? 's' : ''}, Redis, PostgreSQL, registry`);
    this.#servers = await openOwnServers({ kafkaNodes });
    this.#nodes = kafkaNodes;
    return this.#servers;
  }

  async close(): Promise<void> {
    await this.#servers?.stop();
    this.#servers = undefined;
  }
}

async function runRow(row: Row, servers: Servers, seed: number): Promise<RowResult> {
  const begin = performance.now();
  const rounds = Number(values.rounds ?? row.rounds);
  say(`${row.name}: ${row.what}; ${rounds} rounds, seed ${seed}`);
  const trial = new Trial({
    servers,
    installation: `${row.name}-${Date.now().toString(36)}`,
    seed,
    workers: row.workers,
    eventsPerSecond: Number(values.events),
    probesPerSecond: Number(values.probes),
    say: (line) => say(`  ${line}`),
  });
  const late = setTimeout(() => {
    process.stderr.write(`${row.name} did not end within ${ROW_WITHIN_MS / 60_000} minutes\n`);
    process.exit(1);
  }, ROW_WITHIN_MS);
  try {
    await trial.open();
    const disturbances = await row.disturb(trial, rounds);
    const endedAt = Date.now();
    const outcome = await trial.settle();
    return resultOf(row, { seed, rounds, disturbances, endedAt, outcome, tookMs: performance.now() - begin });
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    const outcome = { ...NOTHING, problems: [`did not run to its end: ${problem}`] };
    return resultOf(row, { seed, rounds, disturbances: [], endedAt: 0, outcome, tookMs: performance.now() - begin });
  } finally {
    clearTimeout(late);
    await trial.close();
  }
}

const NOTHING: Outcome = {
  violations: [],
  counts: {
    events: 0,
    encounters: 0,
    warnings: 0,
    orders: 0,
    deliveries: 0,
    commands: 0,
    events_repeated: 0,
    deliveries_repeated: 0,
  },
  hops: [],
  problems: [],
  cards: [],
  pushes: [],
  facts: {},
};

interface Told {
  readonly seed: number;
  readonly rounds: number;
  readonly disturbances: readonly Disturbance[];
  readonly endedAt: number;
  readonly outcome: Outcome;
  readonly tookMs: number;
}

function resultOf(row: Row, { seed, rounds, disturbances, endedAt, outcome, tookMs }: Told): RowResult {
  const arrivals = row.seenBy === 'card' ? outcome.cards : outcome.pushes;
  const usual = spreadOf(arrivals.flatMap(({ sentAt, seenAt }) => (seenAt === undefined ? [] : [seenAt - sentAt]))).p50;
  const lateMs = Math.max(LATE_MS, LATE_TIMES * usual);
  const felt = disturbances.map(({ what, at, facts = {} }, index) => {
    const until = disturbances[index + 1]?.at ?? endedAt;
    const { ms, strays } = recoveryOf(arrivals, at, until, lateMs);
    return { what, recovery_ms: Math.round(ms), facts: { ...facts, ...(strays > 0 && { late_apart: strays }) } };
  });
  const count = (kind: string): number => outcome.violations.filter((violation) => violation.kind === kind).length;
  const recovery = spreadOf(felt.map(({ recovery_ms }) => recovery_ms));
  const cards = outcome.cards.flatMap(({ sentAt, seenAt }) => (seenAt === undefined ? [] : [seenAt - sentAt]));
  return {
    row: row.name,
    what: row.what,
    at: new Date().toISOString(),
    machine: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`,
    seed,
    rounds,
    seconds: Math.round(tookMs / 1_000),
    disturbances: felt,
    lost: count('lost'),
    said_twice: count('said twice'),
    said_of_nothing: count('said of nothing'),
    recovery_ms: recovery,
    within_ms: row.withinMs,
    late_ms: lateMs,
    seen_by: row.seenBy,
    card_ms: spreadOf(cards),
    counts: outcome.counts,
    facts: outcome.facts,
    hops: outcome.hops,
    problems: problemsOf(row, outcome, recovery.p99, cards.length),
  };
}

function problemsOf(row: Row, outcome: Outcome, recoveryP99: number, cards: number): string[] {
  const { violations, problems, counts, facts } = outcome;
  const found = [...violations.map(({ kind, detail }) => `${kind}: ${detail}`), ...problems];
  for (const name of ['events', 'encounters', 'warnings', 'orders', 'deliveries', 'commands'] as const) {
    if (counts[name] === 0) found.push(`no ${name}: nothing was compared`);
  }
  const missing = outcome.cards.length - cards;
  if (missing > 0) found.push(`lost: ${missing} of ${outcome.cards.length} probes never came to a card`);
  if ((facts['orders_twice_on_stream'] ?? 0) > 0) found.push('said twice: an order on a live stream that stood');
  if (recoveryP99 > row.withinMs) found.push(`recovery p99 ${recoveryP99} ms is over ${row.withinMs} ms`);
  if (row.mustFence && (facts['commits_refused'] ?? 0) === 0)
    found.push('no commit was refused: the fence was not reached');
  return found;
}

function tell(result: RowResult): void {
  const { recovery_ms: recovery, card_ms: card, counts, facts } = result;
  const numbers = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  say(`  ${numbers(counts)}`);
  say(`  ${numbers(facts)}`);
  say(`  cards ms: p50 ${card.p50}, p99 ${card.p99}, max ${card.max} of ${card.count}`);
  for (const { what, recovery_ms, facts: of } of result.disturbances)
    say(`  ${recovery_ms} ms  ${what} ${numbers(of)}`);
  const verdict = result.problems.length === 0 ? 'ok  ' : 'FAIL';
  say(
    `${verdict} ${result.row}: lost ${result.lost}, said twice ${result.said_twice}, recovery ms p50 ${recovery.p50} p99 ${recovery.p99} max ${recovery.max} (${result.seconds} s)`,
  );
  for (const problem of result.problems.slice(0, SHOWN)) say(`       ${problem}`);
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const wanted = values.only?.split(',');
  const rows = ROWS.filter(({ name }) => wanted === undefined || wanted.some((word) => name.startsWith(word)));
  if (values.list) {
    for (const { name, what } of ROWS) process.stdout.write(`${name.padEnd(16)} ${what}\n`);
    return 0;
  }
  if (rows.length === 0) {
    process.stderr.write(`no row begins with ${values.only}; --list tells them\n`);
    return 2;
  }
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1e6));
  const servers = new OwnServers();
  const results: RowResult[] = [];
  try {
    for (const row of rows) {
      const result = await runRow(row, await servers.with(row.kafkaNodes), seed);
      results.push(result);
      tell(result);
      // After each row: what was found stands, whatever becomes of the next one.
      if (values.keep)
        keep(
          [result],
          ROWS.map(({ name }) => name),
        );
    }
  } finally {
    await servers.close();
  }
  const failed = results.filter(({ problems }) => problems.length > 0).length;
  if (values.json)
    process.stdout.write(`${JSON.stringify({ rows: results, passed: results.length - failed, failed })}\n`);
  say(`${results.length - failed} passed, ${failed} failed   (seed ${seed})`);
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
