import type { CaseView, EvidenceView } from '../../api/views.ts';

/** Feeds by how much they tell an officer: the call he interrupts, the money that moves, what was installed. */
const TELLING = ['call', 'transaction', 'domain_visit', 'incident', 'list', 'sms'] as const;
const weight = (line: EvidenceView): number => {
  const found = (TELLING as readonly string[]).indexOf(line.feed);
  return found < 0 ? TELLING.length : found;
};

/** The three sentences of the card: one per feed first, so that they support each other; then the oldest of the rest. */
export function chooseReasons(evidence: readonly EvidenceView[], count = 3): EvidenceView[] {
  const oldest = [...evidence].sort((a, b) => a.at - b.at);
  const first = oldest.filter((line, index) => oldest.findIndex((each) => each.feed === line.feed) === index);
  const rest = oldest.filter((line) => !first.includes(line));
  const chosen: EvidenceView[] = [];
  for (const line of [...first.sort((a, b) => weight(a) - weight(b)), ...rest]) {
    const same = chosen.some((each) => each.event_id === line.event_id || each.zh === line.zh);
    if (chosen.length < count && !same) chosen.push(line);
  }
  return chosen.sort((a, b) => a.at - b.at);
}

/** The places of a card in which a change is marked. */
export type Slot = 'level' | 'call' | 'place' | 'person' | 'risk' | 'moving' | 'why' | 'odds';

const WATCHED: Readonly<Record<Slot, (view: CaseView) => unknown>> = {
  level: (view) => [view.level, view.scam_type],
  call: (view) => view.call_ended_at,
  place: (view) => view.area,
  person: (view) => [view.person?.name_masked, view.contact_tries.length],
  risk: (view) => view.money_at_risk_minor,
  moving: (view) => [view.money_moving_minor, view.money_state],
  why: (view) => chooseReasons(view.evidence),
  odds: (view) => view.odds,
};

export function changedSlots(before: CaseView, after: CaseView): Slot[] {
  const slots = Object.keys(WATCHED) as Slot[];
  return slots.filter((slot) => JSON.stringify(WATCHED[slot](before)) !== JSON.stringify(WATCHED[slot](after)));
}
