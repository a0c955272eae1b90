import { StageError } from '../errors/errors.ts';

export interface DeadLetterLimit {
  /** records the share is taken of */
  readonly window: number;
  /** dead letters in a window that stop the stage when there is one more */
  readonly allowed: number;
}

/** A producer's slip is put aside; a bad deploy must not put everything aside. */
export class DeadLetterBudget {
  readonly #limit: DeadLetterLimit;
  #seen = 0;
  #dead = 0;

  constructor(limit: DeadLetterLimit) {
    this.#limit = limit;
  }

  passed(): void {
    if (++this.#seen < this.#limit.window) return;
    this.#seen = 0;
    this.#dead = 0;
  }

  /** the error that stops the stage, undefined while there are few */
  putAside(stage: string, partition: number, offset: number, reason: string): StageError | undefined {
    this.#dead++;
    const { allowed, window } = this.#limit;
    if (this.#dead <= allowed) return undefined;
    return new StageError('dead_letters_exceeded', { stage, partition, offset, reason, allowed, window });
  }
}
