import { Client } from '../acceptance/client.ts';
import type { View } from '../acceptance/installation.ts';
import { YujingProcess } from '../acceptance/yujing-process.ts';
import { equal, type Checks } from './checks.ts';
import { Pages } from './chromium.ts';
import { at, attribute, reads, until } from './look.ts';

const PROMISED_MS = 60_000;
const AWAY_MS = 3_000;

/** `npm start` as anybody types it: live time, and the town that sends. */
export async function liveDemo(chromium: string, headed: boolean, checks: Checks): Promise<void> {
  const demo = new YujingProcess({ arguments: ['--clock', 'wall', '--town'] });
  const started = await demo.start();
  const printed = Date.now();
  const pages = await Pages.open(chromium, started.url, headed);
  try {
    const phone = await pages.phone('/officer/');
    await checks.check('npm start: a RED card stands on the phone within a minute', async () => {
      const line = at(phone, 'line', { level: 'RED' });
      await line.waitFor({ timeout: PROMISED_MS - (Date.now() - printed) });
      await reads(line, '特高危', '青禾街道');
      await line.locator('a').click();
    });
    const analyst = new Client(started);
    await analyst.signIn('analyst');
    const case_id = (await at(phone, 'card').getAttribute('data-case')) ?? '';
    const view = async (): Promise<View> => (await analyst.json<View>('GET', `/api/cases/${case_id}`)).body;
    await checks.check(
      'npm start: the ring runs by itself, the push is on record, 接单 opens the address',
      async () => {
        const ring = await at(phone, 'ring').innerText();
        await until(
          () => at(phone, 'ring').innerText(),
          (now) => now !== ring,
          'the ring stands still',
        );
        await until(
          async () => (await view())['delivered_at'],
          (time) => time !== null,
          'delivered',
        );
        await at(phone, 'step-accept').click();
        await attribute(at(phone, 'step-accept'), 'data-unsent', 'false');
        await reads(at(phone, 'person-name'), '周澜敏');
      },
    );
    await checks.check('npm start: a tap without network counts from when it was made', async () => {
      await pages.offline(phone, true);
      await at(phone, 'step-en_route').click();
      const tapped = Date.now();
      await attribute(at(phone, 'step-en_route'), 'data-unsent', 'true');
      await phone.waitForTimeout(AWAY_MS);
      await pages.offline(phone, false);
      await attribute(at(phone, 'step-en_route'), 'data-unsent', 'false');
      const en_route_at = await until(
        async () => (await view())['en_route_at'],
        (time) => time !== null,
        'on the way',
      );
      if (Math.abs(Number(en_route_at) - tapped) > AWAY_MS / 2)
        throw new Error(`off by ${Number(en_route_at) - tapped} ms`);
    });
    await checks.check('npm start: no page complains', () => equal(pages.faults, []));
  } finally {
    await pages.close();
    await demo.stop();
  }
}
