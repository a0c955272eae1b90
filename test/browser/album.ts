import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Pages } from './chromium.ts';

export type Moment = 'phone-list' | 'phone-alarm' | 'phone-card' | 'phone-say' | 'phone-done' | 'desk' | 'board';

const LOOKS = {
  light: { lang: 'zh', theme: 'light' },
  'dark-en': { lang: 'en', theme: 'dark' },
} as const;
type Look = keyof typeof LOOKS;

/** the pictures that stand in docs/screens; `every` takes each moment in each look */
const USUAL: Readonly<Record<Moment, readonly Look[]>> = {
  'phone-list': ['light'],
  'phone-alarm': [],
  'phone-card': ['light', 'dark-en'],
  'phone-say': ['light'],
  'phone-done': ['light'],
  desk: ['light', 'dark-en'],
  board: ['light'],
};
const SETTLE_MS = 400;

interface AlbumOptions {
  /** undefined: no pictures */
  readonly folder: string | undefined;
  readonly every: boolean;
}

type Prepare = (page: Page) => Promise<void>;
const nothing: Prepare = async () => undefined;

/**
 * Pictures of the main moments, taken from devices of their own beside those that are tried: nothing about the run depends on
 * whether pictures are taken, and no message of the moment before stands in the way.
 */
export class Album {
  readonly #pages: Pages;
  readonly #options: AlbumOptions;
  readonly #devices = new Map<string, Page>();
  readonly taken: string[] = [];

  constructor(pages: Pages, options: AlbumOptions) {
    this.#pages = pages;
    this.#options = options;
    if (options.folder !== undefined) mkdirSync(options.folder, { recursive: true });
  }

  /** Brings the devices to where this page is, before something happens that they are to show. */
  async ready(page: Page, moment: Moment, prepare: Prepare = nothing): Promise<void> {
    for (const look of this.#looksOf(moment)) await prepare(await this.#device(page, look));
  }

  /** `prepare` does on the device what was done on the page */
  async take(page: Page, moment: Moment, prepare: Prepare = nothing): Promise<void> {
    for (const look of this.#looksOf(moment)) {
      const device = await this.#device(page, look);
      await prepare(device);
      await device.waitForTimeout(SETTLE_MS);
      const name = `${moment}.${look}.png`;
      await device.screenshot({ path: join(this.#options.folder ?? '.', name) });
      this.taken.push(name);
    }
  }

  #looksOf(moment: Moment): readonly Look[] {
    const { folder, every } = this.#options;
    if (folder === undefined) return [];
    return every ? (Object.keys(LOOKS) as Look[]) : USUAL[moment];
  }

  async #device(page: Page, look: Look): Promise<Page> {
    const { pathname, hash } = new URL(page.url());
    const name = `${pathname} ${look}`;
    const device = this.#devices.get(name) ?? (await this.#pages.like(page, pathname, LOOKS[look]));
    this.#devices.set(name, device);
    await device.evaluate((to) => void (location.hash = to), hash === '' ? '#/' : hash);
    return device;
  }
}
