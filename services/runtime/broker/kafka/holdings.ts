import type { AssignmentListener } from '../broker.ts';

/**
 * The partitions of a member: given by the group, told to the listener, and being let go. A partition that is being let go is
 * still held, for as long as the listener's promise is open, so that the group does not give it to another meanwhile.
 */
export class Holdings {
  readonly #listener: AssignmentListener;
  readonly #onLetGo: () => void;
  #given: readonly number[] = [];
  readonly #told = new Set<number>();
  readonly #leaving = new Map<number, Promise<void>>();

  constructor(listener: AssignmentListener, onLetGo: () => void) {
    this.#listener = listener;
    this.#onLetGo = onLetGo;
  }

  get isEmpty(): boolean {
    return this.#told.size === 0;
  }

  /** Held, told or being let go: what this member claims when it joins. */
  all(): number[] {
    return [...new Set([...this.#told, ...this.#leaving.keys()])].sort((a, b) => a - b);
  }

  /** A new generation: what is gone is let go, what is new is told, what stays is not touched. */
  give(given: readonly number[]): void {
    this.#given = given;
    const lost = [...this.#told].filter((partition) => !given.includes(partition));
    const leaving = lost.map((partition) => this.#letGo(partition));
    if (leaving.length > 0) void Promise.all(leaving).then(this.#onLetGo);
    this.giveAgain();
  }

  /** Tells the listener of everything given that it does not have. */
  giveAgain(): void {
    for (const partition of this.#given) {
      if (this.#told.has(partition)) continue;
      const leaving = this.#leaving.get(partition);
      if (leaving === undefined) {
        this.#told.add(partition);
        this.#listener.assigned(partition);
      } else {
        // Given back before it was let go: first the end, then the new beginning.
        void leaving.then(() => this.giveAgain());
      }
    }
  }

  /** Everything goes, at once; what the group gave is remembered. */
  async letGoAll(): Promise<void> {
    await Promise.all([...[...this.#told].map((partition) => this.#letGo(partition)), ...this.#leaving.values()]);
  }

  /** The group gave it to others, or is about to. */
  forget(): void {
    this.#given = [];
  }

  #letGo(partition: number): Promise<void> {
    this.#told.delete(partition);
    // The listener is told in this turn: it must not process the partition any more.
    const done = Promise.resolve(this.#listener.revoked(partition))
      .catch(() => {})
      .then(() => {
        this.#leaving.delete(partition);
      });
    this.#leaving.set(partition, done);
    return done;
  }
}
