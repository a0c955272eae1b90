import type { BoardView, ClockView, FunnelStep, Level, PrecisionRow } from '../../api/views.ts';

export interface FunnelRow {
  readonly step: FunnelStep;
  /** people who came from the step before */
  readonly from: number;
  /** neither here yet, nor lost, nor ended: on the way */
  readonly under_way: number;
  /** share of the step before; null for the first step, and when nobody was there */
  readonly share: number | null;
  /** the widest step, against which all bars are drawn */
  readonly most: number;
}

export function funnelRows(funnel: readonly FunnelStep[]): FunnelRow[] {
  const most = Math.max(1, ...funnel.map((step) => step.count));
  return funnel.map((step, index) => {
    const before = funnel[index - 1];
    const from = before?.count ?? step.count;
    const under_way = before === undefined ? 0 : Math.max(0, from - step.count - step.lost - step.ended);
    return { step, from, under_way, share: before === undefined || from === 0 ? null : step.count / from, most };
  });
}

const MINUTE = 60_000;
const TICKS = [0.5, 1, 2, 5, 10, 20, 40, 90, 180, 360, 720, 1_440, 2_880] as const;

export interface Scale {
  readonly from_ms: number;
  readonly until_ms: number;
  /** minutes */
  readonly ticks: readonly number[];
}

/** One logarithmic axis for all clocks: usual values stay where they are, long tails still fit. */
export function scaleOf(clocks: readonly ClockView[]): Scale {
  const known = clocks.flatMap((clock) => [clock.p50_ms, clock.p99_ms]).filter((ms) => ms !== null);
  const from_ms = Math.max(10_000, Math.min(2.5 * MINUTE, ...known.map((ms) => ms * 0.8)));
  const until_ms = Math.max(60 * MINUTE, ...known.map((ms) => ms * 1.05));
  const ticks: number[] = [];
  for (const minutes of TICKS) {
    const at = placeOf({ from_ms, until_ms }, minutes * MINUTE);
    const before = ticks.at(-1);
    const apart = before === undefined || at - placeOf({ from_ms, until_ms }, before * MINUTE) > 0.11;
    if (minutes * MINUTE > from_ms && at < 0.97 && apart) ticks.push(minutes);
  }
  return { from_ms, until_ms, ticks };
}

export function placeOf(scale: Pick<Scale, 'from_ms' | 'until_ms'>, ms: number): number {
  const place = Math.log(Math.max(1, ms) / scale.from_ms) / Math.log(scale.until_ms / scale.from_ms);
  return Math.min(1, Math.max(0, place));
}

/** What a level promises (domain.md D6): the share of warnings that should be real, and the share below which it is not worth its level. */
export const PROMISE: Readonly<Record<Level, { readonly target: number; readonly floor: number } | null>> = {
  RED: { target: 0.6, floor: 0.5 },
  ORANGE: { target: 0.35, floor: 0.25 },
  YELLOW: { target: 0.15, floor: 0.08 },
  BLUE: null,
};

/** Under this many checked results nothing is claimed. */
export const ENOUGH = 20;

export type Verdict = 'few' | 'floor' | 'watch' | 'good';

export function verdictOf(row: Pick<PrecisionRow, 'level' | 'label_true' | 'label_false' | 'precision'>): Verdict {
  const promise = PROMISE[row.level];
  if (row.precision === null || row.label_true + row.label_false < ENOUGH) return 'few';
  if (promise === null || row.precision >= promise.target) return 'good';
  return row.precision < promise.floor ? 'floor' : 'watch';
}

/** Stretches of time one can ask for. */
export const STRETCHES = ['today', 'week', 'month', 'year'] as const;
export type Stretch = (typeof STRETCHES)[number];
const DAY = 86_400_000;

/** Whole days of the reader, up to now. */
export function stretchFrom(stretch: Stretch, now: number): number {
  const start = new Date(now);
  start.setHours(0, 0, 0, 0);
  if (stretch === 'year') start.setMonth(0, 1);
  const back = stretch === 'week' ? 6 * DAY : stretch === 'month' ? 29 * DAY : 0;
  return start.getTime() - back;
}

export const countOf = (board: Pick<BoardView, 'funnel'>, step: FunnelStep['step']): number =>
  board.funnel.find((each) => each.step === step)?.count ?? 0;
