import type { Label, LabelValue, RecordType, RecordTypes, ShadowWarning, Warning } from '@yujing/schemas';
import { wilson } from './wilson.ts';

export type RowLevel = Exclude<Warning['level'], 'UNKNOWN'>;

/** Figures of one rule version at one level. Warnings are counted one by one, labels once per case. */
export interface PrecisionFigures {
  readonly rule: string;
  readonly rule_version: number;
  readonly title: { readonly zh: string; readonly en: string };
  readonly level: RowLevel;
  readonly warnings: number;
  readonly label_true: number;
  readonly label_false: number;
  readonly label_unknown: number;
  readonly label_exclude: number;
  /** true / (true + false); null without any */
  readonly precision: number | null;
  /** 95 % Wilson interval */
  readonly low: number | null;
  readonly high: number | null;
}

/** What a rule in shadow would have said. */
export interface ShadowFigures {
  readonly rule: string;
  readonly rule_version: number;
  readonly title: { readonly zh: string; readonly en: string };
  readonly level: RowLevel;
  readonly warnings: number;
}

export interface Odds {
  /** `rule@version`, rule or scam type */
  readonly of: string;
  readonly real: number;
  readonly labelled: number;
  /** false under 20 labelled cases */
  readonly enough: boolean;
}

/** Fewer labelled cases than this say nothing that may be shown as a share. */
export const ENOUGH = 20;

interface Row {
  readonly rule: string;
  readonly rule_version: number;
  readonly level: RowLevel;
  title: { readonly zh: string; readonly en: string };
  warnings: number;
  readonly labels: Record<Counted, number>;
}

type Counted = Exclude<LabelValue, 'UNKNOWN'>;

function noLabels(): Record<Counted, number> {
  return { label_true: 0, label_false: 0, unknown: 0, exclude: 0 };
}

/** What one label added, so that taking it back takes away exactly that. */
interface Added {
  readonly label: Counted;
  readonly rows: readonly string[];
  readonly names: readonly string[];
}

/** What a reader of `case` passes on; everything else is ignored. */
export interface TallyRecord {
  readonly type: RecordType;
  readonly value: RecordTypes[RecordType];
}

/**
 * Precision of every rule version, and the odds of scam types, from warnings and human outcomes alone. A function of the
 * records of `case` in log order, each seen once; a label that replaces another takes its predecessor out.
 */
export class PrecisionTally {
  readonly #rows = new Map<string, Row>();
  readonly #shadow = new Map<string, Row>();
  /** labels by `rule@version`, rule and scam type */
  readonly #names = new Map<string, Record<Counted, number>>();
  readonly #labels = new Map<string, Added>();

  /** true when a figure changed */
  take({ type, value }: TallyRecord): boolean {
    switch (type) {
      case 'Warning':
        this.#warn(this.#rows, value as Warning);
        return true;
      case 'ShadowWarning':
        this.#warn(this.#shadow, value as ShadowWarning);
        return true;
      case 'Label':
        return this.#label(value as Label);
      default:
        return false;
    }
  }

  precisionRows(): PrecisionFigures[] {
    return sorted(this.#rows).map(toFigures);
  }

  shadowRows(): ShadowFigures[] {
    return sorted(this.#shadow).map(({ rule, rule_version, title, level, warnings }) => {
      return { rule, rule_version, title, level, warnings };
    });
  }

  odds(of: string): Odds {
    const { label_true: real, label_false } = this.#names.get(of) ?? noLabels();
    const labelled = real + label_false;
    return { of, real, labelled, enough: labelled >= ENOUGH };
  }

  #warn(rows: Map<string, Row>, warning: Warning | ShadowWarning): void {
    const row = rowOf(rows, warning.rule, warning.rule_version, warning.level);
    row.title = { zh: warning.title_zh, en: warning.title_en };
    row.warnings += 1;
  }

  #label(label: Label): boolean {
    if (label.label === 'UNKNOWN' || this.#labels.has(label.label_id)) return false;
    if (label.takes_back !== null) this.#takeBack(label.takes_back);
    const rows = new Set(label.rules.map(({ rule, rule_version, level }) => rowKey(rule, rule_version, level)));
    const names = new Set<string>([label.scam_type]);
    for (const { rule, rule_version, level } of label.rules) {
      rowOf(this.#rows, rule, rule_version, level);
      names.add(rule).add(`${rule}@${rule_version}`);
    }
    const added: Added = { label: label.label, rows: [...rows], names: [...names] };
    this.#labels.set(label.label_id, added);
    this.#count(added, 1);
    return true;
  }

  #takeBack(label_id: string): void {
    const added = this.#labels.get(label_id);
    // The entry stays, emptied: the label it stands for must not count when it is read again.
    if (added === undefined) return;
    this.#count(added, -1);
    this.#labels.set(label_id, { ...added, rows: [], names: [] });
  }

  #count({ label, rows, names }: Added, by: number): void {
    for (const key of rows) {
      const row = this.#rows.get(key);
      if (row !== undefined) row.labels[label] += by;
    }
    for (const name of names) {
      const labels = this.#names.get(name) ?? noLabels();
      labels[label] += by;
      this.#names.set(name, labels);
    }
  }
}

const LEVELS: readonly RowLevel[] = ['RED', 'ORANGE', 'YELLOW', 'BLUE'];

function rowKey(rule: string, version: number, level: Warning['level']): string {
  return `${rule}@${version} ${known(level)}`;
}

/** A level of a newer release counts as the lowest, as it does everywhere. */
function known(level: Warning['level']): RowLevel {
  return level === 'UNKNOWN' ? 'BLUE' : level;
}

function rowOf(rows: Map<string, Row>, rule: string, rule_version: number, given: Warning['level']): Row {
  const level = known(given);
  const key = rowKey(rule, rule_version, level);
  let row = rows.get(key);
  if (row === undefined) {
    row = { rule, rule_version, level, title: { zh: rule, en: rule }, warnings: 0, labels: noLabels() };
    rows.set(key, row);
  }
  return row;
}

function sorted(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].sort((a, b) => {
    if (a.rule !== b.rule) return a.rule < b.rule ? -1 : 1;
    return a.rule_version - b.rule_version || LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level);
  });
}

function toFigures({ rule, rule_version, title, level, warnings, labels }: Row): PrecisionFigures {
  const { label_true, label_false, unknown, exclude } = labels;
  const total = label_true + label_false;
  const interval = wilson(label_true, total);
  return {
    rule,
    rule_version,
    title,
    level,
    warnings,
    label_true,
    label_false,
    label_unknown: unknown,
    label_exclude: exclude,
    precision: total === 0 ? null : label_true / total,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  };
}
