import type { Clock } from '@yujing/runtime';

/** Time at the door: what `accepted_at` and ticks are made of. Never backwards, also over a restart. */
export interface DoorTime {
  readonly kind: 'wall' | 'door';
  now(): number;
  /** The instant at which an event passes. */
  admit(occurredAt: number, explicit: number | null): number;
  /** `clock: door` only: moves on to the instant that was released. */
  advance(until: number): void;
}

/** Live: the machine's time, kept from going back behind what was written before the last stop. */
export function wallTime(clock: Pick<Clock, 'now'>, notBefore = 0): DoorTime {
  let last = notBefore;
  const now = (): number => {
    last = Math.max(last, clock.now());
    return last;
  };
  return {
    kind: 'wall',
    now,
    admit: now,
    advance: () => {
      throw new Error('the wall clock is moved by nobody');
    },
  };
}

/** Files, tests and a story told step by step: time is what the events say, as fast as the machine can. */
export function eventTime(notBefore = 0): DoorTime {
  let last = notBefore;
  return {
    kind: 'door',
    now: () => last,
    admit(occurredAt, explicit) {
      last = Math.max(last, occurredAt, explicit ?? 0);
      return last;
    },
    advance(until) {
      last = Math.max(last, until);
    },
  };
}
