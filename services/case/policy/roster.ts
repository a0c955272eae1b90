import { entries, fields, list, matching, number, orNull, parseDocument, text, type Check } from './check.ts';

/** Local times of day `HH:MM`; `from` after `to` runs over midnight, equal = round the clock. */
export interface Shift {
  readonly from: string;
  readonly to: string;
  /** user ids */
  readonly officers: readonly string[];
  /** on standby (备勤): called as second officer, or when nobody else is there */
  readonly reserve: readonly string[];
  /** leader on duty, null = none in this shift */
  readonly leader: string | null;
}

/** Who is on duty when. Desks are staffed round the clock. */
export interface RosterDocument {
  readonly utc_offset_min: number;
  readonly precincts: Readonly<Record<string, { readonly shifts: readonly Shift[] }>>;
  /** desk of each county */
  readonly counties: Readonly<Record<string, string>>;
  readonly city: string | null;
}

const CODE = /^[A-Za-z0-9._-]{1,64}$/;
const time: Check = matching(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time of day HH:MM expected');
const OFFICERS: Check = list(text(), { maximum: 200 });
const SHIFT: Check = fields({ from: time, to: time, officers: OFFICERS, reserve: OFFICERS, leader: orNull(text()) });

const ROSTER: Check = fields({
  utc_offset_min: number(-840, 840),
  precincts: entries(fields({ shifts: list(SHIFT, { maximum: 24 }) }), CODE),
  counties: entries(text(), CODE),
  city: orNull(text()),
});

/** @throws DocumentError */
export function parseRoster(json: string): RosterDocument {
  return parseDocument('Roster', json, ROSTER);
}

const DAY_MIN = 1440;

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function covers({ from, to }: Shift, minute: number): boolean {
  const start = minuteOf(from);
  const end = minuteOf(to);
  if (start === end) return true;
  return start < end ? minute >= start && minute < end : minute >= start || minute < end;
}

function shiftsNow(roster: RosterDocument, precinct: string, now: number): readonly Shift[] {
  const shifts = Object.hasOwn(roster.precincts, precinct) ? (roster.precincts[precinct]?.shifts ?? []) : [];
  const minute = (((Math.floor(now / 60_000) + roster.utc_offset_min) % DAY_MIN) + DAY_MIN) % DAY_MIN;
  return shifts.filter((shift) => covers(shift, minute));
}

export interface OnDuty {
  readonly officers: readonly string[];
  readonly reserve: readonly string[];
}

/** Who is there at this instant, in one fixed order. */
export function onDuty(roster: RosterDocument, precinct: string, now: number): OnDuty {
  const shifts = shiftsNow(roster, precinct, now);
  const officers = [...new Set(shifts.flatMap((shift) => shift.officers))].sort();
  const reserve = [...new Set(shifts.flatMap((shift) => shift.reserve))].sort();
  return { officers, reserve: reserve.filter((officer) => !officers.includes(officer)) };
}

export function leaderOnDuty(roster: RosterDocument, precinct: string, now: number): string | null {
  return shiftsNow(roster, precinct, now).find((shift) => shift.leader !== null)?.leader ?? null;
}

export function countyDesk(roster: RosterDocument, county: string): string | null {
  return Object.hasOwn(roster.counties, county) ? (roster.counties[county] ?? null) : null;
}
