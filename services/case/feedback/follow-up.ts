import type { Contact, FollowUpKind, Outcome } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { mergeTime, type Answer } from '../person/command.ts';
import { contentId } from '../person/ids.ts';
import type { CaseState, FollowUpState } from '../person/state.ts';
import { emit, type Turn } from '../person/turn.ts';
import { ms } from '../policy/policy.ts';

function write(turn: Turn, c: CaseState, followUp: FollowUpState, cancelled_at: number | null): void {
  emit(turn, 'FollowUp', {
    follow_up_id: followUp.follow_up_id,
    case_id: c.case_id,
    subject: turn.subject,
    due_at: followUp.due_at,
    kind: followUp.kind,
    done_at: followUp.done_at,
    cancelled_at,
    at: turn.now,
  });
}

function plan(turn: Turn, c: CaseState, kind: FollowUpKind, due_at: number): void {
  const follow_up_id = contentId(c.case_id, kind, c.outcome?.command_id ?? '');
  const followUp = { follow_up_id, kind, due_at, done_at: null };
  c.follow_ups.push(followUp);
  write(turn, c, followUp, null);
}

/** By the level's list; the officer's own date moves the first of them. */
export function planFollowUps(turn: Turn, c: CaseState, { follow_up_at }: Outcome, at: number): void {
  const { follow_ups } = turn.documents.policy.levels[c.level];
  const wished = follow_up_at !== null && follow_up_at > at ? follow_up_at : null;
  if (follow_ups.length === 0 && wished !== null) return plan(turn, c, 'call_72h', wished);
  follow_ups.forEach(({ kind, after_s }, index) => {
    plan(turn, c, kind, index === 0 && wished !== null ? wished : at + ms(after_s));
  });
}

export function planSecondVisit(turn: Turn, c: CaseState, due_at: number): void {
  plan(turn, c, 'second_visit_2h', due_at);
}

/** Their outcome was taken back, or another one has followed it. */
export function cancelFollowUps(turn: Turn, c: CaseState): void {
  for (const followUp of c.follow_ups) if (followUp.done_at === null) write(turn, c, followUp, turn.now);
  c.follow_ups = c.follow_ups.filter(({ done_at }) => done_at !== null);
}

/** After the outcome a contact that reached the person is the follow-up that comes next. */
export function contactAfterwards(turn: Turn, c: CaseState, contact: Contact): Answer {
  if (c.ended?.status !== 'follow_up') return 'case_closed';
  const { method, result } = contact;
  if (method === 'UNKNOWN' || result === 'UNKNOWN') return 'other';
  const { at, accepted } = mergeTime(turn, contact, c.ended.at);
  c.contact_tries.push({ method, result, at });
  if (c.contact_tries.length > LIMITS.contact_tries) c.contact_tries.shift();
  if (result !== 'answered' && result !== 'met') return accepted;
  const open = c.follow_ups.filter(({ done_at }) => done_at === null).sort((a, b) => a.due_at - b.due_at);
  const next = open[0];
  if (next === undefined) return accepted;
  next.done_at = at;
  write(turn, c, next, null);
  if (open.length === 1) c.ended = { status: 'closed', at: turn.now };
  return accepted;
}
