import { duration, remaining } from '../format/time.ts';
import { ringOf } from '../format/ring.ts';
import { useNow } from '../live/server-clock.ts';
import { t } from '../text/text.ts';

interface RingProps {
  readonly start: number;
  readonly due: number;
  readonly reached: number | null;
  /** "内见面": what has to happen before the time is over */
  readonly meaning: string;
  /** "见面": what has happened */
  readonly reachedMeaning: string;
  readonly small?: boolean;
}

const HOUR = 3_600_000;

/** Countdown ring. Runs on the device's clock, corrected by the server's offset, so also offline. */
export function Ring({ start, due, reached, meaning, reachedMeaning, small = false }: RingProps) {
  const state = ringOf(start, due, reached, useNow());
  const exact = state.kind === 'running' ? remaining(state.ms) : duration(state.ms);
  const time = state.ms >= HOUR ? t('ring.hours', { n: Math.ceil(state.ms / HOUR) }) : exact;
  const words = state.kind === 'running' ? meaning : state.kind === 'over' ? t('ring.over') : reachedMeaning;
  return (
    <div
      class={`ring ${state.kind}${small ? ' small' : ''}`}
      role="timer"
      aria-label={`${time} ${words}`}
      data-testid="ring"
      data-state={state.kind}
      style={{ '--left': String(state.left) }}
    >
      <svg viewBox="0 0 84 84" aria-hidden="true">
        <circle class="track" cx="42" cy="42" r="38" pathLength={100} />
        <circle class="arc" cx="42" cy="42" r="38" pathLength={100} />
      </svg>
      <b class={time.length > 4 ? 'num long' : 'num'}>{time}</b>
      {small ? null : <small>{words}</small>}
    </div>
  );
}
