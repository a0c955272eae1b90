import type { Locator, Page } from 'playwright-core';

const WITHIN_MS = 8_000;

/** by data-testid, with further attributes: at(page, 'line', { level: 'RED' }) */
export function at(page: Page | Locator, testid: string, data: Readonly<Record<string, string>> = {}): Locator {
  const more = Object.entries(data).map(([name, value]) => `[data-${name}="${value}"]`);
  return page.locator(`[data-testid="${testid}"]${more.join('')}`);
}

/** waits until `ask` gives what is wanted; the last answer stands in the error */
export async function until<T>(ask: () => Promise<T>, is: (answer: T) => boolean, what: string): Promise<T> {
  const end = Date.now() + WITHIN_MS;
  for (;;) {
    const answer = await ask();
    if (is(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: still ${JSON.stringify(answer)} after ${WITHIN_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** waits until the element is there and its words hold all of these */
export async function reads(where: Locator, ...words: readonly string[]): Promise<void> {
  const text = async (): Promise<string> =>
    (await where.count()) === 0 ? '(not there)' : await where.first().innerText();
  await until(text, (found) => words.every((word) => found.includes(word)), `wanted ${words.join(', ')}`);
}

export async function counts(where: Locator, wanted: number): Promise<void> {
  await until(
    () => where.count(),
    (found) => found === wanted,
    `wanted ${wanted}`,
  );
}

export async function attribute(where: Locator, name: string, wanted: string): Promise<void> {
  const found = async (): Promise<string | null> =>
    (await where.count()) === 0 ? null : where.first().getAttribute(name);
  await until(found, (value) => value === wanted, `${name} should be ${wanted}`);
}
