import type { EventType, Node } from '../../plan/plan.ts';
import type { AbsentProgram, RuleProgram, StageProgram } from './program.ts';

/** Something an event may mean to a rule: a stage that matches, or what must not happen. */
export interface Candidate {
  readonly rule: RuleProgram;
  readonly stage: StageProgram | undefined;
  readonly absent: AbsentProgram | undefined;
  /** stage whose timer `absent` cancels; undefined = the whole match */
  readonly cancels: StageProgram | undefined;
  /** fixed order of processing: cancels first, then later stages before earlier ones */
  readonly order: number;
}

interface Guard {
  readonly field: string;
  readonly values: readonly string[];
  readonly selectivity: number;
}

interface GuardedField {
  readonly field: string;
  readonly byValue: ReadonlyMap<string, readonly Candidate[]>;
}

interface Bucket {
  readonly guarded: readonly GuardedField[];
  readonly rest: readonly Candidate[];
}

/**
 * Which rules an event may concern: by event type, then by the cheapest equality of the condition. The place where a
 * predicate index for thousands of rules goes.
 */
export class CandidateIndex {
  readonly #byType = new Map<EventType, Bucket>();
  readonly #found: Candidate[] = [];

  constructor(rules: readonly RuleProgram[]) {
    const all = rules.flatMap(candidatesOf);
    for (const type of new Set(all.map(typeOf))) {
      this.#byType.set(type, bucketOf(all.filter((candidate) => typeOf(candidate) === type)));
    }
  }

  /** The array is reused by the next call. */
  find(type: EventType, fields: Readonly<Record<string, unknown>>): readonly Candidate[] {
    const found = this.#found;
    found.length = 0;
    const bucket = this.#byType.get(type);
    if (bucket === undefined) return found;
    for (const { field, byValue } of bucket.guarded) {
      const candidates = byValue.get(fields[field] as string);
      if (candidates === undefined) continue;
      for (let i = 0; i < candidates.length; i++) found.push(candidates[i] as Candidate);
    }
    for (let i = 0; i < bucket.rest.length; i++) found.push(bucket.rest[i] as Candidate);
    return found;
  }
}

function typeOf(candidate: Candidate): EventType {
  return (candidate.absent ?? (candidate.stage as StageProgram)).plan.on;
}

function candidatesOf(rule: RuleProgram): Candidate[] {
  const base = { rule, stage: undefined, absent: undefined, cancels: undefined };
  const order = rule.ordinal * 1000;
  const cancelling = [
    ...rule.absents.map((absent) => ({ ...base, absent, order })),
    ...rule.stages.flatMap((stage) => stage.absents.map((absent) => ({ ...base, absent, cancels: stage, order }))),
  ];
  return [...cancelling, ...rule.stages.map((stage) => ({ ...base, stage, order: order + 999 - stage.index }))];
}

function bucketOf(candidates: readonly Candidate[]): Bucket {
  const fields = new Map<string, Map<string, Candidate[]>>();
  const rest: Candidate[] = [];
  for (const candidate of candidates) {
    const guard = guardOf((candidate.absent ?? (candidate.stage as StageProgram)).plan.when);
    if (guard === undefined) {
      rest.push(candidate);
      continue;
    }
    const byValue = fields.get(guard.field) ?? new Map<string, Candidate[]>();
    fields.set(guard.field, byValue);
    for (const value of new Set(guard.values)) byValue.set(value, [...(byValue.get(value) ?? []), candidate]);
  }
  const guarded = [...fields].map(([field, byValue]) => ({ field, byValue }));
  return { guarded, rest };
}

/** The most selective equality among the parts that must all hold. */
function guardOf(when: Node | undefined): Guard | undefined {
  if (when === undefined) return undefined;
  let best: Guard | undefined;
  for (const part of when.op === 'and' ? when.arguments : [when]) {
    const guard = when === part || part.op !== 'and' ? equalityOf(part) : guardOf(part);
    if (guard !== undefined && (best === undefined || guard.selectivity > best.selectivity)) best = guard;
  }
  return best;
}

function equalityOf(node: Node): Guard | undefined {
  const field = node.op === 'compare' || node.op === 'in' ? node.left : undefined;
  if (field?.op !== 'field' || field.scope !== 'event') return undefined;
  const symbols = field.type.kind === 'enum' ? field.type.symbols.length : field.type.kind === 'string' ? 100 : 0;
  if (symbols === 0) return undefined;
  if (node.op === 'compare' && node.comparison === '==' && node.right.op === 'literal') {
    return { field: field.field, values: [String(node.right.value)], selectivity: symbols };
  }
  if (node.op !== 'in' || node.list.op !== 'list') return undefined;
  const values = node.list.items.flatMap((item) => (item.op === 'literal' ? [String(item.value)] : []));
  if (values.length !== node.list.items.length || values.length === 0) return undefined;
  return { field: field.field, values, selectivity: symbols / values.length };
}
