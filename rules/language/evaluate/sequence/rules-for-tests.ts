import { createHash } from 'node:crypto';
import { complete, type Call, type Draft, type Encounter, type Transaction } from '@yujing/schemas';
import { compile } from '../../compile.ts';
import type { RuleSetPlan } from '../../plan/plan.ts';
import { NO_LISTS } from '../frame.ts';
import type { EngineContext, EngineNote, EngineOutputs } from '../subject-engine.ts';
import { SubjectEngine } from '../subject-engine.ts';
import type { SubjectState } from '../state/subject-state.ts';
import { emptySubjectState } from '../state/subject-state.ts';

/** 10:00 in China on a Monday. */
export const T0 = Date.UTC(2026, 2, 2, 2);

/** A rule about `sequence` (YAML, indented by two); everything else as small as the language allows. */
export function planOf(sequence: string, rest = '', id = 'fake_police.tested'): RuleSetPlan {
  const text = [
    'kind: Rule',
    `id: ${id}`,
    'version: 1',
    'status: draft',
    'title: { zh: 试验, en: A tested rule }',
    'meta: { scam_type: fake_police, owner: lab, author: a1, reviewed_by: [a2], legal_basis: [X-1], expires: 2099-01-01 }',
    sequence,
    rest,
    'tests: []',
  ].join('\n');
  const { plan, problems } = compile([{ path: 'tested.yaml', text }]);
  if (plan.rules.length === 0) throw new Error(JSON.stringify(problems));
  // A draft needs no stories of its own; here it runs as if it were live.
  return { ...plan, rules: plan.rules.map((rule) => ({ ...rule, status: 'live' })) };
}

export function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 32);
}

/** Seconds -> encounter; `late` seconds pass before it gets through the door. */
export function callAt(name: string, at: number, fields: Partial<Call> = {}, late = 0): Encounter {
  const head = headOf(name, at, late, 'tel-of-caller');
  const call = complete('Call', {
    ...head,
    call_id: 'c1',
    phase: 'answered',
    direction: 'incoming',
    subscriber_tel: 'own-tel',
    peer_tel: 'tel-of-caller',
    peer_number_class: 'intl_00',
    ...fields,
  } as Draft<Call>);
  return encounter('call', call);
}

export function payAt(name: string, at: number, fields: Partial<Transaction> = {}, late = 0): Encounter {
  const head = headOf(name, at, late, fields.payee_acct ?? 'payee');
  const transaction = complete('Transaction', {
    ...head,
    txn_id: name,
    phase: 'settled',
    kind: 'transfer_out',
    direction: 'outgoing',
    payer_acct: 'own-account',
    payee_acct: 'payee',
    amount_minor: 1_000_000,
    currency: 'CNY',
    ...fields,
  } as Draft<Transaction>);
  return encounter('transaction', transaction);
}

function headOf(name: string, at: number, late: number, counterparty: string) {
  const occurred_at = T0 + at * 1000;
  return {
    event_id: idOf(name),
    source: 'test',
    subject: 'P1',
    subject_kind: 'person',
    counterparty,
    occurred_at,
    accepted_at: occurred_at + late * 1000,
    lateness: late > 0 ? 'late' : 'on_time',
    door: 'd1',
    schema_version: 1,
  } as const;
}

function encounter(type: 'call' | 'transaction', event: Call | Transaction): Encounter {
  const { event_id, subject, subject_kind, occurred_at, accepted_at, lateness, counterparty } = event;
  const profile = { counterparty, first_seen_at: null, features: [], list_hits: [], findings: [] };
  const head = {
    event_id,
    event_type: type,
    subject,
    subject_kind,
    origin: 0,
    occurred_at,
    accepted_at,
    lateness,
    profile,
  };
  return complete('Encounter', { ...head, [type]: event });
}

/** One person under one rule set; ticks of partition 0 and of all move together. */
export class Person {
  state: SubjectState = emptySubjectState();
  readonly notes: EngineNote[] = [];
  /** `stage@seconds` of what was said, `-stage@seconds` of what was taken back */
  readonly said: string[] = [];
  readonly outputs: EngineOutputs[] = [];
  readonly engine: SubjectEngine;
  readonly #context: EngineContext;

  constructor(plan: RuleSetPlan, adoptions: Record<string, number> = {}) {
    this.engine = new SubjectEngine(plan);
    this.#context = { adoptions, lists: NO_LISTS, note: (note) => this.notes.push(note) };
  }

  see(...encounters: readonly Encounter[]): this {
    for (const encounter of encounters) this.#take(this.engine.handle(this.state, encounter, this.#context));
    return this;
  }

  tick(at: number): this {
    const time = T0 + at * 1000;
    this.#take(this.engine.fire(this.state, 'P1', () => time, time, this.#context));
    return this;
  }

  #take(outputs: EngineOutputs): void {
    this.outputs.push(outputs);
    for (const { stage, trigger } of outputs.withdrawals) this.said.push(`-${stage}@${trigger.slice(0, 4)}`);
    for (const hit of outputs.hits) this.said.push(`${hit.stage.id}@${(hit.occurred_at - T0) / 1000}`);
  }
}
