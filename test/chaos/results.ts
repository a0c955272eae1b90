import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Spread } from './recovery.ts';

export interface RowResult {
  readonly row: string;
  readonly what: string;
  readonly at: string;
  readonly machine: string;
  readonly seed: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly disturbances: ReadonlyArray<{
    readonly what: string;
    readonly recovery_ms: number;
    readonly facts: Readonly<Record<string, number>>;
  }>;
  readonly lost: number;
  readonly said_twice: number;
  readonly said_of_nothing: number;
  readonly recovery_ms: Spread;
  readonly within_ms: number;
  /** what came later than this was held up */
  readonly late_ms: number;
  readonly seen_by: string;
  /** all of the trial, disturbed or not */
  readonly card_ms: Spread;
  readonly counts: Readonly<Record<string, number>>;
  readonly facts: Readonly<Record<string, number>>;
  readonly hops: ReadonlyArray<{ readonly stage: string; readonly records: number; readonly outputs: number }>;
  /** empty: passed */
  readonly problems: readonly string[];
}

export interface Results {
  readonly rows: Readonly<Record<string, RowResult>>;
}

const BEGIN = '<!-- chaos: begin -->';
const END = '<!-- chaos: end -->';

/** The newest run of each row stands; what was not run today stays as it was. */
export function merge(known: Results, results: readonly RowResult[]): Results {
  const rows = { ...known.rows };
  for (const result of results) rows[result.row] = result;
  return { rows };
}

export function table({ rows }: Results, order: readonly string[]): string {
  const seconds = (ms: number): string => (ms / 1_000).toFixed(1);
  const lines = order.map((name) => {
    const row = rows[name];
    if (row === undefined) return `| ${name} | not run | | | | | | |`;
    const { count, p50, p99, max } = row.recovery_ms;
    const detected = row.disturbances.flatMap(({ facts }) => facts['detected_ms'] ?? []);
    const beside = detected.length === 0 ? '' : ` (the cluster itself: up to ${seconds(Math.max(...detected))})`;
    const figures = `${seconds(p50)} / ${seconds(p99)} / ${seconds(max)}${beside}`;
    const said = `${row.lost} / ${row.said_twice}`;
    const sizes = `${row.counts['events']} / ${row.counts['warnings']} / ${row.counts['orders']}`;
    const verdict = row.problems.length === 0 ? 'passed' : `**${row.problems.length} problems**`;
    return `| ${name} | ${row.what} | ${count} | ${said} | ${figures} | ${row.facts['commits_refused'] ?? 0} | ${sizes} | ${verdict} |`;
  });
  return [
    '| row | what | times | lost / said twice | recovery p50 / p99 / max, s | commits refused | events / warnings / orders | |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
  ].join('\n');
}

/** The document with the table in its place. */
export function withTable(document: string, text: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the document has no place for the table: ${BEGIN} ... ${END}`);
  return `${document.slice(0, from + BEGIN.length)}\n${text}\n${document.slice(to)}`;
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

/** Writes docs/results/chaos.json, and the table in docs/reliability.md. */
export function keep(results: readonly RowResult[], order: readonly string[]): void {
  const root = rootOf(import.meta.dirname);
  const file = join(root, 'docs', 'results', 'chaos.json');
  mkdirSync(dirname(file), { recursive: true });
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : { rows: {} };
  const all = merge(known, results);
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  const document = join(root, 'docs', 'reliability.md');
  writeFileSync(document, withTable(readFileSync(document, 'utf8'), table(all, order)));
}
