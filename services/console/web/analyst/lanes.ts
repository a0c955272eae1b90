import type { CaseView, Level } from '../../api/views.ts';
import { money } from '../format/money.ts';
import { duration } from '../format/time.ts';
import { language, say, t, word } from '../text/text.ts';

export const LANES = ['level', 'call', 'sms', 'web', 'money', 'contact', 'officer'] as const;
export type LaneKey = (typeof LANES)[number];

export interface Bar {
  readonly from: number;
  readonly until: number;
  /** it is still going on */
  readonly open: boolean;
  readonly tone: 'red' | 'orange' | 'yellow' | 'blue' | 'call' | 'wait' | 'move';
  readonly words: string;
}

export interface Point {
  readonly at: number;
  readonly kind: 'moment' | 'money' | 'tried' | 'reached';
  readonly words: string;
}

export interface Lane {
  readonly key: LaneKey;
  readonly bars: readonly Bar[];
  readonly points: readonly Point[];
}

const FEED_LANE: Readonly<Record<string, LaneKey>> = {
  call: 'call',
  sms: 'sms',
  domain_visit: 'web',
  transaction: 'money',
  incident: 'contact',
  list: 'web',
};
const TONE: Readonly<Record<Level, Bar['tone']>> = { RED: 'red', ORANGE: 'orange', YELLOW: 'yellow', BLUE: 'blue' };
const SAME_MS = 5_000;
const REACHED: ReadonlySet<string> = new Set(['answered', 'met', 'read', 'delivered']);
const LEVEL_WORD: Readonly<Record<string, Level>> = { Critical: 'RED', High: 'ORANGE', Medium: 'YELLOW', Low: 'BLUE' };

/** When the level changed, from the story of the case: "Opened as High", "Raised to Critical". */
export function levelChanges(view: CaseView): Array<{ readonly at: number; readonly level: Level }> {
  const changes: Array<{ at: number; level: Level }> = [];
  for (const line of view.timeline) {
    const found = /^(?:Opened as|Raised to|Lowered to|Capped at) (Critical|High|Medium|Low)\b/.exec(line.en);
    const level = LEVEL_WORD[found?.[1] ?? ''];
    if (level !== undefined && changes.at(-1)?.level !== level) changes.push({ at: line.at, level });
  }
  if (changes.length > 0) return changes;
  const red =
    view.red_at !== null && view.red_at > view.first_warning_at ? [{ at: view.red_at, level: 'RED' as const }] : [];
  const start = red.length > 0 ? 'ORANGE' : view.level;
  return [{ at: view.first_warning_at, level: start }, ...red];
}

function levelLane(view: CaseView, end: number): Lane {
  const changes = levelChanges(view);
  const bars = changes.map(({ at, level }, index): Bar => {
    const next = changes[index + 1];
    return {
      from: at,
      until: next?.at ?? end,
      open: next === undefined,
      tone: TONE[level],
      words: word('level', level),
    };
  });
  return { key: 'level', bars, points: [] };
}

function evidenceLane(view: CaseView, key: LaneKey, end: number): Lane {
  const lines = view.evidence.filter((line) => (FEED_LANE[line.feed] ?? 'web') === key);
  if (key === 'call' && view.call_answered_at !== null) {
    const [first, ...others] = lines;
    const start = view.call_answered_at;
    // what was known as the call began is said by the bar
    const later = others.filter((line) => line.at - start > SAME_MS);
    const until = view.call_ended_at ?? end;
    const bar: Bar = {
      from: view.call_answered_at,
      until,
      open: view.call_ended_at === null,
      tone: 'call',
      words: first === undefined ? '' : say(first),
    };
    return { key, bars: [bar], points: later.map((line) => ({ at: line.at, kind: 'moment', words: say(line) })) };
  }
  const kind = key === 'money' ? 'money' : 'moment';
  return { key, bars: [], points: lines.map((line) => ({ at: line.at, kind, words: say(line) })) };
}

/** What is going on at the end of a lane: money that moves, with its state; the officer, with his step. */
export function goingOn(view: CaseView, key: LaneKey): string {
  if (key === 'money' && view.money_moving_minor !== null) {
    return `${money(view.money_moving_minor, view.currency, language())}${t('list.comma')}${word('money', view.money_state)}`;
  }
  if (key === 'officer' && view.officer !== null && view.met_at === null) {
    const step =
      view.on_site_at !== null
        ? 'on_site'
        : view.en_route_at !== null
          ? 'en_route'
          : view.acked_at !== null
            ? 'accept'
            : null;
    return step === null ? '' : `${view.officer} ${word('path', step)}`;
  }
  return '';
}

function contactLane(view: CaseView): Lane {
  const tries = view.contact_tries.map((each): Point => ({
    at: each.at,
    kind: REACHED.has(each.result) ? 'reached' : 'tried',
    words: `${word('method', each.method)}${t('list.comma')}${word('result', each.result)}`,
  }));
  return {
    key: 'contact',
    bars: [],
    points: [...evidenceLane(view, 'contact', 0).points, ...tries].sort((a, b) => a.at - b.at),
  };
}

function officerLane(view: CaseView, end: number): Lane {
  const { dispatched_at, delivered_at, acked_at, met_at } = view;
  if (dispatched_at === null) return { key: 'officer', bars: [], points: [] };
  const bars: Bar[] = [];
  const waited = acked_at ?? end;
  bars.push({ from: dispatched_at, until: waited, open: acked_at === null, tone: 'wait', words: '' });
  if (acked_at !== null)
    bars.push({ from: acked_at, until: met_at ?? end, open: met_at === null, tone: 'move', words: '' });
  const points: Point[] = [];
  if (delivered_at !== null) {
    const taken = acked_at === null ? '' : t('list.comma') + t('lane.taken', { s: duration(acked_at - delivered_at) });
    points.push({ at: delivered_at, kind: 'moment', words: t('lane.delivered') + taken });
  }
  if (met_at !== null) points.push({ at: met_at, kind: 'reached', words: word('path', 'with_person') });
  return { key: 'officer', bars, points };
}

/** What is known of a case, lane by lane. `end` is where the axis says now. */
export function lanesOf(view: CaseView, end: number): Lane[] {
  return LANES.map((key) => {
    if (key === 'level') return levelLane(view, end);
    if (key === 'contact') return contactLane(view);
    if (key === 'officer') return officerLane(view, end);
    return evidenceLane(view, key, end);
  });
}

/** Every instant the lanes draw: what the axis has to hold. */
export function instantsOf(lanes: readonly Lane[]): number[] {
  return lanes.flatMap((lane) => [...lane.bars.map((bar) => bar.from), ...lane.points.map((point) => point.at)]);
}
