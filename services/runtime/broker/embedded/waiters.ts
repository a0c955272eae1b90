/** Lets readers sleep until something happened, or until their patience ends. */
export class Waiters {
  readonly #wakes = new Set<() => void>();

  /** resolves at the next {@link wake}, or after `patienceMs` */
  wait(patienceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#wakes.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, patienceMs);
      this.#wakes.add(wake);
    });
  }

  wake(): void {
    if (this.#wakes.size === 0) return;
    for (const wake of this.#wakes) wake();
  }
}
