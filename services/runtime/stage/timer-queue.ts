export interface Timer {
  readonly key: string;
  readonly at: number;
  /** number of the segment of the timer log that holds it */
  segment: number;
}

function before(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.key < b.key);
}

const SLACK = 64;

/** Deadlines of one scope by (deadline, key): a heap in which a replaced or cleared timer stays until it comes up. */
export class TimerQueue {
  readonly #live = new Map<string, Timer>();
  #heap: Timer[] = [];

  get size(): number {
    return this.#live.size;
  }

  get(key: string): Timer | undefined {
    return this.#live.get(key);
  }

  /** every deadline, in no order */
  all(): IterableIterator<Timer> {
    return this.#live.values();
  }

  set(timer: Timer): void {
    this.#live.set(timer.key, timer);
    this.#push(timer);
    if (this.#heap.length > 2 * this.#live.size + SLACK) this.#rebuild();
  }

  clear(key: string): void {
    this.#live.delete(key);
  }

  first(): Timer | undefined {
    while (this.#heap.length > 0) {
      const top = this.#heap[0] as Timer;
      if (this.#live.get(top.key) === top) return top;
      this.#pop();
    }
    return undefined;
  }

  due(until: number, limit: number): Timer[] {
    const found: Timer[] = [];
    while (found.length < limit) {
      const top = this.first();
      if (top === undefined || top.at > until) break;
      found.push(top);
      this.#pop();
    }
    // They stay armed until they are set anew or cleared.
    for (const timer of found) this.#push(timer);
    return found;
  }

  #rebuild(): void {
    this.#heap = [];
    for (const timer of this.#live.values()) this.#push(timer);
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let child = heap.length;
    heap.push(timer);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!before(timer, heap[parent] as Timer)) break;
      heap[child] = heap[parent] as Timer;
      child = parent;
    }
    heap[child] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Timer;
    if (heap.length === 0) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!before(heap[child] as Timer, last)) break;
      heap[parent] = heap[child] as Timer;
      parent = child;
    }
    heap[parent] = last;
  }
}
