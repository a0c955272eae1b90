import { StageError } from '../errors/errors.ts';

export interface DeadLetterLimit {
  /** records the share is taken of */
  readonly window: number;
  /** dead letters in a window that stop the stage when there is one more */
  readonly allowed: number;
}

/**
 * A producer's slip is put aside; a bad deploy must not put everything aside. Counts each offset once, however often memory
 * is dropped and the record comes again.
 */
export class DeadLetterBudget {
  readonly #limit: DeadLetterLimit;
  #furthest = -1;
  #seen = 0;
  #dead = 0;

  constructor(limit: DeadLetterLimit) {
    this.#limit = limit;
  }

  passed(offset: number): void {
    if (offset <= this.#furthest) return;
    this.#furthest = offset;
    if (++this.#seen < this.#limit.window) return;
    this.#seen = 0;
    this.#dead = 0;
  }

  /** the error that stops the stage, undefined while there are few */
  putAside(stage: string, partition: number, offset: number, reason: string): StageError | undefined {
    if (offset <= this.#furthest) return undefined;
    const { allowed, window } = this.#limit;
    if (this.#dead < allowed) {
      this.#dead++;
      return undefined;
    }
    return new StageError('dead_letters_exceeded', { stage, partition, offset, reason, allowed, window });
  }
}
