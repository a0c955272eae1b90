import type { RecordType } from '@yujing/schemas';
import type { ClearKind } from '../identity/forms.ts';

/** A clear value of an event, in its canonical form, and the field that its token goes into. */
export interface ClearField {
  readonly kind: ClearKind;
  readonly value: string;
  /** field of the record; empty: not stored, only needed to find the subject or the counterparty */
  readonly field: string;
  /** place in a list, -1 for a single value */
  readonly index: number;
  /** empty until the vault has answered */
  token: string;
}

export function clearField(kind: ClearKind, value: string, field: string, index = -1): ClearField {
  return { kind, value, field, index, token: '' };
}

/** The types of events the door takes; each is a record of the feed. */
export type EventRecordType = Extract<RecordType, 'Call' | 'Sms' | 'Transaction' | 'DomainVisit' | 'Incident'>;

/** An event while it is read: every field of its record stands there, those of the door and of identities still empty. */
export interface Draft {
  readonly record: Record<string, unknown>;
  /** values that become tokens */
  readonly clear: ClearField[];
  /** identity or customer number of the subject */
  person: ClearField | null;
  /** the source's id of the event */
  id: string;
  /** explicit door time, with `clock: door` only */
  acceptedAt: number | null;
}

/** The clear value read for a field, undefined when the event has none. */
export function clearOf(draft: Draft, field: string): ClearField | undefined {
  return draft.clear.find((clear) => clear.field === field);
}
