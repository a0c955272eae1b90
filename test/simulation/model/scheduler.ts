interface Event {
  readonly at: number;
  readonly sequence: number;
  readonly act: () => void;
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.sequence < b.sequence);
}

/** many times what a schedule needs: beyond it something turns in circles without time going on */
const MOST_EVENTS = 1_000_000;

/**
 * Owns time. Everything that waits in the simulation waits for an event here, and between two events all promises that can go
 * on have gone on, so a seed decides the whole schedule.
 */
export class Scheduler {
  #now = 0;
  #sequence = 0;
  readonly #heap: Event[] = [];

  get now(): number {
    return this.#now;
  }

  after(delayMs: number, act: () => void): void {
    this.#push({ at: this.#now + Math.max(0, delayMs), sequence: this.#sequence++, act });
  }

  /** Runs events up to `until`; stops early when `done` says so. */
  async run(until: number, done: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > until || done()) break;
      this.#pop();
      this.#now = next.at;
      next.act();
      await everyPromise();
    }
    this.#now = Math.max(this.#now, until);
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let child = heap.length;
    heap.push(event);
    if (this.#sequence > MOST_EVENTS) throw new Error(`no end in sight at ${this.#now} ms`);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(event, heap[parent] as Event)) break;
      heap[child] = heap[parent] as Event;
      child = parent;
    }
    heap[child] = event;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Event;
    if (heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child] as Event)) child++;
      if (!before(heap[child] as Event, last)) break;
      heap[parent] = heap[child] as Event;
      parent = child;
    }
    heap[parent] = last;
  }
}

/** Ticks run when no promise can go on: so this resolves after all of them, without a turn of the event loop. */
export function everyPromise(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
