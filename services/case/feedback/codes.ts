import type { LabelValue, OutcomeCode, Role } from '@yujing/schemas';

/** Domain page D5. "Not reached" is never "false": else the rules would learn noise. */
export const LABEL_OF: Readonly<Record<Exclude<OutcomeCode, 'UNKNOWN'>, LabelValue>> = {
  T1: 'label_true',
  T2: 'label_true',
  T3: 'label_true',
  T4: 'label_true',
  T5: 'label_true',
  T6: 'label_true',
  T7: 'label_true',
  T8: 'label_true',
  F1: 'label_false',
  F2: 'exclude',
  F3: 'label_false',
  N1: 'unknown',
  N2: 'unknown',
  N3: 'unknown',
  N4: 'unknown',
  X1: 'exclude',
  X2: 'unknown',
  X3: 'exclude',
  X4: 'exclude',
};

export type KnownCode = keyof typeof LABEL_OF;

/** The matter goes on after these: she does not believe yet, or was not reached yet. */
export function keepsOpen(code: KnownCode): boolean {
  return code === 'T7' || code === 'N1' || code === 'N4';
}

/** A scam that was real: the person is watched over and asked after. Who saw through it alone is only thanked. */
export function isAfterCare(code: KnownCode): boolean {
  return LABEL_OF[code] === 'label_true' && code !== 'T6' && code !== 'T7';
}

/** Says what somebody found with the person, so somebody must have taken the order. */
export function needsAcceptance(code: KnownCode): boolean {
  return code.startsWith('T') || code.startsWith('F');
}

/** They act on an order of their own; the desk may act without one. */
const FIELD: readonly Role[] = ['station', 'community', 'grid', 'volunteer'];

export function isField(role: Role): boolean {
  return FIELD.includes(role);
}
