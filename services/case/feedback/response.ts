import type { RequestKind, Response } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { escalate } from '../dispatch/ladder.ts';
import { ACCEPTED, mergeTime, type Answer } from '../person/command.ts';
import { STEPS, type CaseState, type OrderState, type Step, type StepTime } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';
import { isAcknowledged, isOpen, isTaken, progressOf } from './progress.ts';

/** The order an answer is about. A page may still show the one that a newer order of the same officer has replaced. */
export function orderOf(c: CaseState, order_id: string): OrderState | undefined {
  const named = c.orders.find((order) => order.order_id === order_id);
  if (named?.condition !== 'replaced') return named;
  return c.orders.findLast((order) => order.officer === named.officer && order.condition !== 'replaced') ?? named;
}

/** An officer answers an order. */
export function respond(turn: Turn, c: CaseState, response: Response): Answer {
  const order = orderOf(c, response.order_id);
  if (order === undefined) return 'unknown_order';
  if (response.action === 'request_answered') return answerRequest(c, response);
  if (response.by !== order.officer) return 'not_your_order';
  switch (response.action) {
    case 'accept':
    case 'en_route':
    case 'on_site':
    case 'with_person':
      return step(turn, c, order, response, response.action);
    case 'decline':
      return decline(turn, c, order, response);
    case 'undo':
      return undo(turn, c, order, response);
    case 'note_not_found':
      return isOpen(order) ? mergeTime(turn, response, order.issued_at).accepted : 'wrong_state';
    case 'UNKNOWN':
      return 'other';
    default:
      return ask(turn, c, order, response, REQUESTS[response.action]);
  }
}

const REQUESTS = {
  request_bank: 'bank',
  request_centre: 'centre',
  request_operator: 'operator',
  request_family: 'family',
  request_volunteer: 'volunteer',
  request_backup: 'backup',
  request_medical: 'medical',
} as const satisfies Record<string, RequestKind>;

/** Keeps what stood before, so that the last thing done can be taken back for a few seconds. */
function keepForUndo(
  order: OrderState,
  { command_id, at }: Response,
  merged: number,
  request: RequestKind | null,
): void {
  const { condition, steps, lapsed, moves_by } = order;
  order.undo = { command_id, received_at: at, at: merged, condition, steps: { ...steps }, lapsed, moves_by, request };
}

/** One of the four steps. Steps left out are taken as done by then; a late report of one fills in its own time. */
function step(turn: Turn, c: CaseState, order: OrderState, response: Response, name: Step): Answer {
  if (!isOpen(order)) return 'wrong_state';
  const { at, accepted } = mergeTime(turn, response, order.issued_at);
  const known = order.steps[name];
  if (known !== null && !known.implied) return 'wrong_state';
  if (isTaken(c, order, at)) return 'wrong_state';
  keepForUndo(order, response, at, null);
  if (order.steps.accept === null) order.taken_at = response.at;
  order.steps = withStep(order.steps, name, at);
  if (name === 'accept') {
    const { movement_s } = turn.documents.policy.levels[order.level];
    order.moves_by = movement_s === null ? null : response.at + ms(movement_s);
  } else order.lapsed = false;
  return accepted;
}

/** The times stay in the order of the steps, whatever order the reports came in. */
function withStep(
  steps: Readonly<Record<Step, StepTime | null>>,
  name: Step,
  at: number,
): Record<Step, StepTime | null> {
  const next = { ...steps };
  const index = STEPS.indexOf(name);
  const earlier = STEPS.slice(0, index);
  const later = STEPS.slice(index + 1);
  const reported = (steps_: readonly Step[]): number[] =>
    steps_
      .map((other) => next[other])
      .filter((time) => time !== null && !time.implied)
      .map((time) => (time as StepTime).at);
  const notBefore = Math.max(0, ...reported(earlier));
  const notAfter = Math.min(Number.MAX_SAFE_INTEGER, ...reported(later));
  const own = Math.min(Math.max(at, notBefore), notAfter);
  next[name] = { at: own, implied: false };
  let ceiling = own;
  for (const other of [...earlier].reverse()) {
    const time = next[other];
    if (time === null || time.implied) next[other] = { at: ceiling, implied: true };
    ceiling = Math.min(ceiling, (next[other] as StepTime).at);
  }
  return next;
}

/** Cannot go: the next person is called at once, unless somebody else was called after this one. */
function decline(turn: Turn, c: CaseState, order: OrderState, response: Response): Answer {
  if (!isOpen(order) || progressOf(order) === STEPS.length) return 'wrong_state';
  const { at, accepted } = mergeTime(turn, response, order.issued_at);
  keepForUndo(order, response, at, null);
  const wasNewest = c.orders.findLast(isOpen) === order;
  order.condition = 'declined';
  const alone = !c.orders.some(isOpen);
  if (!isAcknowledged(c) && (wasNewest || alone)) escalate(turn, c, order, 'declined');
  return accepted;
}

/** Takes back the last thing this officer did, within seconds, by the clock of the device when both have one. */
function undo(turn: Turn, c: CaseState, order: OrderState, response: Response): Answer {
  const last = order.undo;
  if (last === null || last.command_id !== response.undo_of) return 'takes_back_unknown';
  const { at, accepted } = mergeTime(turn, response, last.at);
  const window = ms(turn.documents.policy.people.undo_s);
  if (at - last.at > window && response.at - last.received_at > window) return 'undo_too_late';
  order.condition = last.condition;
  order.steps = { ...last.steps };
  order.lapsed = last.lapsed;
  order.moves_by = last.moves_by;
  order.undo = null;
  if (last.request !== null) removeRequest(c, last.request);
  return accepted;
}

function removeRequest(c: CaseState, kind: RequestKind): void {
  const index = c.requests.findLastIndex((request) => request.kind === kind && request.answer === null);
  if (index >= 0) c.requests.splice(index, 1);
}

/** Help is asked for; the same help twice only after the first was answered. */
function ask(turn: Turn, c: CaseState, order: OrderState, response: Response, kind: RequestKind): Answer {
  if (!isOpen(order)) return 'wrong_state';
  if (c.requests.some((request) => request.kind === kind && request.answer === null)) return 'wrong_state';
  if (c.requests.length >= LIMITS.requests) return 'not_allowed';
  const { at, accepted } = mergeTime(turn, response, order.issued_at);
  keepForUndo(order, response, at, kind);
  c.requests.push({ kind, at, answer: null, answered_at: null });
  return accepted;
}

/** The desk that was asked answers; it need not be the officer. */
function answerRequest(c: CaseState, { request: kind, answer, at }: Response): Answer {
  if (kind === null || answer === null || kind === 'UNKNOWN' || answer === 'UNKNOWN') return 'value_out_of_range';
  const index = c.requests.findIndex((request) => request.kind === kind && request.answer === null);
  const asked = c.requests[index];
  if (asked === undefined) return 'wrong_state';
  c.requests[index] = { ...asked, answer, answered_at: Math.max(at, asked.at) };
  return ACCEPTED;
}
