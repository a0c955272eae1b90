import type { Clock } from '@yujing/runtime';
import type { Random } from '../random.ts';
import type { Scheduler } from './scheduler.ts';

export interface Latency {
  readonly least: number;
  readonly most: number;
}

/**
 * Something that runs, and may stop running at any await: killed (its promises are abandoned for ever) or frozen (answers
 * wait until it goes on, and by then another one may have taken over).
 */
export class SimProcess {
  readonly name: string;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly latency: Latency;
  #state: 'running' | 'frozen' | 'dead' = 'running';
  #held: Array<() => void> = [];

  constructor(name: string, scheduler: Scheduler, random: Random, latency: Latency) {
    this.name = name;
    this.scheduler = scheduler;
    this.random = random;
    this.latency = latency;
  }

  get alive(): boolean {
    return this.#state !== 'dead';
  }

  get frozen(): boolean {
    return this.#state === 'frozen';
  }

  kill(): void {
    this.#state = 'dead';
    this.#held = [];
  }

  freeze(): void {
    if (this.#state === 'running') this.#state = 'frozen';
  }

  thaw(): void {
    if (this.#state !== 'frozen') return;
    this.#state = 'running';
    for (const act of this.#held.splice(0)) this.scheduler.after(0, () => this.deliver(act));
  }

  /** Lets this process see something, if it still can. */
  deliver(act: () => void): void {
    if (this.#state === 'running') act();
    else if (this.#state === 'frozen') this.#held.push(act);
  }

  delay(): number {
    return this.random.between(this.latency.least, this.latency.most);
  }

  /** A request and its answer, each with its way. What happens in between happens whether or not the process is still there. */
  ask<Answer>(effect: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.alive) return;
      this.scheduler.after(this.delay(), () => {
        let answer: () => void;
        try {
          const result = effect();
          answer = () => resolve(result);
        } catch (error) {
          answer = () => reject(error as Error);
        }
        this.scheduler.after(this.delay(), () => this.deliver(answer));
      });
    });
  }

  readonly clock: Clock = {
    now: () => this.scheduler.now,
    sleep: (durationMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason as Error);
          return;
        }
        let over = false;
        const onAbort = (): void => {
          over = true;
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        this.scheduler.after(durationMs, () =>
          this.deliver(() => {
            if (over) return;
            signal?.removeEventListener('abort', onAbort);
            resolve();
          }),
        );
      }),
  };
}
