import type { LiveEvent } from '../cluster/live-watch.ts';
import { PROBE_AMOUNT_MINOR, type Probe } from './load.ts';
import type { Arrival } from './recovery.ts';

interface SeenCase {
  readonly case_id: string;
  readonly money_moving_minor: number | null;
}

/** Tells from the live stream alone when the card of a probe came: each moves a sum of its own. */
export class ProbeWatch {
  readonly #probeOf = new Map<string, number>();
  readonly #orderedAt = new Map<string, number>();
  readonly #seenAt = new Map<number, number>();

  hear(event: LiveEvent, heardAt: number): void {
    if (event.kind === 'case') {
      const { case_id, money_moving_minor } = event['case'] as SeenCase;
      const number = (money_moving_minor ?? 0) - PROBE_AMOUNT_MINOR;
      if (number < 0) return;
      this.#probeOf.set(case_id, number);
      this.#join(case_id);
    } else if (event.kind === 'order') {
      const case_id = String(event['case_id']);
      if (!this.#orderedAt.has(case_id)) this.#orderedAt.set(case_id, heardAt);
      this.#join(case_id);
    }
  }

  #join(case_id: string): void {
    const number = this.#probeOf.get(case_id);
    const at = this.#orderedAt.get(case_id);
    if (number !== undefined && at !== undefined && !this.#seenAt.has(number)) this.#seenAt.set(number, at);
  }

  arrivals(probes: readonly Probe[]): Arrival[] {
    return probes.map(({ sentAt }, number) => ({ sentAt, seenAt: this.#seenAt.get(number) }));
  }

  /** probes that were sent before `until` and have no card yet */
  waiting(probes: readonly Probe[], until: number): number {
    return probes.filter(({ sentAt }, number) => sentAt < until && !this.#seenAt.has(number)).length;
  }
}
