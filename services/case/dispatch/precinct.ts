import type { Place } from '@yujing/schemas';
import type { Grade } from '../person/grades.ts';
import { ms, type PolicyDocument } from '../policy/policy.ts';
import { precinctOf, type PrecinctDocument } from '../policy/precinct.ts';

/** Places that move with the person are believed first while they are fresh. The last cell is for RED alone. */
function isFresh(place: Place, level: Grade, now: number, policy: PolicyDocument): boolean {
  if (place.kind === 'home' || (place.kind === 'last_cell' && level !== 'RED')) return false;
  return place.at !== null && place.at >= now - ms(policy.people.place_fresh_s);
}

function byFreshness(places: readonly Place[], level: Grade, now: number, policy: PolicyDocument): readonly Place[] {
  const fresh = places.filter((place) => isFresh(place, level, now, policy));
  fresh.sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || b.certainty - a.certainty);
  const homes = places.filter(({ kind }) => kind === 'home');
  const rest = places.filter((place) => !fresh.includes(place) && place.kind !== 'home' && place.kind !== 'last_cell');
  return [...fresh, ...homes, ...rest];
}

/** Station code first, then the longest division code that contains the place's. */
function coveredBy(place: Place, document: PrecinctDocument): string | null {
  const all = Object.entries(document.precincts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (place.station_code !== null) {
    const station = all.find(
      ([code, { station_code }]) => station_code === place.station_code || code === place.station_code,
    );
    if (station !== undefined) return station[0];
  }
  const { adcode } = place;
  if (adcode === null) return null;
  let best: { code: string; length: number } | null = null;
  for (const [code, { adcodes }] of all) {
    for (const own of adcodes) {
      if (adcode.startsWith(own) && own.length > (best?.length ?? 0)) best = { code, length: own.length };
    }
  }
  return best?.code ?? null;
}

/** The precinct that covers where the person most likely is; the fallback takes what no area covers. */
export function precinctFor(
  places: readonly Place[],
  level: Grade,
  now: number,
  { policy, precincts }: { readonly policy: PolicyDocument; readonly precincts: PrecinctDocument },
): string {
  for (const place of byFreshness(places, level, now, policy)) {
    const code = coveredBy(place, precincts);
    if (code !== null && precinctOf(precincts, code) !== undefined) return code;
  }
  return precincts.fallback;
}
