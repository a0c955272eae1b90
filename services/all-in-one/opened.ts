/** What has been opened, to be closed in the opposite order whatever happened in between. */
export class Opened {
  readonly #closers: Array<() => Promise<unknown>> = [];

  add<T>(thing: T, close: (thing: T) => Promise<unknown> | unknown): T {
    this.#closers.push(async () => close(thing));
    return thing;
  }

  async close(): Promise<void> {
    let first: unknown;
    for (const close of this.#closers.splice(0).reverse()) await close().catch((error: unknown) => (first ??= error));
    if (first !== undefined) throw first;
  }
}
