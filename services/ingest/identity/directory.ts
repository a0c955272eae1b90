import type { AgeBand, Relation } from '@yujing/schemas';

/** Where a person lives: the areas that routing needs, never the address. */
export interface HomeArea {
  readonly adcode: string | null;
  readonly station_code: string | null;
  readonly area_zh: string | null;
  readonly area_en: string | null;
}

/** What the door must know of a person to route a warning: tokens and areas, nothing clear. */
export interface PersonEntry {
  readonly person: string;
  readonly home: HomeArea | null;
  readonly age_band: AgeBand | null;
  /** tokens of the person's own numbers and accounts, and of the contacts' numbers */
  readonly relations: ReadonlyArray<{ readonly token: string; readonly relation: Exclude<Relation, 'UNKNOWN'> }>;
  /** ms since 1970 UTC */
  readonly valid_from: number;
  readonly source: string;
  /** 0..1 */
  readonly certainty: number;
}

/** A number or account belongs to a person from a moment on, until it changes hands. */
export interface Link {
  readonly person: string;
  readonly valid_from: number;
  /** null: to this day */
  readonly valid_to: number | null;
}

/** Who held the number or account at that time. */
export function holderAt(links: readonly Link[], time: number): string | null {
  let holder: Link | undefined;
  for (const link of links) {
    const holds = link.valid_from <= time && (link.valid_to === null || time < link.valid_to);
    if (holds && (holder === undefined || link.valid_from >= holder.valid_from)) holder = link;
  }
  return holder?.person ?? null;
}

/** A new holder ends the link of the one before: what the old one did with the number is not inherited. */
export function linkTo(links: readonly Link[], person: string, from: number): Link[] {
  const current = links.find((link) => link.valid_to === null);
  if (current?.person === person) return [...links];
  return [...endLink(links, from), { person, valid_from: from, valid_to: null }];
}

/** Ends the running link; `person` keeps a link that is somebody else's by now. */
export function endLink(links: readonly Link[], at: number, person?: string): Link[] {
  return links.map((link) => {
    const isMeant = link.valid_to === null && (person === undefined || link.person === person);
    return isMeant ? { ...link, valid_to: Math.max(at, link.valid_from) } : link;
  });
}

export function relationOf(entry: PersonEntry | null, token: string | null): Relation | null {
  if (entry === null || token === null) return null;
  return entry.relations.find((known) => known.token === token)?.relation ?? null;
}
