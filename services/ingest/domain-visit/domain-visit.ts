import { clearOf } from '../event/draft.ts';
import { emptyRecord, fieldReaders } from '../event/fields.ts';
import { requiredFields, type EventKind } from '../event/kind.ts';
import { isAddress } from '../identity/domains.ts';
import { registrable } from './registrable.ts';

/** A visit knows a number and a host; the host's registrable part is the counterparty. */
export const domainVisit: EventKind = {
  type: 'DomainVisit',
  name: 'domain_visit',
  readers: fieldReaders('DomainVisit'),
  empty: emptyRecord('DomainVisit'),
  required: requiredFields('DomainVisit', ['visit_id']),
  idField: 'visit_id',
  finish(draft) {
    const { record } = draft;
    record.visit_id ??= draft.id;
    const host = record.domain as string;
    record.is_ip_literal = isAddress(host);
    if (record.registered_domain === null && record.is_ip_literal !== true)
      record.registered_domain = registrable(host);
    return undefined;
  },
  own: (draft) => clearOf(draft, 'subscriber_tel'),
  other: (draft) => (draft.record.registered_domain ?? draft.record.domain) as string,
};
