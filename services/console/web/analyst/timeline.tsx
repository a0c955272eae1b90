import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { CaseView } from '../../api/views.ts';
import { clock, clockSeconds } from '../format/time.ts';
import { deadlineOf } from '../kit/deadline.ts';
import { useNow } from '../live/server-clock.ts';
import { t, word } from '../text/text.ts';
import { axisOf, dueSide, placeLabels, share, textWidth, type Axis } from './axis.ts';
import { goingOn, instantsOf, lanesOf, levelChanges, type Bar, type Lane, type Point } from './lanes.ts';
import { isEnded } from './queue-order.ts';

/** Until measured: the lane's width on the usual desk. */
const USUAL_WIDTH = 672;
/** A label longer than this is cut: the whole sentence is in the title. */
const LABEL_MAX_WIDTH = 240;

const left = (axis: Axis, at: number): Record<string, string> => ({ '--a': String(share(axis, at)) });

/** Everything that happened, on one axis. "Now" is an ink line, the limit a red one, a change of level a dashed one. */
export function Timeline({ view }: { readonly view: CaseView }) {
  const now = useNow();
  const end = isEnded(view) ? Math.max(view.closed_at ?? 0, view.outcome_at ?? 0, view.updated_at) : now;
  const lanes = lanesOf(view, end);
  const deadline = deadlineOf(view);
  const open = deadline !== null && deadline.reached === null && !isEnded(view);
  const axis = axisOf(instantsOf(lanes), end, open ? deadline.due : null);
  const [width, box] = useWidth();
  return (
    <section class="time" aria-label={t('time.axis')} data-testid="timeline">
      <div class="axis">
        <span />
        <div class="track" ref={box}>
          {axis.ticks.map((tick) => (
            <span key={tick} style={left(axis, tick)}>
              {clock(tick)}
            </span>
          ))}
          <b class="nowtag num" style={left(axis, axis.now)}>
            {clockSeconds(end)}
          </b>
          {axis.due === null || deadline === null ? null : (
            <DueTag axis={axis} due={axis.due} words={`${clockSeconds(axis.due)} ${word('before', deadline.kind)}`} />
          )}
        </div>
      </div>
      <div class="lanes">
        <div class="rulers" aria-hidden="true">
          {levelChanges(view).map((change) => (
            <i key={change.at} style={left(axis, change.at)} />
          ))}
          <i class="now" style={left(axis, axis.now)} />
          {axis.due === null ? null : <i class="due" style={left(axis, axis.due)} />}
        </div>
        {lanes.map((lane) => (
          <LaneRow key={lane.key} lane={lane} axis={axis} width={width} view={view} />
        ))}
      </div>
    </section>
  );
}

function DueTag({ axis, due, words }: { readonly axis: Axis; readonly due: number; readonly words: string }) {
  const side = dueSide(axis, due);
  return (
    <span class={`duetag ${side}`} style={left(axis, side === 'near' ? axis.now : due)}>
      {words}
    </span>
  );
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(USUAL_WIDTH);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => setWidth(element.clientWidth || USUAL_WIDTH);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [width, box] as const;
}

interface LaneRowProps {
  readonly lane: Lane;
  readonly axis: Axis;
  readonly width: number;
  readonly view: CaseView;
}

function LaneRow({ lane, axis, width, view }: LaneRowProps) {
  const bars = lane.bars.filter((bar) => bar.tone !== 'wait' && bar.tone !== 'move');
  const spans = (lane.key === 'officer' ? lane.bars : bars).map(
    (bar) => [share(axis, bar.from) * width, share(axis, bar.until) * width] as const,
  );
  const sides = placeLabels(
    lane.points.map((point) => ({
      x: share(axis, point.at) * width,
      width: Math.min(LABEL_MAX_WIDTH, textWidth(point.words)),
    })),
    width,
    spans,
  );
  const last = goingOn(view, lane.key);
  return (
    <div class={lane.key === 'money' ? 'lane tall' : 'lane'} data-testid={`lane-${lane.key}`}>
      <b>{word('lane', lane.key)}</b>
      <div class="track">
        {lane.bars.map((bar) => (
          <BarMark key={`${bar.tone}${bar.from}`} bar={bar} axis={axis} width={width} />
        ))}
        {lane.points.map((point, index) => (
          <PointMark key={`${point.at} ${index}`} point={point} axis={axis} side={sides[index] ?? 'none'} />
        ))}
        {last === '' ? null : (
          <span class={lane.key === 'money' ? `lb moving ${view.money_state}` : 'lb'} style={left(axis, axis.now)}>
            {last}
          </span>
        )}
      </div>
    </div>
  );
}

interface BarMarkProps {
  readonly bar: Bar;
  readonly axis: Axis;
  readonly width: number;
}

/** A bar too short for its words says them beside it while it goes on, else in its title only. */
function BarMark({ bar, axis, width }: BarMarkProps) {
  const style = { ...left(axis, bar.from), '--b': String(share(axis, bar.until)) };
  const room = (share(axis, bar.until) - share(axis, bar.from)) * width;
  const fits = bar.tone === 'call' || textWidth(bar.words, 13) + 10 <= room;
  return (
    <>
      <span
        class={`bar ${bar.tone}${bar.open ? ' run' : ''}${fits ? '' : ' bare'}`}
        style={style}
        title={`${clockSeconds(bar.from)} ${bar.words}`}
      >
        {fits ? bar.words : ''}
      </span>
      {fits || !bar.open || bar.words === '' ? null : (
        <b class="lb" style={left(axis, bar.until)}>
          {bar.words}
        </b>
      )}
    </>
  );
}

const POINT_CLASS: Readonly<Record<Point['kind'], string>> = {
  moment: 'pt',
  money: 'pt sq',
  tried: 'pt fail',
  reached: 'pt ok2',
};

interface PointMarkProps {
  readonly point: Point;
  readonly axis: Axis;
  readonly side: 'right' | 'left' | 'none';
}

function PointMark({ point, axis, side }: PointMarkProps) {
  const title = `${clockSeconds(point.at)} ${point.words}`;
  return (
    <>
      <i class={POINT_CLASS[point.kind]} style={left(axis, point.at)} title={title} role="img" aria-label={title} />
      {side === 'none' ? null : (
        <span class={side === 'left' ? 'lb left' : 'lb'} style={left(axis, point.at)} aria-hidden="true" title={title}>
          {point.words}
        </span>
      )}
    </>
  );
}
