import { clearOf } from '../event/draft.ts';
import { emptyRecord, fieldReaders } from '../event/fields.ts';
import { nobody, requiredFields, type EventKind } from '../event/kind.ts';
import { classifyPeer } from '../event/peer-number.ts';

/** A message knows two numbers; its text never enters. */
export const sms: EventKind = {
  type: 'Sms',
  name: 'sms',
  readers: fieldReaders('Sms'),
  empty: emptyRecord('Sms'),
  required: requiredFields('Sms', ['peer_number_class', 'sms_id']),
  idField: 'sms_id',
  finish(draft, options) {
    draft.record.sms_id ??= draft.id;
    classifyPeer(draft, options);
    return undefined;
  },
  own: (draft) => clearOf(draft, 'subscriber_tel'),
  other: (draft, matter) => clearOf(draft, 'peer_tel') ?? nobody(matter()),
};
