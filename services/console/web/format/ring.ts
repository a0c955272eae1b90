/** The countdown ring: how much is left of a deadline, and whether it was kept. */
export type RingState =
  | { readonly kind: 'running'; readonly left: number; readonly ms: number }
  | { readonly kind: 'over'; readonly left: 1; readonly ms: number }
  | { readonly kind: 'reached'; readonly left: 1; readonly ms: number };

export function ringOf(start: number, due: number, reached: number | null, now: number): RingState {
  if (reached !== null) return { kind: 'reached', left: 1, ms: Math.max(0, reached - start) };
  if (now > due) return { kind: 'over', left: 1, ms: now - due };
  const span = Math.max(1, due - start);
  return { kind: 'running', left: Math.min(1, Math.max(0, (due - now) / span)), ms: due - now };
}
