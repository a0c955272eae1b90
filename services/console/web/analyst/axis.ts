/** The one time axis of a case: from the first thing known to what comes next. */
export interface Axis {
  readonly from: number;
  readonly until: number;
  readonly now: number;
  readonly ticks: readonly number[];
  /** a deadline that lies near enough to be drawn */
  readonly due: number | null;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const STEPS = [
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  6 * HOUR,
  12 * HOUR,
  24 * HOUR,
  72 * HOUR,
] as const;
const MOST_TICKS = 10;
/** labels nearer than this share of the axis would run into each other */
const APART = 0.1;
/** the words of the deadline stand around it */
const DUE_APART = 0.15;

export function share(axis: Pick<Axis, 'from' | 'until'>, at: number): number {
  return Math.min(1, Math.max(0, (at - axis.from) / (axis.until - axis.from)));
}

/** `now` is the server's for an open case, and the last thing that happened for a closed one. */
export function axisOf(instants: readonly number[], now: number, due: number | null): Axis {
  const first = Math.min(now, ...instants);
  const elapsed = Math.max(2 * MINUTE, now - first);
  // a deadline hours away would press everything that has happened into a corner
  const shownDue = due !== null && due > first && due - now <= Math.max(5 * MINUTE, elapsed) ? due : null;
  const from = first - elapsed * 0.08;
  // behind now stands in words what is going on, also when the deadline has passed
  const until = Math.max(now + elapsed * 0.3, (shownDue ?? now) + elapsed * 0.1);
  const step = STEPS.find((each) => (until - from) / each <= MOST_TICKS) ?? 7 * 24 * HOUR;
  const axis = { from, until };
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at < until; at += step) {
    const place = share(axis, at);
    const free =
      Math.abs(share(axis, now) - place) > APART &&
      (shownDue === null || Math.abs(share(axis, shownDue) - place) > DUE_APART);
    if (free && place > 0.02 && place < 0.98) ticks.push(at);
  }
  return { from, until, now, ticks, due: shownDue };
}

/** Where the words of the deadline stand: at its line, at the end of the axis before it, beside the tag of now behind that. */
export function dueSide(axis: Axis, due: number): 'own' | 'last' | 'near' {
  const place = share(axis, due);
  if (Math.abs(place - share(axis, axis.now)) < 0.2) return 'near';
  return place > 0.88 ? 'last' : 'own';
}

export interface Labelled {
  /** px from the start of the lane */
  readonly x: number;
  /** width of its words, px; 0: it has none */
  readonly width: number;
}

export type Side = 'right' | 'left' | 'none';

const GAP = 10;

/** Words go where the lane is empty: right of their mark, else left of it, else into its title only. */
export function placeLabels(
  marks: readonly Labelled[],
  laneWidth: number,
  bars: ReadonlyArray<readonly [number, number]> = [],
): Side[] {
  const taken: Array<readonly [number, number]> = [...bars, ...marks.map(({ x }) => [x - 7, x + 7] as const)];
  const isFree = (from: number, to: number, own: number): boolean =>
    from >= 0 && to <= laneWidth && taken.every(([start, end], index) => index === own || to <= start || from >= end);
  return marks.map(({ x, width }, index) => {
    if (width === 0) return 'none';
    const own = bars.length + index;
    const right = [x + GAP, x + GAP + width] as const;
    const left = [x - GAP - width, x - GAP] as const;
    const side = isFree(...right, own) ? 'right' : isFree(...left, own) ? 'left' : 'none';
    if (side !== 'none') taken.push(side === 'right' ? right : left);
    return side;
  });
}

/** Near enough for placing: Chinese characters are as wide as the type is high, all else about half. */
export function textWidth(text: string, size_px = 12): number {
  let width = 0;
  for (const character of text) width += /[\u2e80-\uffef]/.test(character) ? size_px : size_px * 0.6;
  return Math.ceil(width);
}
