import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Pages } from './chromium.ts';

export type Moment = 'phone-list' | 'phone-card' | 'phone-say' | 'phone-done' | 'desk' | 'board';

/** moments whose picture in English and dark belongs to the usual ones */
const ALSO_ENGLISH: readonly Moment[] = ['phone-card', 'desk'];
const SETTLE_MS = 400;

interface AlbumOptions {
  /** undefined: no pictures */
  readonly folder: string | undefined;
  /** every moment in Chinese and in English */
  readonly every: boolean;
}

/**
 * Pictures of the main moments. The English ones are taken from a second device of the same person, beside the one that is
 * tried, so that nothing about the run depends on whether pictures are taken.
 */
export class Album {
  readonly #pages: Pages;
  readonly #options: AlbumOptions;
  readonly #second = new Map<string, Page>();
  readonly taken: string[] = [];

  constructor(pages: Pages, options: AlbumOptions) {
    this.#pages = pages;
    this.#options = options;
    if (options.folder !== undefined) mkdirSync(options.folder, { recursive: true });
  }

  /** `prepare` brings the second device to where the first one is */
  async take(
    page: Page,
    moment: Moment,
    prepare: (page: Page) => Promise<void> = async () => undefined,
  ): Promise<void> {
    const { folder, every } = this.#options;
    if (folder === undefined) return;
    await this.#shoot(page, `${moment}.light.png`);
    if (!every && !ALSO_ENGLISH.includes(moment)) return;
    const second = await this.#englishOf(page);
    await prepare(second);
    await this.#shoot(second, `${moment}.dark-en.png`);
  }

  async #englishOf(page: Page): Promise<Page> {
    const { pathname, hash } = new URL(page.url());
    const known = this.#second.get(pathname);
    const settings = { lang: 'en', theme: 'dark' } as const;
    const second = known ?? (await this.#pages.like(page, pathname, settings));
    this.#second.set(pathname, second);
    await second.evaluate((to) => (location.hash = to), hash);
    return second;
  }

  async #shoot(page: Page, name: string): Promise<void> {
    await page.waitForTimeout(SETTLE_MS);
    await page.screenshot({ path: join(this.#options.folder ?? '.', name) });
    this.taken.push(name);
  }
}
