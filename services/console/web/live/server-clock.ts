import { useEffect, useState } from 'preact/hooks';
import { addReading, offsetOf } from './offset.ts';

let readings: number[] = [];
let mode: 'wall' | 'door' = 'wall';
let released = 0;
const watchers = new Set<() => void>();

/** The server's time by our clock; under `clock: door` the instant last released, which stands still between releases. */
export function serverNow(): number {
  return mode === 'door' ? released : Date.now() + offsetOf(readings);
}

/** Released time reaches a page a moment late: then only the server may say when something was done. */
export const knowsTime = (): boolean => mode === 'wall';

export function observeServerTime(now: number, clock: 'wall' | 'door' = mode): void {
  mode = clock;
  released = Math.max(released, now);
  readings = addReading(readings, now, Date.now());
  for (const heard of watchers) heard();
}

/** Draws again on each full second of the server's clock, all components in the same moment. */
export function useNow(): number {
  const [, redraw] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = (): void => {
      redraw((count) => count + 1);
      clearTimeout(timer);
      timer = setTimeout(tick, 1_000 - (serverNow() % 1_000) + 5);
    };
    timer = setTimeout(tick, 1_000 - (serverNow() % 1_000) + 5);
    watchers.add(tick);
    return () => {
      clearTimeout(timer);
      watchers.delete(tick);
    };
  }, []);
  return serverNow();
}
