import { describe, expect, test } from 'vitest';

/** Cases of a suite that an implementation does not pass, by name, each with its reason. They stand in the README too. */
export type Without = Readonly<Record<string, string>>;

export type Check = (name: string, run: () => Promise<void>) => void;

/**
 * A suite on one implementation. A case is left out only by its name and with a reason, which is printed at each run; a name
 * that no case bears fails, so a list cannot outlive its cases.
 */
export function conformance(name: string, without: Without, suite: (check: Check) => void): void {
  describe(name, () => {
    const names = new Set<string>();
    suite((caseName, run) => {
      names.add(caseName);
      if (without[caseName] === undefined) test(caseName, run);
    });
    for (const [caseName, reason] of Object.entries(without)) {
      test(`not held to: ${caseName}`, () => {
        expect(names, 'the list names a case that is none').toContain(caseName);
        console.info(`${name} is not held to "${caseName}": ${reason}`);
      });
    }
  });
}
