import type { CaseView, Level } from '../../api/views.ts';
import { isEnded, isWaiting } from './queue-order.ts';

export const DECISIONS = ['confirm', 'raise', 'lower', 'reject', 'hold'] as const;
export type Decision = (typeof DECISIONS)[number];
export const KEY_OF: Readonly<Record<Decision, string>> = {
  confirm: 'C',
  raise: 'U',
  lower: 'L',
  reject: 'R',
  hold: 'H',
};

/** Reasons for lowering and rejecting, in the order of their keys 1 to 8. */
export const REASONS = [
  'known_good_peer',
  'business_call',
  'own_account',
  'bank_confirmed',
  'weak_evidence',
  'new_info',
  'duplicate',
  'other',
] as const;

const LADDER: readonly Level[] = ['BLUE', 'YELLOW', 'ORANGE', 'RED'];

export function levelTo(decision: Decision, level: Level): Level | null {
  const by = decision === 'raise' ? 1 : decision === 'lower' ? -1 : 0;
  return by === 0 ? null : (LADDER[LADDER.indexOf(level) + by] ?? null);
}

/** the server's limit and a network's time */
const MARGIN_S = 3;
const HOLD_MAX_S = 600;

/** A hold never goes beyond the limit at which the case goes out unreviewed. */
export function holdSeconds(view: Pick<CaseView, 'review_due_at'>, now: number): number {
  return view.review_due_at === null
    ? 0
    : Math.min(HOLD_MAX_S, Math.floor((view.review_due_at - now) / 1_000) - MARGIN_S);
}

export type Forbidden = 'ended' | 'reviewed' | 'top' | 'bottom' | 'contacted' | 'red_hold' | 'sent' | 'no_time';

/** Why a decision is not possible now; it stays visible, with this reason. */
export function forbidden(decision: Decision, view: CaseView, now: number): Forbidden | null {
  if (isEnded(view)) return 'ended';
  switch (decision) {
    case 'confirm':
      return isWaiting(view) ? null : 'reviewed';
    case 'raise':
      return view.level === 'RED' ? 'top' : null;
    case 'lower':
      return view.level === 'BLUE' ? 'bottom' : null;
    case 'reject':
      return view.contacted_at === null && view.met_at === null ? null : 'contacted';
    case 'hold':
      if (view.level === 'RED') return 'red_hold';
      if (view.order_id !== null) return 'sent';
      if (view.review_due_at === null) return 'reviewed';
      return holdSeconds(view, now) > 0 ? null : 'no_time';
  }
}

export const asksReason = (decision: Decision): boolean => decision === 'lower' || decision === 'reject';

export type DeskAction =
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  | { readonly kind: 'open' | 'search' | 'cancel' | 'help' }
  | { readonly kind: 'decide'; readonly decision: Decision }
  | { readonly kind: 'reason'; readonly index: number };

/** What a key means on the desk. Keys with Ctrl, Alt or Meta belong to the browser. */
export function actionOfKey(key: string, asking: boolean): DeskAction | null {
  if (key === 'Escape') return { kind: 'cancel' };
  if (asking && /^[1-9]$/.test(key))
    return Number(key) <= REASONS.length ? { kind: 'reason', index: Number(key) - 1 } : null;
  const letter = key.toUpperCase();
  if (letter === 'J' || letter === 'K') return { kind: 'move', by: letter === 'J' ? 1 : -1 };
  if (key === 'Enter') return { kind: 'open' };
  if (key === '/') return { kind: 'search' };
  if (key === '?') return { kind: 'help' };
  const decision = DECISIONS.find((each) => KEY_OF[each] === letter);
  return decision === undefined ? null : { kind: 'decide', decision };
}

/** Keys are off while somebody types, and on a button Enter is the button's own. */
export function isTyping(target: { readonly tagName?: string; readonly type?: string } | null, key: string): boolean {
  const tag = target?.tagName ?? '';
  if (tag === 'TEXTAREA' || tag === 'SELECT') return true;
  if (tag === 'INPUT') return target?.type !== 'radio' && target?.type !== 'checkbox';
  return key === 'Enter' && (tag === 'BUTTON' || tag === 'A');
}
