import type { Call } from '@yujing/schemas';
import { clearOf } from '../event/draft.ts';
import { emptyRecord, fieldReaders } from '../event/fields.ts';
import { nobody, requiredFields, type EventKind } from '../event/kind.ts';
import { classifyPeer } from '../event/peer-number.ts';
import { placeOfCell } from '../event/places.ts';

/** A call knows two numbers: the subscriber's is the subject's own, the other one is the counterparty. */
export const call: EventKind = {
  type: 'Call',
  name: 'call',
  readers: fieldReaders('Call'),
  empty: emptyRecord('Call'),
  required: requiredFields('Call', ['peer_number_class']),
  idField: 'call_id',
  finish(draft, options) {
    classifyPeer(draft, options);
    const { record } = draft;
    const shown = clearOf(draft, 'displayed_number');
    const peer = clearOf(draft, 'peer_tel');
    if (record.display_mismatch === null && shown !== undefined && peer !== undefined) {
      record.display_mismatch = shown.value !== peer.value;
    }
    if (typeof record.subscriber_cell === 'string') {
      const place = placeOfCell(record.subscriber_cell, record.occurred_at as number);
      if (place !== undefined) record.places = [...(record.places as Call['places']), place];
    }
    return undefined;
  },
  own: (draft) => clearOf(draft, 'subscriber_tel'),
  other: (draft, matter) => clearOf(draft, 'peer_tel') ?? nobody(matter()),
  touch(record) {
    const { direction, phase, duration_s } = record as unknown as Call;
    return { direction, phase, kind: null, amount_minor: null, currency: null, duration_s };
  },
};
