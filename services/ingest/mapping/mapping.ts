import type { Refusal } from '../event/refusal.ts';
import type { Convert } from './convert.ts';
import type { Column } from './row.ts';
import type { RecordName, Target } from './targets.ts';
import type { TimeReader } from './time.ts';

/** How the rows come: as records of CSV (texts only), as JSON objects, as Avro records. */
export const ROW_FORMATS = ['csv', 'json', 'avro'] as const;
export type RowFormat = (typeof ROW_FORMATS)[number];

/** What fills one field of the event. */
export interface FieldPlan {
  readonly target: Target;
  /** undefined: a constant */
  readonly column: Column | undefined;
  readonly constant: unknown;
  /** code of the source to word of the event; undefined: none is asked for */
  readonly lookup: ReadonlyMap<string, unknown> | undefined;
  /** for codes that are not in the lookup; undefined: such a row is refused */
  readonly otherwise: unknown;
  readonly convert: Convert;
  readonly refusal: Refusal;
}

/** One party of a row as the subject of an event of its own. */
export interface SidePlan {
  /** what the event's id ends with when the row has two sides */
  readonly suffix: string;
  readonly fields: readonly FieldPlan[];
  /** every field that an event of this side may have, not known: a copy of it keeps one hidden class for all events */
  readonly template: Readonly<Record<string, null>>;
  /** the party is a customer of this source in such rows only; undefined: always */
  readonly when: WhenPlan | undefined;
  /** without a value here the side makes no event; undefined: the fields name the subject */
  readonly subject: FieldPlan | undefined;
}

export interface WhenPlan {
  readonly column: Column;
  readonly is: ReadonlySet<string>;
}

export interface TimePlan {
  readonly column: Column;
  readonly read: TimeReader;
}

/** A mapping file, read and found good: how rows of one source become events. Planned once, applied to every row. */
export interface Mapping {
  readonly source: string;
  readonly record: RecordName;
  readonly format: RowFormat;
  readonly time: TimePlan;
  /** when the row passed the door; ms after it happened, or a column; undefined: the door says */
  readonly acceptedAt: TimePlan | number | undefined;
  /** empty: the place of the row stands for its id */
  readonly id: readonly Column[];
  readonly sides: readonly SidePlan[];
  readonly timeRefusal: Refusal;
  readonly acceptedAtRefusal: Refusal;
}
