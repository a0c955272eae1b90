import type { Transaction, TransactionKind } from '@yujing/schemas';
import { clearField, clearOf, type ClearField, type Draft } from '../event/draft.ts';
import { emptyRecord, fieldReaders } from '../event/fields.ts';
import { nobody, requiredFields, type EventKind, type Party } from '../event/kind.ts';
import { refusal } from '../event/refusal.ts';

const INCOMING: ReadonlySet<TransactionKind> = new Set(['transfer_in', 'loan_in', 'refund_in']);
/** Money that goes to nobody yet: cash, and a deposit turned into money at hand. */
const WITHOUT_PARTY: ReadonlySet<TransactionKind> = new Set(['cash_withdraw', 'cash_prebook', 'deposit_break']);

const CONTRADICTION = refusal('inconsistent', 'direction', 'the kind says who pays; leave direction out');

function isIncoming(draft: Draft): boolean {
  return INCOMING.has(draft.record.kind as TransactionKind);
}

/**
 * Cash has no payee, yet the feed is keyed by one. The desk where it is paid out stands for it: institution and channel, so
 * that one bank's machines and counters each have a profile. `~` cannot occur in an account, so it is nobody's.
 */
function desk(draft: Draft, source: string): ClearField {
  const { payer_inst, payee_inst, channel } = draft.record as unknown as Transaction;
  return clearField('account', `~DESK/${payer_inst ?? payee_inst ?? source}/${channel ?? 'other'}`, '');
}

/** A payment knows two accounts; which one is the subject's follows from its kind. */
export const transaction: EventKind = {
  type: 'Transaction',
  name: 'transaction',
  readers: fieldReaders('Transaction'),
  empty: emptyRecord('Transaction'),
  required: requiredFields('Transaction', ['direction']),
  idField: 'txn_id',
  finish(draft) {
    const direction = isIncoming(draft) ? 'incoming' : 'outgoing';
    if (draft.record.direction !== null && draft.record.direction !== direction) return CONTRADICTION;
    draft.record.direction = direction;
    return undefined;
  },
  own: (draft) => clearOf(draft, isIncoming(draft) ? 'payee_acct' : 'payer_acct'),
  other(draft, matter, source): Party {
    const other = clearOf(draft, isIncoming(draft) ? 'payer_acct' : 'payee_acct');
    if (other !== undefined) return other;
    return WITHOUT_PARTY.has(draft.record.kind as TransactionKind) ? desk(draft, source) : nobody(matter());
  },
  touch(record) {
    const { direction, phase, kind, amount_minor, currency } = record as unknown as Transaction;
    return { direction, phase, kind, amount_minor, currency, duration_s: null };
  },
};
