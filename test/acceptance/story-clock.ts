import type { TimedEvent } from '@yujing/simulator';
import type { Door } from './client.ts';

/** Moves door time through a story: events are posted when their source sends them, time is released in between. */
export class StoryClock {
  readonly #door: Door;
  readonly #start: number;
  #events: TimedEvent[];

  constructor(door: Door, start: number, events: readonly TimedEvent[]) {
    this.#door = door;
    this.#start = start;
    this.#events = [...events].sort((a, b) => a.at_ms - b.at_ms);
  }

  /** epoch ms of a story time such as `6:10` */
  at(time: string): number {
    const [minutes = '0', seconds = '0'] = time.split(':');
    return this.#start + (Number(minutes) * 60 + Number(seconds)) * 1000;
  }

  /** posts what is sent up to `time`, lets door time run to it, and waits until all of it is through */
  async to(time: string): Promise<void> {
    const until = this.at(time);
    const due = this.#events.filter(({ at_ms }) => at_ms <= until);
    this.#events = this.#events.filter(({ at_ms }) => at_ms > until);
    for (const at of new Set(due.map(({ at_ms }) => at_ms))) {
      await this.#door.events(due.filter(({ at_ms }) => at_ms === at).map(({ event }) => event));
      await this.#door.clock(at);
    }
    await this.#door.clock(until);
  }
}
