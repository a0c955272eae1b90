import { createStore } from '../kit/store.ts';
import type { Slot } from './reasons.ts';

/** Marks of an update in place: they stay 8 s from the moment they can be seen. */
export const FRESH_MS = 8_000;

export const fresh = createStore<ReadonlySet<string>>(new Set());

const keyOf = (case_id: string, slot: Slot): string => `${case_id} ${slot}`;
const timers = new Map<string, ReturnType<typeof setTimeout>>();

export const isFresh = (marks: ReadonlySet<string>, case_id: string, slot: Slot): boolean =>
  marks.has(keyOf(case_id, slot));

function fadeLater(key: string): void {
  clearTimeout(timers.get(key));
  timers.set(
    key,
    setTimeout(() => {
      const left = new Set(fresh.get());
      left.delete(key);
      fresh.set(left);
    }, FRESH_MS),
  );
}

export function markFresh(case_id: string, slots: readonly Slot[]): void {
  if (slots.length === 0) return;
  const keys = slots.map((slot) => keyOf(case_id, slot));
  fresh.set(new Set([...fresh.get(), ...keys]));
  if (document.visibilityState === 'visible') keys.forEach(fadeLater);
  else document.addEventListener('visibilitychange', () => keys.forEach(fadeLater), { once: true });
}
