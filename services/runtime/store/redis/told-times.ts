/** What each slot was told of the server's clock: the clock of a server that took over may be behind, and nobody may see that. */
export class ToldTimes {
  readonly #told = new Map<string, number>();

  tell(key: string, now: number): number {
    const told = Math.max(now, this.#told.get(key) ?? 0);
    this.#told.set(key, told);
    return told;
  }
}
