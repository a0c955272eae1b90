import type { Place, Warning } from '@yujing/schemas';
import { LIMITS } from '../config.ts';
import { rankOf } from '../person/grades.ts';
import { shortId } from '../person/ids.ts';
import type { CaseState, HeldEvidence, HeldWarning } from '../person/state.ts';
import type { Turn } from '../person/turn.ts';
import { toLabelled } from './hypotheses.ts';

/** Takes over what the case keeps of a warning. */
export function hold(turn: Turn, c: CaseState, warning: Warning): void {
  // Only one that was withdrawn can come again.
  c.warnings = c.warnings.filter(({ warning_id }) => warning_id !== warning.warning_id);
  c.warnings.push(toHeld(warning));
  const by = [shortId(warning.warning_id)];
  c.evidence = mergeEvidence(
    c.evidence,
    warning.evidence.map((piece) => ({ ...piece, by })),
  );
  c.places = mergePlaces(c.places, warning.places);
  makeRoom(turn, c);
}

/** Two cases turned out to be of one person: the grounds of the other one join this one. */
export function absorb(turn: Turn, c: CaseState, other: CaseState): void {
  c.warnings.push(...other.warnings.map((warning) => ({ ...warning })));
  c.warnings.sort((a, b) => a.created_at - b.created_at);
  c.folded_rules = [...c.folded_rules, ...other.folded_rules].slice(-LIMITS.rules_folded);
  c.folded_feeds = [...new Set([...c.folded_feeds, ...other.folded_feeds])].sort();
  c.evidence = mergeEvidence(c.evidence, other.evidence);
  c.places = mergePlaces(c.places, other.places);
  c.opened_at = Math.min(c.opened_at, other.opened_at);
  c.warned_at = earliest(c.warned_at, other.warned_at);
  c.red_at = earliest(c.red_at, other.red_at);
  makeRoom(turn, c);
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function makeRoom(turn: Turn, c: CaseState): void {
  while (c.warnings.length > LIMITS.warnings_held) fold(turn, c);
}

/** The weakest and oldest warning is kept as rule and level only. */
function fold(turn: Turn, c: CaseState): void {
  const rank = (warning: HeldWarning): number => (warning.withdrawn ? -1 : rankOf(warning.level));
  const newest = c.warnings.length - 1;
  let weakest = 0;
  for (let i = 1; i < newest; i++) {
    if (rank(c.warnings[i] as HeldWarning) < rank(c.warnings[weakest] as HeldWarning)) weakest = i;
  }
  const [folded] = c.warnings.splice(weakest, 1);
  turn.count('warnings_folded');
  if (folded === undefined || folded.withdrawn) return;
  c.folded_rules.push(toLabelled(folded));
  if (c.folded_rules.length > LIMITS.rules_folded) c.folded_rules.shift();
  c.folded_feeds = [...new Set([...c.folded_feeds, ...folded.feeds])].sort();
}

function toHeld(warning: Warning): HeldWarning {
  const { subject: _s, subject_kind: _k, occurred_at: _o, accepted_at: _a, expires_at: _x, ...rest } = warning;
  const { evidence: _e, values: _v, places: _p, dispatch_hint: _d, ...held } = rest;
  return { ...held, score_parts: held.score_parts.slice(0, LIMITS.score_parts), withdrawn: false };
}

function mergeEvidence(known: readonly HeldEvidence[], added: readonly HeldEvidence[]): HeldEvidence[] {
  const merged = known.map((piece) => ({ ...piece, by: [...piece.by] }));
  for (const piece of added) {
    const same = merged.find(({ event_id, text_zh }) => event_id === piece.event_id && text_zh === piece.text_zh);
    if (same === undefined) merged.push({ ...piece, by: [...piece.by] });
    else same.by = [...new Set([...same.by, ...piece.by])];
  }
  merged.sort((a, b) => a.at - b.at);
  return merged.slice(-LIMITS.evidence);
}

/** Newest first; of one kind and area only the newest word counts. */
function mergePlaces(known: readonly Place[], added: readonly Place[]): Place[] {
  const name = ({ kind, adcode, station_code }: Place): string => `${kind}|${adcode}|${station_code}`;
  const merged = new Map<string, Place>();
  for (const place of [...added, ...known]) {
    const same = merged.get(name(place));
    if (same === undefined || (place.at ?? 0) > (same.at ?? 0)) merged.set(name(place), place);
  }
  return [...merged.values()].sort((a, b) => (b.at ?? 0) - (a.at ?? 0)).slice(0, LIMITS.places);
}
