import type { Incident, Place } from '@yujing/schemas';
import { clearField, clearOf } from '../event/draft.ts';
import { emptyRecord, fieldReaders } from '../event/fields.ts';
import { nobody, requiredFields, type EventKind } from '../event/kind.ts';
import { placeKey } from '../event/places.ts';
import { refusal } from '../event/refusal.ts';

const ALIASES = { incident_source: { '110': 'police_110', '12345': 'hotline_12345' } };
const NO_CURRENCY = refusal('missing', 'currency', 'loss_minor needs a currency, such as CNY');

/** A report knows a person and a place. Its feed is keyed by the place; without one it stands alone. */
export const incident: EventKind = {
  type: 'Incident',
  name: 'incident',
  readers: fieldReaders('Incident', ALIASES),
  empty: emptyRecord('Incident'),
  required: requiredFields('Incident', ['received_at', 'incident_id']),
  idField: 'incident_id',
  finish(draft, { source }) {
    const { record } = draft;
    record.incident_id ??= draft.id;
    record.received_at ??= record.occurred_at;
    const place = record.place as Place | null;
    if (place !== null) record.places = [...(record.places as Incident['places']), place];
    // Whoever reports is seldom the victim, so a report about nobody in particular gets a person of its own.
    draft.person ??=
      clearOf(draft, 'subject_token') ??
      clearField('person', `~INCIDENT/${source}/${record.incident_id as string}`, '');
    return record.loss_minor !== null && record.currency === null ? NO_CURRENCY : undefined;
  },
  own: () => undefined,
  other: (draft, matter) => placeKey(draft.record.place as Place | null) ?? nobody(matter()),
};
