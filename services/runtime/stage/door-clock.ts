import type { AppendRecord } from '../broker/broker.ts';
import type { Lane, Owner } from './lane.ts';
import type { DueTimer } from './owner-duties.ts';

const SECOND_MS = 1_000;

export interface DoorClockOptions {
  readonly feed: Lane;
  readonly lanes: readonly Lane[];
  readonly append: (lane: Lane, partition: number, record: AppendRecord) => void;
  /** puts everything through that stands in the logs after the feed */
  readonly settleRest: () => Promise<number>;
}

interface Passed {
  readonly lane: Lane;
  readonly owner: Owner;
  readonly timer: DueTimer;
}

function order(a: Passed, b: Passed): number {
  return a.timer.at - b.timer.at || (a.timer.key < b.timer.key ? -1 : a.timer.key > b.timer.key ? 1 : 0);
}

/**
 * `clock: door`: time is what the feed says and nobody else. It moves from second to second, and before a second is entered
 * the deadlines up to it have passed, one instant after the other. So the same feed gives the same logs whatever the
 * batch sizes, the partitions and the speed of the machine.
 */
export class DoorClock {
  readonly #options: DoorClockOptions;
  #released = Number.NEGATIVE_INFINITY;
  #second = Number.NEGATIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;
  #reached = Number.NEGATIVE_INFINITY;

  constructor(options: DoorClockOptions) {
    this.#options = options;
  }

  /** the instant that was reached */
  get now(): number {
    return Math.max(this.#now, this.#reached);
  }

  release(until: number): void {
    this.#released = Math.max(this.#released, until);
  }

  /** everything up to `until` is through */
  reached(until: number): void {
    this.#reached = Math.max(this.#reached, until);
  }

  /** One step: the deadlines before the next second, or some of its records. Answers how many records went through. */
  async step(records: number, sliceEnd: number): Promise<number> {
    const time = this.#options.feed.nextTime();
    if (time === undefined || time > this.#released) return this.#pass(this.#released);
    if (time !== Number.NEGATIVE_INFINITY) {
      const second = Math.floor(time / SECOND_MS) * SECOND_MS;
      if (second > this.#second) {
        const passed = await this.#pass(second);
        if (passed > 0) return passed;
        this.#second = second;
        this.#now = Math.max(this.#now, second);
      }
    }
    const doorTime = Math.min(this.#released, this.#second + SECOND_MS - 1);
    const done = await this.#options.feed.run({ records, doorTime, sliceEnd });
    return done + (await this.#options.settleRest());
  }

  /** Appends and puts through the deadlines of one instant: the earliest up to `until`. */
  async #pass(until: number): Promise<number> {
    const passed: Passed[] = [];
    for (const lane of this.#options.lanes) {
      for (const owner of lane.owners) {
        for (const timer of owner.duties.passed(owner.worker, until, this.#now)) passed.push({ lane, owner, timer });
      }
    }
    passed.sort(order);
    const instant = passed[0]?.timer.at;
    if (instant === undefined) return 0;
    this.#now = Math.max(this.#now, instant);
    for (const { lane, owner, timer } of passed) {
      if (timer.at !== instant) break;
      // It tells its own instant: the one reached is not known any more after a crash, and the same Due must say the same.
      const due = owner.duties.due(owner.worker, timer, this.#now, instant);
      this.#options.append(lane, owner.worker.slot.partition, due);
    }
    return this.#options.settleRest();
  }
}
