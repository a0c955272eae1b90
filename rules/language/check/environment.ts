import type { EntityKind, FeaturePlan, Node, ValueType } from '../plan/plan.ts';
import type { RuleCode } from '../problems/codes.ts';
import type { Located } from '../documents/value.ts';
import type { ParamValue } from '../documents/words.ts';
import type { Syntax } from '../parse/syntax.ts';
import type { EventInfo } from './events.ts';

/** What all documents of a rule set know of each other. A name whose declaration is wrong is `broken`: asking it says nothing more. */
export interface Symbols {
  readonly features: ReadonlyMap<string, FeatureSymbol | 'broken'>;
  readonly lists: ReadonlyMap<string, EntityKind | 'broken'>;
  readonly models: ReadonlyMap<string, EntityKind>;
  /** ids of rules that yield findings */
  readonly counterpartyRules: ReadonlySet<string>;
  /** the jurisdiction's zone */
  readonly offsetMinutes: number;
}

export interface FeatureSymbol {
  readonly plan: FeaturePlan;
  readonly keys: readonly ValueType[];
  readonly result: ValueType;
}

/** What an expression may read at its place. */
export interface Scope {
  /** what `event` stands for; `scope` is its name in the plan */
  readonly event: { readonly info: EventInfo; readonly scope: string } | undefined;
  /** what to write where there is no `event` */
  readonly instead: string;
  readonly stages: ReadonlyMap<string, { readonly info: EventInfo; readonly reached: boolean }>;
  readonly params: ReadonlyMap<string, Located<ParamValue | undefined>>;
  /** fields may stand without `event.` (feature definitions) */
  readonly bareFields: boolean;
  /** features, models and findings may be asked */
  readonly features: boolean;
  readonly variable: { readonly name: string; readonly type: ValueType } | undefined;
}

export interface Typed {
  readonly node: Node;
  readonly type: ValueType;
}

/** One expression being checked. */
export interface Checking {
  readonly symbols: Symbols;
  readonly scope: Scope;
  readonly usedParams: Set<string>;
  report(code: RuleCode, syntax: Syntax, message: string, hint?: string): undefined;
  /** undefined: reported already */
  check(syntax: Syntax, scope?: Scope): Typed | undefined;
}
