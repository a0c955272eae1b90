import type { RecordType, RecordTypes } from '../generated/types.ts';
import { AHEAD_OF_DOOR_MS, TEXT_FORMS } from './forms.ts';
import type { Problems } from './problem.ts';

type Across<T extends RecordType> = (value: RecordTypes[T], problems: Problems) => void;

function notAhead(value: { readonly occurred_at: number; readonly accepted_at: number }, problems: Problems): void {
  if (value.occurred_at > value.accepted_at + AHEAD_OF_DOOR_MS) problems.add('in_future', 'occurred_at');
}

function moneyHasCurrency(amounts: readonly (number | null)[], currency: string | null, problems: Problems): void {
  if (currency === null && amounts.some((amount) => amount !== null)) {
    problems.add('inconsistent', 'currency', 'an amount without a currency');
  }
}

const ENCOUNTER_EVENTS = ['call', 'sms', 'transaction', 'domain_visit', 'incident'] as const;

/** The copy of the event's head must agree with the event: windows go by the copy, evidence by the event. */
function encounter(value: RecordTypes['Encounter'], problems: Problems): void {
  notAhead(value, problems);
  for (const name of ENCOUNTER_EVENTS) {
    const event = value[name];
    if ((event !== null) !== (value.event_type === name)) {
      problems.add('inconsistent', name, `event_type is ${value.event_type}`);
    } else if (event !== null) {
      for (const copy of ['event_id', 'subject', 'subject_kind', 'occurred_at', 'accepted_at', 'lateness'] as const) {
        if (event[copy] !== value[copy]) problems.add('inconsistent', copy, `differs from ${name}.${copy}`);
      }
      if (event.counterparty !== value.profile.counterparty) {
        problems.add('inconsistent', 'profile.counterparty', `differs from ${name}.counterparty`);
      }
    }
  }
}

function warning(value: RecordTypes['Warning'], problems: Problems): void {
  moneyHasCurrency([value.money_at_risk_minor, value.money_moving_minor], value.currency, problems);
  if ((value.suspect === null) !== (value.suspect_kind === null)) {
    problems.add('inconsistent', 'suspect_kind', 'stands with suspect only');
  }
}

function adopt(value: RecordTypes['Adopt'], problems: Problems): void {
  const isBehaviour = value.kind === 'behaviour';
  if (isBehaviour !== (value.behaviour !== null)) {
    problems.add('inconsistent', 'behaviour', 'stands with kind behaviour only');
  }
  if (isBehaviour ? value.ref !== '' : !TEXT_FORMS.ref.holds(value.ref)) problems.add('bad_id', 'ref');
}

function twoParties(value: { readonly from: string; readonly to: string }, problems: Problems): void {
  if (value.from === value.to) problems.add('inconsistent', 'to', 'the same as from');
}

function request(value: RecordTypes['Response'], problems: Problems): void {
  const isAnswer = value.action === 'request_answered';
  if (isAnswer !== (value.request !== null && value.answer !== null)) {
    problems.add('inconsistent', 'answer', 'request and answer stand with request_answered only');
  }
  if ((value.action === 'undo') !== (value.undo_of !== null)) {
    problems.add('inconsistent', 'undo_of', 'stands with undo only');
  }
  moneyHasCurrency([value.amount_minor], value.currency, problems);
}

const ACROSS: { readonly [T in RecordType]?: Across<T> } = {
  Call: notAhead,
  Sms: notAhead,
  Transaction: notAhead,
  DomainVisit: notAhead,
  Incident: (value, problems) => {
    notAhead(value, problems);
    moneyHasCurrency([value.loss_minor], value.currency, problems);
  },
  Touch: (value, problems) => {
    notAhead(value, problems);
    moneyHasCurrency([value.amount_minor], value.currency, problems);
  },
  Encounter: encounter,
  Tick: (value, problems) => {
    if ((value.origin === -1) !== (value.door !== '')) problems.add('inconsistent', 'origin', '-1 stands with a door');
  },
  Linked: twoParties,
  Moved: twoParties,
  Warning: warning,
  ShadowWarning: warning,
  Case: (value, problems) => {
    moneyHasCurrency([value.money_at_risk_minor, value.money_moving_minor], value.currency, problems);
    if (value.merged_into === value.case_id) problems.add('inconsistent', 'merged_into', 'the case itself');
  },
  Decision: (value, problems) => {
    if ((value.decision === 'hold') !== (value.hold_s !== null)) {
      problems.add('inconsistent', 'hold_s', 'stands with hold only');
    }
    if (value.decision !== 'merge' && value.merge_into !== null) {
      problems.add('inconsistent', 'merge_into', 'stands with merge only');
    }
  },
  Response: request,
  Outcome: (value, problems) => {
    moneyHasCurrency([value.money_stopped_minor, value.money_out_before_minor], value.currency, problems);
  },
  Label: (value, problems) => {
    moneyHasCurrency([value.money_stopped_minor, value.money_out_before_minor], value.currency, problems);
  },
  Adopt: adopt,
  List: (value, problems) => {
    if (value.part > value.parts) problems.add('inconsistent', 'part', 'beyond the last part');
  },
};

/** Checks between fields; called only on a record whose fields are fine one by one. */
export function checkAcross<T extends RecordType>(type: T, value: RecordTypes[T], problems: Problems): void {
  ACROSS[type]?.(value, problems);
}
