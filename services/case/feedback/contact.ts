import type { Contact, ContactResult } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { mergeTime, type Answer } from '../person/command.ts';
import { stepped } from '../person/grades.ts';
import type { CaseState } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { act } from '../reanalyse/act.ts';
import { liveFlags } from '../reanalyse/hypotheses.ts';
import { reason } from '../reanalyse/reasons.ts';
import { raiseFloor, settle } from '../reanalyse/settle.ts';
import { ms } from '../policy/policy.ts';
import { orderOf } from './response.ts';

const UNANSWERED: readonly ContactResult[] = ['busy', 'refused', 'no_answer', 'hung_up', 'off'];

/** An attempt to reach the person: counted, and the first that reached her stops the clock. */
export function takeContact(turn: Turn, c: CaseState, contact: Contact): Answer {
  const order = contact.order_id === null ? null : orderOf(c, contact.order_id);
  if (order === undefined) return 'unknown_order';
  if (order !== null && order.officer !== contact.by) return 'not_your_order';
  const { method, result } = contact;
  if (method === 'UNKNOWN' || result === 'UNKNOWN') return 'other';
  const { at, accepted } = mergeTime(turn, contact, order?.issued_at ?? c.opened_at);
  c.contact_tries.push({ method, result, at });
  c.contact_tries.sort((a, b) => a.at - b.at);
  if (c.contact_tries.length > LIMITS.contact_tries) c.contact_tries.shift();
  if (result === 'answered' || result === 'met') c.answered_at = Math.min(c.answered_at ?? at, at);
  if (result === 'met') c.met_at = Math.min(c.met_at ?? at, at);
  if (UNANSWERED.includes(result)) unanswered(turn, c, contact);
  return accepted;
}

/** Three calls nobody took make it more urgent; to the top level only while she is on the phone with somebody. */
function unanswered(turn: Turn, c: CaseState, { command_id, by, at }: Contact): void {
  const { raise, noise } = turn.documents.policy;
  c.unanswered += 1;
  if (raise.unanswered === 0 || c.unanswered % raise.unanswered !== 0 || c.answered_at !== null) return;
  const onCall = liveFlags(c, ms(noise.flags_s)).includes('on_call');
  const mayRise = c.level === 'YELLOW' || (c.level === 'ORANGE' && onCall);
  if (!mayRise || !raiseFloor(c, stepped(c.level, 1))) return;
  const cause = { id: command_id, warning_id: null, by, at };
  const from = c.level;
  settle(turn, c, cause);
  if (c.level !== from) return;
  act(turn, c, 'capped', cause, [reason('unanswered'), reason('one_feed')], { level_to: c.level });
}
