import type { HandOver } from '@yujing/schemas';
import { isField } from '../feedback/codes.ts';
import { isOpen } from '../feedback/progress.ts';
import { mergeTime, type Answer } from '../person/command.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { precinctOf } from '../policy/precinct.ts';
import { giveTo } from './ladder.ts';

/** The order goes to another precinct, where somebody must accept it. */
export function handOver(turn: Turn, c: CaseState, command: HandOver): Answer {
  const order = c.orders.find(({ order_id }) => order_id === command.order_id);
  if (order === undefined) return 'unknown_order';
  if (isField(command.role) && order.officer !== command.by) return 'not_your_order';
  if (!isOpen(order)) return 'wrong_state';
  const { precincts } = turn.documents;
  if (precincts === undefined || precinctOf(precincts, command.to_precinct) === undefined) return 'unknown_precinct';
  if (command.to_precinct === c.precinct) return 'value_out_of_range';
  const { accepted } = mergeTime(turn, command, order.issued_at);
  for (const other of c.orders) if (isOpen(other)) other.condition = 'handed_over';
  c.precinct = command.to_precinct;
  giveTo(turn, c, 'hand_over');
  return accepted;
}
