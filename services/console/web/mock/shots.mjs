// Development only: pictures of the pages in Chromium. node shots.mjs <base url> <out folder> <shot> [theme] [lang]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base, out, which, theme = 'light', lang = 'zh', scale = '1'] = process.argv.slice(2);
const id = 'a1'.padEnd(32, '0');
const SHOTS = {
  list: ['officer/#/', 390, 844],
  card: [`officer/#/case/${id}`, 390, 844],
  say: [`officer/#/case/${id}/say`, 390, 844],
  done: [`officer/#/case/${id}/done`, 390, 844],
  support: [`officer/#/case/${id}/support`, 390, 844],
  search: [`officer/#/case/${id}/search`, 390, 844],
  decline: [`officer/#/case/${id}/decline`, 390, 844],
  orange: [`officer/#/case/${'c2'.padEnd(32, '0')}`, 390, 844],
  desk: ['analyst/', 1440, 900],
  board: ['commander/', 1440, 900],
  start: ['', 390, 844],
  'start-wide': ['', 1440, 900],
};
const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), 'yujing-')), {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  timezoneId: 'Asia/Shanghai',
  deviceScaleFactor: 2,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const page = context.pages()[0] ?? (await context.newPage());
page.on('console', (message) => message.type() !== 'log' && console.log(message.type(), message.text()));
page.on('pageerror', (error) => console.log('page error', error.message));
await page.addInitScript(
  (settings) => localStorage.setItem('yujing.settings', settings),
  JSON.stringify({ lang, theme }),
);
for (const name of which.split(',')) {
  const [path, width, height] = SHOTS[name];
  await page.setViewportSize({ width, height });
  await page.goto(`${base}/`);
  await page.goto(`${base}/${path}`);
  await page.waitForTimeout(700);
  if (scale !== '1')
    await page.evaluate(
      (size) => document.documentElement.style.setProperty('font-size', `${16 * size}px`),
      Number(scale),
    );
  if (name === 'card' && process.env.OPEN) await page.getByTestId('open-person').click();
  if (name === 'desk') await page.locator(`[data-testid=queue-row][data-case="${id}"]`).click();
  if (name === 'desk' && process.env.KEY) await page.keyboard.press(process.env.KEY);
  if (name === 'done' && process.env.PICK) await page.getByTestId(`outcome-${process.env.PICK}`).click();
  await page.waitForTimeout(300);
  const over = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    innerWidth,
    document.documentElement.scrollHeight,
    innerHeight,
  ]);
  console.log(name, over.join(' '));
  await page.screenshot({
    path: join(out, `${name}.${theme}-${lang}${scale === '1' ? '' : `-x${scale}`}.png`),
    fullPage: scale !== '1',
  });
}
await context.close();
