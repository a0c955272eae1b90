import type { Aggregate } from './aggregate.ts';

/** state: [first seen, last seen]; forgotten when not seen for a whole window (`retain`) */
export const age: Aggregate = {
  includesCurrent: false,
  draws: 'nothing',
  withDelay: false,
  update(state, window, at) {
    const last = state[1] as number | undefined;
    if (last === undefined || at - last > window.window_ms) {
      state[0] = at;
      state[1] = at;
      return undefined;
    }
    if (at < (state[0] as number)) state[0] = at;
    if (at > last) state[1] = at;
    return undefined;
  },
  value(state, window, at) {
    const last = state?.[1] as number | undefined;
    if (state === undefined || last === undefined || at - last > window.window_ms) return 0;
    return Math.max(0, at - (state[0] as number));
  },
};

/** Enough to answer for an event that is late behind a few others. */
const KEPT_TIMES = 4;

/** state: the newest times, ascending; unknown when there was none within the window */
export const since: Aggregate = {
  includesCurrent: false,
  draws: 'nothing',
  withDelay: false,
  update(state, _window, at) {
    let position = state.length;
    while (position > 0 && (state[position - 1] as number) > at) position--;
    state.splice(position, 0, at);
    if (state.length > KEPT_TIMES) state.shift();
    return undefined;
  },
  value(state, window, at) {
    if (state === undefined) return Number.NaN;
    for (let i = state.length - 1; i >= 0; i--) {
      const passed = at - (state[i] as number);
      if (passed >= 0) return passed > window.window_ms ? Number.NaN : passed;
    }
    return Number.NaN;
  },
};
