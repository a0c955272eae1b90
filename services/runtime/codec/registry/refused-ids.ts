/** Ids that the registry said it does not know, or that no schema of ours reads, for a while and up to a number. */
export class RefusedIds {
  readonly #reasons: Map<number, string>;
  readonly #until = new Map<number, number>();
  readonly #now: () => number;
  readonly #keepMs: number;
  readonly #most: number;

  constructor(reasons: Map<number, string>, now: () => number, keepMs: number, most: number) {
    this.#reasons = reasons;
    this.#now = now;
    this.#keepMs = keepMs;
    this.#most = most;
  }

  add(id: number, reason: string): void {
    this.#forget(id);
    this.#until.set(id, this.#now() + this.#keepMs);
    this.#reasons.set(id, reason);
    // A map keeps its order, so the first is the oldest.
    if (this.#until.size > this.#most) for (const oldest of this.#until.keys()) return this.#forget(oldest);
  }

  has(id: number): boolean {
    const until = this.#until.get(id);
    if (until === undefined) return false;
    if (this.#now() < until) return true;
    this.#forget(id);
    return false;
  }

  #forget(id: number): void {
    this.#until.delete(id);
    this.#reasons.delete(id);
  }
}
