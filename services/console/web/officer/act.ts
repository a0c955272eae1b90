import type { CaseView } from '../../api/views.ts';
import { showToast } from '../kit/toast.tsx';
import { forget, send } from '../live/commands.ts';
import { readStored, writeStored } from '../live/stored.ts';
import { t, word, type TextKey } from '../text/text.ts';
import { go } from './route.ts';
import type { Step } from './steps.ts';

type Order = Pick<CaseView, 'case_id' | 'order_id'>;

interface Answer {
  readonly action: string;
  readonly label: TextKey;
  readonly step?: Step;
  readonly reason?: string;
}

function respond(order: Order, answer: Answer): string {
  const { action, label, step = null, reason } = answer;
  const body = { order_id: order.order_id, action, ...(reason === undefined ? {} : { reason }) };
  return send({ path: 'commands/response', case_id: order.case_id, body, label, step });
}

/** Undo instead of "are you sure": for ten seconds the toast takes back what was tapped. */
function offerUndo(order: Order, command_id: string, label: TextKey, step: Step | null): void {
  const undo = (): void => {
    if (forget(command_id)) return;
    const body = { order_id: order.order_id, action: 'undo', undo_of: command_id };
    send({ path: 'commands/response', case_id: order.case_id, body, label: 'act.undo', step });
  };
  showToast(t('act.did', { what: t(label) }), [{ words: t('act.undo'), run: undo }], true);
}

const STEP_LABEL: Readonly<Record<Step, TextKey>> = {
  accept: 'step.accept',
  en_route: 'step.en_route',
  on_site: 'step.on_site',
  with_person: 'step.with_person',
  done: 'step.done',
};

export function takeStep(order: Order, step: Exclude<Step, 'done'>): void {
  const label = STEP_LABEL[step];
  const command_id = respond(order, { action: step, label, step });
  offerUndo(order, command_id, label, step);
}

export function decline(order: Order, reason: string): void {
  const command_id = respond(order, { action: 'decline', label: 'act.declined', reason });
  offerUndo(order, command_id, 'act.declined', null);
}

export const REQUESTS = ['bank', 'centre', 'operator', 'family', 'volunteer', 'backup', 'medical'] as const;
export type RequestKind = (typeof REQUESTS)[number];

export function request(order: Order, kind: RequestKind): void {
  const command_id = respond(order, { action: `request_${kind}`, label: 'act.asked' });
  offerUndo(order, command_id, 'act.asked', null);
}

export function noteNotFound(order: Order): void {
  respond(order, { action: 'note_not_found', label: 'act.not_found' });
  showToast(t('act.noted', { what: t('act.not_found') }));
}

export function tried(order: Order, method: string, result: string): void {
  send({
    path: 'commands/contact',
    case_id: order.case_id,
    body: { order_id: order.order_id, method, result },
    label: 'act.tried',
  });
  showToast(t('act.noted', { what: word('result', result) }));
}

export interface OutcomeForm {
  readonly outcome_code: string;
  readonly scam_type_actual: string | null;
  readonly believed: string | null;
  readonly app_removed: boolean | null;
  readonly money_stopped_minor: number | null;
  readonly money_out_before_minor: number | null;
  readonly currency: string;
  readonly follow_up_at: number | null;
}

const OUTCOMES = 'yujing.outcomes';
const KEPT = 50;
type Reported = ReadonlyArray<{ readonly case_id: string; readonly command_id: string }>;

/** The outcome this device reported last for a case: a correction names it. */
export function reportedOutcome(case_id: string): string | null {
  return (readStored<Reported>(OUTCOMES) ?? []).findLast((each) => each.case_id === case_id)?.command_id ?? null;
}

/** An outcome is corrected by another one that takes it back; it cannot just vanish. */
export function close(order: Order, form: OutcomeForm, takes_back: string | null): void {
  const known = Object.fromEntries(Object.entries({ ...form, takes_back }).filter(([, value]) => value !== null));
  const body = { order_id: order.order_id, ...known };
  const command_id = send({ path: 'commands/outcome', case_id: order.case_id, body, label: 'step.done', step: 'done' });
  writeStored(
    OUTCOMES,
    [...(readStored<Reported>(OUTCOMES) ?? []), { case_id: order.case_id, command_id }].slice(-KEPT),
  );
  const change = (): void => {
    forget(command_id);
    go(`case/${order.case_id}/done`);
  };
  showToast(t('act.did', { what: t('step.done') }), [{ words: t('act.change'), run: change }], true);
}
