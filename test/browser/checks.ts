/** Counts what holds and what does not, and says both. A check that throws has failed; the run goes on. */
export class Checks {
  readonly #say: (line: string) => void;
  passed = 0;
  failed = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  async check(name: string, holds: () => Promise<unknown> | unknown): Promise<void> {
    try {
      await holds();
      this.passed += 1;
      this.#say(`ok      ${name}`);
    } catch (error) {
      this.failed += 1;
      this.#say(
        `FAILED  ${name}\n          ${String(error instanceof Error ? error.message : error).replaceAll('\n', '\n          ')}`,
      );
    }
  }
}

/** @throws with both values when they differ */
export function equal(found: unknown, wanted: unknown, what = ''): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Error(`${what === '' ? '' : `${what}: `}found ${a}, wanted ${b}`);
}

/** @throws when it does not hold, with the words that say what should */
export function holds(is: boolean, what: string): void {
  if (!is) throw new Error(`does not hold: ${what}`);
}

export const same = equal;
