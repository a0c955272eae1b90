/** The parts of kafkajs' RequestQueue that are needed to mend it. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

export interface RequestQueueClass {
  readonly prototype: { scheduleCheckPendingRequests(this: RequestQueue): void };
}

const CHECK_MS = 10;

/**
 * kafkajs arms a timer after every answer, whether something waits or not; the timer checks and arms the next one, with a
 * delay below zero: a loop of 1 ms for ever on each connection, and a TimeoutNegativeWarning on Node 24. This one arms a timer
 * only while a request waits.
 */
export function mendRequestQueue(queue: RequestQueueClass): void {
  queue.prototype.scheduleCheckPendingRequests = function schedule(): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const throttledMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttledMs > 0 ? throttledMs : CHECK_MS,
    );
  };
}
