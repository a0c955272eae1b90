import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** CHROMIUM, or where distributions put it; undefined: there is none */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return (named === undefined ? PLACES : [named]).find((path) => existsSync(path));
}

const FORMS = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
} satisfies Record<string, BrowserContextOptions>;

/** As a page keeps them in the browser. */
export interface PageSettings {
  readonly lang: 'zh' | 'en';
  readonly theme: 'light' | 'dark';
}

/** What a page did that it should not do. */
export interface Fault {
  readonly page: string;
  readonly what: string;
}

/** Chromium with a folder of its own, and an ear at everything its pages complain about. */
export class Pages {
  readonly faults: Fault[] = [];
  readonly #browser: Browser;
  readonly #url: string;
  #isOffline = false;

  private constructor(browser: Browser, url: string) {
    this.#browser = browser;
    this.#url = url.replace(/\/$/, '');
  }

  static async open(executablePath: string, url: string, headed: boolean): Promise<Pages> {
    return new Pages(await chromium.launch({ executablePath, headless: !headed, args: ARGUMENTS }), url);
  }

  phone(path: string): Promise<Page> {
    return this.#open(path, 'phone');
  }

  desk(path: string): Promise<Page> {
    return this.#open(path, 'desk');
  }

  /** another device of the same form, as its owner has set it */
  like(page: Page, path: string, settings: PageSettings): Promise<Page> {
    return this.#open(path, (page.viewportSize()?.width ?? 0) < 600 ? 'phone' : 'desk', settings);
  }

  async #open(path: string, form: keyof typeof FORMS, settings?: PageSettings): Promise<Page> {
    const context = await this.#browser.newContext({
      ...FORMS[form],
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      colorScheme: 'light',
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const stored = settings === undefined ? null : JSON.stringify(settings);
    await page.addInitScript((value) => {
      if (value !== null) localStorage.setItem('yujing.settings', value);
    }, stored);
    await this.#listen(context, page, path);
    await page.goto(this.#url + path);
    return page;
  }

  async #listen(context: BrowserContext, page: Page, name: string): Promise<void> {
    const fault = (what: string): void => void this.faults.push({ page: name, what });
    const { host } = new URL(this.#url);
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (url.host !== host && !['data:', 'blob:'].includes(url.protocol)) fault(`asks another host: ${url.host}`);
    });
    page.on('pageerror', (error) => fault(`throws: ${error.message}`));
    page.on('console', (message) => {
      // Without network every request fails, and the browser says so: that is what is being tried.
      if (this.#isOffline && message.text().includes('ERR_INTERNET_DISCONNECTED')) return;
      // A page that comes in asks who is there, and is told: nobody yet.
      if (message.text().includes('401') && message.location().url.endsWith('/api/session')) return;
      if (message.type() === 'error' || message.type() === 'warning') fault(`console: ${message.text()}`);
    });
    // Reported to the console too, but not by every rule: the event is.
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`violates the content security policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }

  async offline(page: Page, isOffline: boolean): Promise<void> {
    if (isOffline) this.#isOffline = true;
    await page.context().setOffline(isOffline);
  }

  /** from here on a failed request counts again */
  online(): void {
    this.#isOffline = false;
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}
