import type { Encounter, Finding } from '@yujing/schemas';
import type { Seen } from './frame.ts';

const NO_FIELDS: Readonly<Record<string, unknown>> = {};
const NO_NAMES: readonly string[] = [];

/** An event object to be filled again and again. */
export function nobody(): Seen {
  return {
    type: 'call',
    id: '',
    at: 0,
    accepted: 0,
    retrospective: false,
    origin: 0,
    counterparty: '',
    fields: NO_FIELDS,
    captured: undefined,
    values: [],
    listHits: NO_NAMES,
    findings: NO_NAMES,
    stored: undefined,
  };
}

/** Fills `live` with the event of an encounter; false = a kind of event that only a newer release knows. */
export function openEvent(live: Seen, encounter: Encounter): boolean {
  const type = encounter.event_type;
  if (type === 'UNKNOWN') return false;
  const event = encounter[type];
  if (event === null) return false;
  const { profile } = encounter;
  live.type = type;
  live.id = encounter.event_id;
  live.at = encounter.occurred_at;
  live.accepted = encounter.accepted_at;
  live.retrospective = encounter.lateness === 'retrospective';
  live.origin = encounter.origin;
  live.counterparty = profile.counterparty;
  live.fields = event as unknown as Readonly<Record<string, unknown>>;
  live.captured = undefined;
  live.values = profile.features;
  live.listHits = profile.list_hits;
  live.findings = profile.findings.length === 0 ? NO_NAMES : validAt(profile.findings, encounter.occurred_at);
  return true;
}

function validAt(findings: readonly Finding[], at: number): readonly string[] {
  return findings.filter((finding) => finding.until > at).map((finding) => finding.rule);
}
