/** Ids of events seen are remembered for at least this long, and at most twice as long. */
export const GENERATION_MS = 86_400_000;
/** Ids of one generation and entity; beyond that the oldest goes, and it is counted. */
export const MAX_KNOWN = 512;

/** Two generations of ids by accepted_at, each id as its first 48 bits: among 1,024 the chance of a mistake is 4e-12. */
export interface KnownIds {
  generation: number;
  current: number[];
  previous: number[];
}

export function emptyKnownIds(): KnownIds {
  return { generation: 0, current: [], previous: [] };
}

export type Remembered = 'new' | 'new_capped' | 'repeat';

/** Remembers an event id; says whether it was known. `salt` tells the two records of one event apart. */
export function remember(known: KnownIds, eventId: string, accepted: number, salt = 0): Remembered {
  const generation = Math.floor(accepted / GENERATION_MS);
  if (generation > known.generation) {
    known.previous = generation === known.generation + 1 ? known.current : [];
    known.current = [];
    known.generation = generation;
  }
  const id = shortOf(eventId) + salt;
  if (known.current.includes(id) || known.previous.includes(id)) return 'repeat';
  known.current.push(id);
  if (known.current.length <= MAX_KNOWN) return 'new';
  known.current.shift();
  return 'new_capped';
}

/** The first 12 hex digits as a number. */
function shortOf(id: string): number {
  let high = 0;
  let low = 0;
  for (let i = 0; i < 12; i++) {
    const digit = i < id.length ? hexDigit(id.charCodeAt(i)) : 0;
    if (i < 6) high = high * 16 + digit;
    else low = low * 16 + digit;
  }
  return high * 0x1000000 + low;
}

function hexDigit(unit: number): number {
  return unit <= 57 ? unit - 48 : (unit | 32) - 87;
}
