import type { Level, RulePlan, RuleSetPlan, RuleTest } from '../../plan/plan.ts';
import type { Locale } from '../sequence/words.ts';
import { eventOf } from './events.ts';
import { World } from './world.ts';

/** What a rule said in a test; times count from the beginning of the story. */
export interface SaidInTest {
  readonly at_ms: number;
  /** when it passed on: later than `at_ms` when an event came late */
  readonly created_ms: number;
  readonly stage: string;
  /** undefined for the finding of a counterparty rule */
  readonly level: Level | undefined;
  readonly score: number | undefined;
  readonly withdrawn_at_ms: number | undefined;
  /** Chinese lines of its evidence */
  readonly because: readonly string[];
}

export interface RuleTestResult {
  readonly rule: string;
  readonly version: number;
  readonly status: RulePlan['status'];
  readonly test: string;
  readonly file: string;
  readonly line: number;
  readonly passed: boolean;
  /** what differs from what was expected */
  readonly differences: readonly string[];
  readonly said: readonly SaidInTest[];
}

export interface RuleTestReport {
  readonly passed: number;
  readonly failed: number;
  readonly results: readonly RuleTestResult[];
}

export interface RuleTestOptions {
  /** rule ids to test; default all */
  readonly only?: readonly string[];
  /** instant at which every story begins */
  readonly base?: number;
  readonly locale?: Locale;
}

/** Monday 2 March 2026, 10:00 in China: working hours, so that no test depends on the night. */
const BASE = Date.UTC(2026, 2, 2, 2);
const GO_ON_MS = 600_000;

/** Runs the stories of each rule in virtual time through the engines of the path. Retired rules rest. */
export function runRuleTests(plan: RuleSetPlan, options: RuleTestOptions = {}): RuleTestReport {
  const results: RuleTestResult[] = [];
  for (const rule of plan.rules) {
    if (rule.status === 'retired' || (options.only !== undefined && !options.only.includes(rule.id))) continue;
    for (const test of rule.tests) results.push(runOne(plan, rule, test, options));
  }
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed, results };
}

function runOne(plan: RuleSetPlan, rule: RulePlan, test: RuleTest, options: RuleTestOptions): RuleTestResult {
  const base = options.base ?? BASE;
  // The rule under test, and the counterparty rules whose findings it may read.
  const rules = plan.rules.filter(
    (other) => other === rule || (other.about === 'counterparty' && other.status !== 'retired'),
  );
  const pins = new Map(
    plan.features.flatMap((feature) => {
      const value = test.pin[feature.name];
      return value === undefined ? [] : [[feature.id, value] as const];
    }),
  );
  const world = new World(
    { ...plan, rules },
    { statuses: ['draft', 'shadow', 'live'], pins, ...(options.locale && { locale: options.locale }) },
    { has: (list, value) => test.lists[list]?.includes(value) ?? false },
  );
  const name = `${rule.id}/${test.name}`;
  test.events.forEach((event, index) => world.accept(event.type, eventOf(name, index, event, base)));
  world.advance(base + endOf(test));
  const said = rule.about === 'counterparty' ? findingsOf(rule, world, base) : warningsOf(world, base);
  const differences = compare(test, said);
  const { id, version, status, file } = rule;
  return {
    rule: id,
    version,
    status,
    test: test.name,
    file,
    line: test.line,
    passed: differences.length === 0,
    differences,
    said,
  };
}

function endOf(test: RuleTest): number {
  if (test.until_ms !== undefined) return test.until_ms;
  const times = [
    ...test.events.map((event) => event.at_ms + event.late_ms),
    ...test.expect.flatMap((expected) => [expected.at_ms, expected.withdrawn_at_ms ?? 0]),
  ];
  return Math.max(0, ...times) + GO_ON_MS;
}

function findingsOf(rule: RulePlan, world: World, base: number): SaidInTest[] {
  const found = world.outputs.findings.filter((finding) => finding.rule === rule.id);
  return found.map(({ at }) => ({
    at_ms: at - base,
    created_ms: at - base,
    stage: '',
    level: undefined,
    score: undefined,
    withdrawn_at_ms: undefined,
    because: [],
  }));
}

function warningsOf(world: World, base: number): SaidInTest[] {
  const { hits, withdrawals } = world.outputs;
  return hits.map((hit) => {
    const taken = withdrawals.find((other) => other.stage === hit.stage.id && other.trigger === hit.trigger.id);
    return {
      at_ms: hit.occurred_at - base,
      created_ms: hit.created_at - base,
      stage: hit.stage.id,
      level: hit.level,
      score: hit.score,
      withdrawn_at_ms: taken === undefined ? undefined : taken.at - base,
      because: hit.evidence.map((line) => line.text_zh),
    };
  });
}

type Expected = RuleTest['expect'][number];

/** Every expectation meets one warning, and none is left over. */
function compare(test: RuleTest, said: readonly SaidInTest[]): string[] {
  const differences: string[] = [];
  const left = [...said];
  for (const expected of test.expect) {
    const position = left.findIndex((warning) => meets(expected, warning));
    if (position >= 0) left.splice(position, 1);
    else differences.push(`expected ${inWords(expected)}; ${nearest(expected, left)}`);
  }
  for (const warning of left) differences.push(`did not expect ${saidInWords(warning)}`);
  return differences;
}

function meets(expected: Expected, warning: SaidInTest): boolean {
  if (expected.at_ms !== warning.at_ms && expected.at_ms !== warning.created_ms) return false;
  if (expected.stage !== undefined && expected.stage !== warning.stage) return false;
  if (expected.level !== undefined && expected.level !== warning.level) return false;
  if (expected.score_at_least !== undefined && (warning.score ?? 0) < expected.score_at_least) return false;
  return expected.withdrawn_at_ms === warning.withdrawn_at_ms;
}

function nearest(expected: Expected, left: readonly SaidInTest[]): string {
  const candidate = left.find((warning) => warning.stage === (expected.stage ?? warning.stage)) ?? left[0];
  return candidate === undefined ? 'the rule said nothing' : `the rule said ${saidInWords(candidate)}`;
}

function inWords(expected: Expected): string {
  const parts = [`at ${duration(expected.at_ms)}`];
  if (expected.stage !== undefined) parts.push(`stage ${expected.stage}`);
  if (expected.level !== undefined) parts.push(expected.level);
  if (expected.score_at_least !== undefined) parts.push(`score >= ${expected.score_at_least}`);
  if (expected.withdrawn_at_ms !== undefined) parts.push(`withdrawn at ${duration(expected.withdrawn_at_ms)}`);
  return parts.join(', ');
}

function saidInWords(warning: SaidInTest): string {
  const { stage, level, score, withdrawn_at_ms } = warning;
  const parts = [`at ${duration(warning.at_ms)}`];
  if (warning.created_ms !== warning.at_ms) parts.push(`told at ${duration(warning.created_ms)}`);
  if (stage !== '') parts.push(`stage ${stage}`);
  if (level !== undefined) parts.push(level);
  if (score !== undefined) parts.push(`score ${score}`);
  if (withdrawn_at_ms !== undefined) parts.push(`withdrawn at ${duration(withdrawn_at_ms)}`);
  return parts.join(', ');
}

function duration(ms: number): string {
  const seconds = ms / 1000;
  const minutes = Math.floor(seconds / 60);
  const rest = Math.round((seconds - minutes * 60) * 1000) / 1000;
  if (minutes === 0) return `${rest}s`;
  return rest === 0 ? `${minutes}m` : `${minutes}m${rest}s`;
}
