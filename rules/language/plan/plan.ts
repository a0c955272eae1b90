/**
 * The plan: what the compiler (parse, check) hands to the engine (evaluate). Plain data, JSON-serialisable, no functions.
 * Plan once, run many times. A predicate index for thousands of rules can be built from it without changing the front end.
 */

/** event types a rule or feature can stand on, as in `Encounter.event_type` */
export type EventType = 'call' | 'sms' | 'transaction' | 'domain_visit' | 'incident';
export type Level = 'BLUE' | 'YELLOW' | 'ORANGE' | 'RED';
export type EntityKind = 'tel' | 'account' | 'domain' | 'device' | 'person' | 'place';

/** Static type of an expression. Money is int minor units, times and durations are int milliseconds. */
export type ValueType =
  | { readonly kind: 'bool' | 'int' | 'double' | 'string' | 'duration' | 'timestamp' }
  | { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly kind: 'id'; readonly entity: EntityKind }
  | { readonly kind: 'list'; readonly of: ValueType };

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/**
 * A checked expression. Evaluation is three-valued: a missing field or a warming feature makes an atom unknown; `&&` and
 * `||` follow Kleene, `!unknown` is unknown, and unknown never alerts.
 * `scope`: 'event' = the record at hand; a stage id = the event that matched that stage. `when`, `where`, `absent.when` and
 * `predicate` read their own record as 'event'. `because`, `score` and `suspect` always name a stage (its id, '' in a
 * single-event rule), with one exception: a field `subject` of scope 'event', read by features of the person as of the
 * moment of the warning (also when a timer makes it and no record is at hand).
 */
export type Node =
  | { readonly op: 'literal'; readonly type: ValueType; readonly value: boolean | number | string }
  | { readonly op: 'field'; readonly scope: string; readonly field: string; readonly type: ValueType }
  | { readonly op: 'has'; readonly scope: string; readonly field: string }
  | { readonly op: 'not'; readonly argument: Node }
  /** true if the argument is true, false if it is false or unknown: an exception (Filter) counts only when it surely holds */
  | { readonly op: 'certain'; readonly argument: Node }
  | { readonly op: 'and' | 'or'; readonly arguments: readonly Node[] }
  | { readonly op: 'compare'; readonly comparison: Comparison; readonly left: Node; readonly right: Node }
  | { readonly op: 'in'; readonly left: Node; readonly list: Node }
  | { readonly op: 'list'; readonly items: readonly Node[]; readonly type: ValueType }
  | {
      readonly op: 'arithmetic';
      readonly operator: '+' | '-' | '*' | '/' | '%';
      readonly left: Node;
      readonly right: Node;
      readonly type: ValueType;
    }
  | { readonly op: 'negate'; readonly argument: Node }
  | { readonly op: 'conditional'; readonly test: Node; readonly then: Node; readonly otherwise: Node }
  | {
      readonly op: 'text';
      readonly function: 'startsWith' | 'endsWith' | 'contains';
      readonly target: Node;
      readonly argument: Node;
    }
  | { readonly op: 'size'; readonly argument: Node }
  | {
      readonly op: 'quantifier';
      readonly function: 'exists' | 'all';
      readonly list: Node;
      readonly variable: string;
      readonly body: Node;
    }
  | { readonly op: 'variable'; readonly name: string; readonly type: ValueType }
  /** `feature(id)` of the entity named by `key` (one node per key field), as of the event of `scope` */
  | { readonly op: 'feature'; readonly feature: string; readonly scope: string; readonly key: readonly Node[] }
  /** membership in a tokenised list of the change log */
  | { readonly op: 'member'; readonly list: string; readonly argument: Node }
  /** the counterparty's findings of a counterparty rule */
  | { readonly op: 'finding'; readonly rule: string; readonly scope: string }
  /** `hour(t)` 0-23, `weekday(t)` 1-7 (Monday 1), in the jurisdiction's zone (offset minutes folded in) */
  | {
      readonly op: 'calendar';
      readonly function: 'hour' | 'weekday';
      readonly argument: Node;
      readonly offset_minutes: number;
    }
  | { readonly op: 'model'; readonly model: string; readonly key: Node };

export type AggregateKind =
  | 'count'
  | 'sum'
  | 'distinct'
  | 'max'
  | 'min'
  | 'avg'
  | 'rate'
  | 'ratio'
  | 'age'
  | 'since'
  | 'last_distinct'
  | 'stddev'
  | 'quantile'
  | 'baseline';

/**
 * A windowed feature of an entity. `id` = first 12 hex of the SHA-256 of its canonical definition: the same definition is
 * the same state, whoever declares it. count, sum, distinct, rate, ratio include the current event; the others leave it out.
 */
export interface FeaturePlan {
  readonly id: string;
  readonly name: string;
  readonly on: EventType;
  readonly from: 'main' | 'touch';
  /** field names of the event: one, or a pair [counterparty field, subject field] */
  readonly key: readonly string[];
  readonly entity: EntityKind;
  readonly aggregate: AggregateKind;
  /** field aggregated (sum, distinct, max ...) */
  readonly field: string | undefined;
  /** predicate of `ratio` */
  readonly predicate: Node | undefined;
  readonly quantile: number | undefined;
  readonly where: Node | undefined;
  readonly window_ms: number;
  readonly buckets: number;
  readonly exact: boolean;
  readonly delay_ms: number;
  /** profile: keyed by the counterparty, travels on the encounter; detect: keyed by the subject or something of his */
  readonly place: 'profile' | 'detect';
}

export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** A sentence with values: literal parts and expressions with a format. */
export interface Template {
  readonly zh: readonly TemplatePart[];
  readonly en: readonly TemplatePart[];
}
export type TemplatePart =
  | { readonly text: string }
  | { readonly value: Node; readonly format: 'plain' | 'money' | 'minutes' | 'time' | 'count' | 'place' };

/** Something that, when it happens while a match waits, cancels it. `same`: fields equal to those of the waiting stage's event. */
export interface AbsentPlan {
  readonly on: EventType;
  readonly when: Node | undefined;
  readonly same: readonly string[];
  /** true when its event comes through the same counterparty: the timer then waits for that origin's tick only */
  readonly same_counterparty: boolean;
}

export interface StagePlan {
  /** empty in a single-event rule, as `Warning.rule_stage` */
  readonly id: string;
  readonly on: EventType;
  readonly when: Node | undefined;
  /** warning of this stage; undefined = no warning of its own */
  readonly level: Level | undefined;
  readonly scam_stage: string | undefined;
  /** how often it must match (each a distinct event) before the stage holds; default 1 */
  readonly times: number;
  /** field in which those events must differ; undefined = any `times` events */
  readonly distinct: string | undefined;
  /** holds only when this long passed since the event and nothing of `absent` came; undefined = at once */
  readonly after_ms: number | undefined;
  readonly absent: readonly AbsentPlan[];
  readonly because: readonly Template[];
  /** fields and features of this stage's event that later expressions read: kept while the match waits */
  readonly captures: { readonly fields: readonly string[]; readonly features: readonly string[] };
}

export interface ScorePlan {
  readonly base: number;
  readonly add: ReadonlyArray<{ readonly if: Node; readonly points: number; readonly because: Text | undefined }>;
}

export interface SuppressPlan {
  readonly by: readonly string[];
  readonly for_ms: number;
  readonly unless_level_rises: boolean;
  readonly max_per_day: number | undefined;
}

export interface RulePlan {
  readonly id: string;
  readonly version: number;
  /** first 16 hex of the SHA-256 of the canonical compiled rule */
  readonly hash: string;
  readonly status: 'draft' | 'shadow' | 'live' | 'retired';
  readonly title: Text;
  readonly advice: string;
  readonly scam_type: string;
  readonly modes: readonly string[];
  /** 'subject': a rule about the person, runs in detect; 'counterparty': yields a Finding, runs in profile */
  readonly about: 'subject' | 'counterparty';
  /** a single-event rule is a sequence of one stage */
  readonly stages: readonly StagePlan[];
  /** counted from the first stage */
  readonly within_ms: number;
  readonly emit: 'each_stage' | 'last' | 'timeout';
  /** cancels the whole waiting sequence */
  readonly absent: readonly AbsentPlan[];
  readonly score: ScorePlan | undefined;
  /** level from score bands when a stage names none */
  readonly bands: ReadonlyArray<{ readonly at_least: number; readonly level: Level }>;
  readonly suppress: SuppressPlan | undefined;
  readonly suspect: { readonly stage: string; readonly field: string } | undefined;
  readonly dispatch: Readonly<Record<string, unknown>> | undefined;
  /** counterparty rules: how long a Finding holds */
  readonly finding_for_ms: number | undefined;
  readonly tests: readonly RuleTest[];
  /** where it stands, for messages */
  readonly file: string;
}

/** One rule test: events in virtual time, and the warnings wanted. Other rules' warnings do not matter. */
export interface RuleTest {
  readonly name: string;
  /** feature name -> value, overrides what was counted */
  readonly pin: Readonly<Record<string, number>>;
  /** list -> entries it holds in this story */
  readonly lists: Readonly<Record<string, readonly string[]>>;
  /** in the order in which they pass the door */
  readonly events: ReadonlyArray<{
    /** occurred_at; accepted_at is later by `late_ms` */
    readonly at_ms: number;
    readonly late_ms: number;
    readonly type: EventType;
    /** Avro field names; short names stand for tokens (S1, P1), missing fields are null */
    readonly fields: Readonly<Record<string, unknown>>;
  }>;
  readonly expect: ReadonlyArray<{
    readonly at_ms: number;
    readonly stage: string | undefined;
    readonly level: Level | undefined;
    readonly score_at_least: number | undefined;
    /** the warning is taken back (Withdrawn) at this time */
    readonly withdrawn_at_ms: number | undefined;
  }>;
  /** virtual time runs on until here (default: last event or expectation + 10 min) */
  readonly until_ms: number | undefined;
  readonly line: number;
}

/** A compiled rule set: what profile and detect adopt. */
export interface RuleSetPlan {
  readonly hash: string;
  /** every status: stages run `live` and `shadow`, the tests run all but `retired` */
  readonly rules: readonly RulePlan[];
  /** features the rules read, each once */
  readonly features: readonly FeaturePlan[];
  readonly lists: readonly string[];
}

/** A mistake in a rule file. All of a file are reported at once. */
export interface Problem {
  /** stable, e.g. `unknown_field` */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** what to write instead */
  readonly hint: string | undefined;
}
