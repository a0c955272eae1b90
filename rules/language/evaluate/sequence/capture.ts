import { SCHEMAS } from '@yujing/schemas';
import type { EventType, Node, RulePlan } from '../../plan/plan.ts';
import { Compiler } from '../expression/expression.ts';
import { signatureOf } from '../expression/read.ts';
import { walk, withScope } from '../expression/walk.ts';
import type { Frame, Numeric, Seen } from '../frame.ts';
import type { ProgramContext } from './program.ts';
import { absentsOf, expressionsOf } from './program.ts';

/** Which call or payment it was, so that a warning can say how it stands now. */
const ALWAYS: Readonly<Record<EventType, readonly string[]>> = {
  call: ['call_id'],
  sms: [],
  transaction: ['txn_id'],
  domain_visit: [],
  incident: [],
};

const TYPES = Object.keys(ALWAYS) as readonly EventType[];
export const RECORD_OF = {
  call: 'Call',
  sms: 'Sms',
  transaction: 'Transaction',
  domain_visit: 'DomainVisit',
  incident: 'Incident',
} as const;

interface Kept {
  readonly fields: readonly string[];
  readonly features: ReadonlyArray<{ readonly signature: string; readonly read: Numeric }>;
}

const NO_FEATURES: Readonly<Record<string, number>> = {};

/**
 * What is kept of an event while a match waits for others: every field and feature that some rule may read later. One event
 * is kept once, however many rules wait on it.
 */
export class CaptureTable {
  readonly #whole: Readonly<Record<EventType, Kept>>;
  /** of events that may only cancel something: ended calls are common and are kept for minutes */
  readonly #cancelling: Readonly<Record<EventType, Kept>>;

  constructor(rules: readonly RulePlan[], context: ProgramContext) {
    this.#whole = wholeOf(rules, context);
    this.#cancelling = cancellingOf(rules, context);
  }

  capture(frame: Frame, whole: boolean): Seen {
    const { event } = frame;
    const kept = (whole ? this.#whole : this.#cancelling)[event.type];
    const fields: Record<string, unknown> = {};
    for (const name of kept.fields) {
      const value = event.fields[name];
      if (value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)) fields[name] = value;
    }
    return { ...event, fields, captured: this.#features(kept, frame), values: [], stored: undefined };
  }

  #features(kept: Kept, frame: Frame): Readonly<Record<string, number>> {
    if (kept.features.length === 0) return NO_FEATURES;
    const captured: Record<string, number> = {};
    for (const { signature, read } of kept.features) {
      const value = read(frame);
      if (value === value) captured[signature] = value;
    }
    return captured;
  }
}

type Draft = Record<EventType, { readonly fields: Set<string>; readonly features: Map<string, Node> }>;

function draft(): Draft {
  const entries = TYPES.map((type) => [type, { fields: new Set(ALWAYS[type]), features: new Map<string, Node>() }]);
  return Object.fromEntries(entries) as Draft;
}

function wholeOf(rules: readonly RulePlan[], context: ProgramContext): Record<EventType, Kept> {
  const found = draft();
  for (const rule of rules) {
    const typeOf = new Map(rule.stages.map((stage) => [stage.id, stage.on]));
    for (const { node, stage } of expressionsOf(rule)) {
      walk(node, (part) => {
        if (!('scope' in part)) return;
        const type = part.scope === 'event' ? stage?.on : typeOf.get(part.scope);
        if (type === undefined) return;
        if (part.op === 'feature') found[type].features.set(signatureOf(part), part);
        else if ('field' in part) found[type].fields.add(part.field);
      });
    }
    const { suspect } = rule;
    const suspectType = suspect === undefined ? undefined : typeOf.get(suspect.stage);
    if (suspect !== undefined && suspectType !== undefined) found[suspectType].fields.add(suspect.field);
    for (const stage of rule.stages) {
      for (const name of rule.suppress?.by ?? []) if (hasField(stage.on, name)) found[stage.on].fields.add(name);
      if (stage.distinct !== undefined) found[stage.on].fields.add(stage.distinct);
      for (const name of [...rule.absent, ...stage.absent].flatMap((absent) => absent.same)) {
        if (hasField(stage.on, name)) found[stage.on].fields.add(name);
      }
    }
    addCancelling(rule, found);
  }
  return kept(found, context);
}

function cancellingOf(rules: readonly RulePlan[], context: ProgramContext): Record<EventType, Kept> {
  const found = draft();
  for (const rule of rules) addCancelling(rule, found);
  return kept(found, context);
}

/** An exception reads its own event and, by stage, the one it speaks against. */
function addCancelling(rule: RulePlan, found: Draft): void {
  const typeOf = new Map(rule.stages.map((stage) => [stage.id, stage.on]));
  for (const { plan, on } of absentsOf(rule)) {
    for (const name of plan.same) found[on].fields.add(name);
    walk(plan.when, (part) => {
      if (!('scope' in part)) return;
      const type = part.scope === 'event' ? on : typeOf.get(part.scope);
      if (type === undefined) return;
      if (part.op === 'feature') found[type].features.set(signatureOf(part), part);
      else if ('field' in part) found[type].fields.add(part.field);
    });
  }
}

function kept(found: Draft, context: ProgramContext): Record<EventType, Kept> {
  const compiler = new Compiler({ ...context, stages: new Map(), atWarning: true, pins: new Map() });
  const entries = TYPES.map((type): [EventType, Kept] => {
    const features: Array<{ signature: string; read: Numeric }> = [];
    for (const [signature, node] of found[type].features) {
      if (readsElsewhere(node)) continue;
      features.push({ signature, read: compiler.numeric(withScope(node, 'event')) });
    }
    return [type, { fields: [...found[type].fields].sort(), features }];
  });
  return Object.fromEntries(entries) as Record<EventType, Kept>;
}

/** A feature of one stage's event asked about another stage's number cannot be known when the event is kept. */
function readsElsewhere(node: Node): boolean {
  if (node.op !== 'feature') return true;
  let elsewhere = false;
  for (const key of node.key) {
    walk(key, (part) => {
      if ('scope' in part && part.scope !== node.scope) elsewhere = true;
    });
  }
  return elsewhere;
}

export function hasField(type: EventType, name: string): boolean {
  return SCHEMAS[RECORD_OF[type]].fields.some((field) => field.name === name);
}
