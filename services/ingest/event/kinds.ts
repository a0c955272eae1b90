import { call } from '../call/call.ts';
import { domainVisit } from '../domain-visit/domain-visit.ts';
import { incident } from '../incident/incident.ts';
import { sms } from '../sms/sms.ts';
import { transaction } from '../transaction/transaction.ts';
import type { EventKind } from './kind.ts';

/** Every type of event that the door takes. */
export const KINDS: readonly EventKind[] = [call, sms, transaction, domainVisit, incident];
