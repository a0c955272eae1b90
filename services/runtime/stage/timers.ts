import { TimerQueue, type Timer } from './timer-queue.ts';
import type { Timers } from './stage.ts';

/** [scope, key, deadline]; without a deadline the timer is cleared */
type Operation = readonly [scope: string, key: string, at?: number];

interface Segment {
  operations: Operation[];
  changed: boolean;
}

export interface TimerRange {
  readonly first: number;
  readonly last: number;
}

export const NO_TIMERS: TimerRange = { first: 0, last: -1 };
const SEGMENT_OPERATIONS = 128;
/** Segments cleaned for each one filled: enough to win against the dead half, few enough that no commit stands out. */
const CLEANED_PER_SEGMENT = 4;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** store key of a segment */
function segmentKey(number: number): string {
  return `@timers/${number}`;
}

/** store keys a new owner loads before anything else */
export function timerKeys({ first, last }: TimerRange): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => segmentKey(first + index));
}

/**
 * Deadlines of a partition, kept as a log of operations in small segments. A commit rewrites only the open segment, so its
 * cost follows what changed and not how many deadlines there are; when more than half of the operations are dead, the
 * oldest segments are cleaned. The layout depends on the order of calls alone, so it is the same in every replay.
 */
export class PartitionTimers implements Timers {
  readonly #queues = new Map<string, TimerQueue>();
  readonly #segments = new Map<number, Segment>();
  readonly #removed: number[] = [];
  #first: number;
  #last: number;
  #live = 0;
  #operations = 0;

  constructor(range: TimerRange = NO_TIMERS, stored: ReadonlyArray<Uint8Array | undefined> = []) {
    this.#first = range.first;
    this.#last = range.last;
    for (let number = range.first; number <= range.last; number++) {
      const bytes = stored[number - range.first];
      const operations = bytes === undefined ? [] : (JSON.parse(decoder.decode(bytes)) as Operation[]);
      this.#segments.set(number, { operations, changed: false });
      this.#operations += operations.length;
      for (const [scope, key, at] of operations) this.#apply(scope, key, at, number);
    }
  }

  get range(): TimerRange {
    return { first: this.#first, last: this.#last };
  }

  set(scope: string, key: string, at: number | undefined): void {
    if (this.#queues.get(scope)?.get(key)?.at === at) return;
    const open = this.#last;
    this.#append(scope, key, at);
    if (this.#last === open) return;
    for (let cleaned = 0; cleaned < CLEANED_PER_SEGMENT; cleaned++) {
      if (this.#operations <= 2 * this.#live + 2 * SEGMENT_OPERATIONS) break;
      this.#clean();
    }
  }

  due(scope: string, until: number, limit: number): ReadonlyArray<{ readonly key: string; readonly at: number }> {
    return this.#queues.get(scope)?.due(until, limit) ?? [];
  }

  next(scope: string): number | undefined {
    return this.#queues.get(scope)?.first()?.at;
  }

  scopes(): readonly string[] {
    return [...this.#queues]
      .filter(([, queue]) => queue.size > 0)
      .map(([scope]) => scope)
      .sort();
  }

  /** Segments that changed since the last call, under their store keys; null = removed. */
  takeChanges(): ReadonlyArray<readonly [key: string, bytes: Uint8Array | null]> {
    const changes: Array<readonly [string, Uint8Array | null]> = [];
    for (const [number, segment] of this.#segments) {
      if (!segment.changed) continue;
      segment.changed = false;
      changes.push([segmentKey(number), encoder.encode(JSON.stringify(segment.operations))]);
    }
    for (const number of this.#removed) changes.push([segmentKey(number), null]);
    this.#removed.length = 0;
    return changes;
  }

  #apply(scope: string, key: string, at: number | undefined, segment: number): void {
    let queue = this.#queues.get(scope);
    if (queue === undefined) this.#queues.set(scope, (queue = new TimerQueue()));
    if (queue.get(key) !== undefined) this.#live--;
    if (at === undefined) queue.clear(key);
    else {
      queue.set({ key, at, segment });
      this.#live++;
    }
  }

  #append(scope: string, key: string, at: number | undefined): void {
    let open = this.#segments.get(this.#last);
    if (open === undefined || open.operations.length >= SEGMENT_OPERATIONS) {
      open = { operations: [], changed: false };
      this.#segments.set(++this.#last, open);
    }
    open.operations.push(at === undefined ? [scope, key] : [scope, key, at]);
    open.changed = true;
    this.#operations++;
    this.#apply(scope, key, at, this.#last);
  }

  /** Carries what is alive in the oldest segment over to the open one. Its clears can go: nothing older is left to clear. */
  #clean(): void {
    const number = this.#first++;
    const { operations } = this.#segments.get(number) as Segment;
    this.#segments.delete(number);
    this.#removed.push(number);
    this.#operations -= operations.length;
    for (const [scope, key, at] of operations) {
      const timer: Timer | undefined = this.#queues.get(scope)?.get(key);
      if (at !== undefined && timer?.segment === number && timer.at === at) this.#append(scope, key, at);
    }
  }
}
