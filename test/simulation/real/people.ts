import { complete, type RecordTypes } from '@yujing/schemas';
import type { Random } from '../random.ts';

type CommandType = 'Response' | 'Contact' | 'Outcome' | 'Decision' | 'HandOver';

export interface PeopleCommand {
  readonly type: CommandType;
  readonly value: RecordTypes[CommandType];
}

interface Situation {
  readonly random: Random;
  readonly command_id: string;
  readonly order: RecordTypes['Order'];
  /** the last command on this order, which an undo or a taken back outcome names */
  readonly last: string | null;
  readonly at: number;
}

const ACTIONS = [
  'accept',
  'accept',
  'accept',
  'en_route',
  'on_site',
  'with_person',
  'decline',
  'undo',
  'request_bank',
  'note_not_found',
] as const;
const CODES = ['T1', 'T1', 'T6', 'T7', 'F1', 'N1', 'N2', 'X1'] as const;
const RESULTS = ['answered', 'no_answer', 'busy', 'met'] as const;
const DECISIONS = ['confirm', 'raise', 'lower', 'reject', 'hold', 'dispatch', 'merge'] as const;

/** Something that an officer or an analyst does about a card: sensible mostly, too late or refused at times. */
export function commandOf(situation: Situation): PeopleCommand {
  const { random, command_id, order, last, at } = situation;
  const { subject, case_id, order_id, officer, role } = order;
  // A phone without network answers from its own time, which the server may or may not believe.
  const client_at = random.chance(0.3) ? at - random.below(60_000) : null;
  const common = { command_id, subject, case_id, by: officer, role, at, client_at, client_seq: null };
  const kind = random.next();
  if (kind < 0.5) {
    const action = random.pick(ACTIONS);
    const undo_of = action === 'undo' ? last : null;
    return { type: 'Response', value: complete('Response', { ...common, order_id, action, undo_of }) };
  }
  if (kind < 0.65) {
    const result = random.pick(RESULTS);
    return { type: 'Contact', value: complete('Contact', { ...common, order_id, method: 'human_call', result }) };
  }
  if (kind < 0.8) {
    const takes_back = random.chance(0.3) ? last : null;
    const outcome = { ...common, order_id, outcome_code: random.pick(CODES), takes_back };
    return { type: 'Outcome', value: complete('Outcome', outcome) };
  }
  if (kind < 0.85) {
    const handOver = {
      ...common,
      order_id,
      to_precinct: random.pick(['qinghe', 'linhu']),
      reason: 'wrong_area',
    } as const;
    return { type: 'HandOver', value: complete('HandOver', handOver) };
  }
  const decision = random.pick(DECISIONS);
  const desk = { ...common, by: 'analyst-03', role: 'analyst', reason: 'new_info' } as const;
  const hold_s = decision === 'hold' ? 20 : null;
  const merge_into = decision === 'merge' ? 'f'.repeat(32) : null;
  return { type: 'Decision', value: complete('Decision', { ...desk, decision, merge_into, hold_s }) };
}
