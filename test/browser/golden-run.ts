import { DEMO_PEOPLE } from '@yujing/simulator';
import type { Page } from 'playwright-core';
import type { Installation } from '../acceptance/installation.ts';
import type { StoryClock } from '../acceptance/story-clock.ts';
import { equal, type Checks } from './checks.ts';
import type { Pages } from './chromium.ts';
import { at, attribute, counts, reads, until } from './look.ts';
import type { Album } from './album.ts';

interface Cast {
  readonly town: Installation;
  readonly pages: Pages;
  readonly album: Album;
  readonly checks: Checks;
}

/** The golden story (D9) as people see it: the officer's phone, the analyst's desk, the commander's board. */
export class GoldenRun {
  readonly #cast: Cast;
  readonly #clock: StoryClock;
  readonly #phone: Page;
  readonly #desk: Page;
  readonly #board: Page;

  private constructor(cast: Cast, clock: StoryClock, [phone, desk, board]: readonly [Page, Page, Page]) {
    this.#cast = cast;
    this.#clock = clock;
    this.#phone = phone;
    this.#desk = desk;
    this.#board = board;
  }

  static async play(cast: Cast): Promise<void> {
    const { pages, town } = cast;
    const clock = town.tell('fake_police', { who: DEMO_PEOPLE[0]! });
    await clock.to('0:00');
    const open = await Promise.all([pages.phone('/'), pages.desk('/'), pages.desk('/')]);
    const run = new GoldenRun(cast, clock, open);
    await run.#enter();
    await run.#orange();
    await run.#red();
    await run.#answers();
    await run.#money();
    await run.#offline();
    await run.#done();
    await run.#figures();
    await run.#settings();
    for (const page of open) await page.context().close();
  }

  #check(name: string, holds: () => Promise<unknown>): Promise<void> {
    return this.#cast.checks.check(name, holds);
  }

  /** lets time pass and waits until the phone's running call shows it */
  async #to(time: string): Promise<void> {
    await this.#clock.to(time);
    await reads(at(this.#phone, 'call'), time);
  }

  async #enter(): Promise<void> {
    await this.#check('the start page leads each role to its page', async () => {
      const ways = [
        [this.#phone, 'officer'],
        [this.#desk, 'analyst'],
        [this.#board, 'commander'],
      ] as const;
      for (const [page, role] of ways) {
        await at(page, `enter-${role}`).click();
        await page.waitForURL(`**/${role}/`);
        await attribute(at(page, 'connection'), 'data-online', 'true');
      }
    });
  }

  async #orange(): Promise<void> {
    const desk = this.#desk;
    await this.#clock.to('4:59');
    await this.#check('4:59: nobody is told', async () => {
      await counts(at(desk, 'queue-row'), 0);
      await counts(at(this.#phone, 'line'), 0);
    });
    await this.#clock.to('5:00');
    await this.#check('5:00: the queue shows the ORANGE with level, money and clock', async () => {
      const row = at(desk, 'queue-row', { level: 'ORANGE' });
      await reads(row, '周', '冒充公检法', '正在通话');
      await reads(at(row, 'queue-clock'), '3:00');
      await row.click();
    });
    await this.#check('5:00: its evidence stands on one axis, and the phone is still quiet', async () => {
      await attribute(at(desk, 'case'), 'data-level', 'ORANGE');
      await reads(at(desk, 'timeline'), '境外号码首次来电');
      await reads(at(desk, 'score-parts'), '显示的号码是假的');
      await attribute(at(desk, 'review-state'), 'data-state', 'waiting');
      await counts(at(this.#phone, 'line'), 0);
    });
  }

  async #red(): Promise<void> {
    const phone = this.#phone;
    await this.#clock.to('6:10');
    await this.#check(
      '6:10: the RED stands on the phone by itself: level in word and shape, with its countdown',
      async () => {
        const line = at(phone, 'line', { level: 'RED' });
        await reads(line, '特高危', '冒充公检法', '青禾街道', '周');
        await counts(at(phone, 'line'), 1);
        const shape = await at(line, 'level-badge').evaluate((badge) => getComputedStyle(badge, '::before').clipPath);
        if (shape === 'none' || shape === '') throw new Error('the badge has no shape of its own');
        await reads(at(line, 'ring'), '1:00');
        equal((await line.innerText()).includes('澜'), false, 'the name is not masked');
      },
    );
    await this.#check('6:10: the card says where, who, how much and why', async () => {
      await at(phone, 'line').locator('a').click();
      await attribute(at(phone, 'card'), 'data-level', 'RED');
      await reads(at(phone, 'call'), '6:10');
      await reads(at(phone, 'place'), '青禾街道');
      await attribute(at(phone, 'money-at-risk'), 'data-minor', '49000000');
      await reads(at(phone, 'reasons'), '境外号码首次来电');
      await reads(at(phone, 'ring'), '1:00');
    });
    await this.#check('6:10: the desk has it under RED now', async () => {
      await counts(at(this.#desk, 'queue-row', { level: 'RED' }), 1);
      await counts(at(this.#desk, 'queue-row', { level: 'ORANGE' }), 0);
    });
    await this.#check('6:10: the whole card stands on one screen, up to the buttons', async () => {
      const [needed, there] = await phone.evaluate(() => [document.documentElement.scrollHeight, innerHeight] as const);
      if (needed > there) throw new Error(`${needed} px on a screen of ${there}`);
    });
    await this.#to('6:20');
    await this.#cast.album.take(phone, 'phone-alarm');
  }

  async #answers(): Promise<void> {
    const phone = this.#phone;
    await this.#to('6:40');
    await this.#check('6:40: 接单 opens address, name and numbers', async () => {
      await at(phone, 'step-accept').click();
      await attribute(at(phone, 'step-accept'), 'data-state', 'done');
      await reads(at(phone, 'place'), '柳岸花园12幢2单元602');
      await reads(at(phone, 'person-name'), '周澜敏');
      const tel = await at(phone, 'call-self').getAttribute('href');
      equal(tel, `tel:${DEMO_PEOPLE[0]!.numbers[0]}`);
    });
    await this.#to('6:55');
    await this.#check('6:55: 出发', async () => {
      await at(phone, 'step-en_route').click();
      await attribute(at(phone, 'step-en_route'), 'data-state', 'done');
      await attribute(at(phone, 'step-en_route'), 'data-unsent', 'false');
    });
  }

  async #money(): Promise<void> {
    const phone = this.#phone;
    const { album } = this.#cast;
    await album.ready(phone, 'phone-card', async (device) => at(device, 'open-person').click());
    await this.#clock.to('7:30');
    await this.#check('7:30: the card updates in place: 480,000 held by the bank, 刚更新, no second card', async () => {
      await attribute(at(phone, 'money'), 'data-state', 'held');
      await attribute(at(phone, 'money-moving'), 'data-minor', '48000000');
      await reads(at(phone, 'money-state'), '银行已拦住');
      await reads(at(phone, 'money').locator('[data-testid="fresh"]'), '刚更新');
      await attribute(at(phone, 'step-en_route'), 'data-state', 'done');
      await at(phone, 'back').click();
      await counts(at(phone, 'line'), 1);
      await at(phone, 'line').locator('a').click();
    });
    await this.#check('7:30: the desk shows the order’s way and the money held', async () => {
      await reads(at(this.#desk, 'order-path'), 'officer-3107', '14:08:10', '14:08:40');
      await attribute(at(this.#desk, 'money-moving'), 'data-minor', '48000000');
    });
    await album.take(phone, 'phone-card', (device) => at(device, 'fresh').first().waitFor());
    await album.take(this.#desk, 'desk', async (device) => at(device, 'queue-row').first().click());
    await this.#to('7:45');
    await at(phone, 'go-say').click();
    await this.#check('7:45: what to say, what never to say', async () => {
      await counts(at(phone, 'say-lines').locator('li'), 3);
      await reads(at(phone, 'never'), '');
      await counts(at(phone, 'prove'), 1);
    });
    await album.take(phone, 'phone-say');
    await at(phone, 'back').click();
  }

  async #offline(): Promise<void> {
    const phone = this.#phone;
    const { pages } = this.#cast;
    await this.#to('9:50');
    await pages.offline(phone, true);
    await this.#check('9:50: a tap without network is kept and said to be not sent', async () => {
      await attribute(at(phone, 'connection'), 'data-online', 'false');
      await at(phone, 'step-on_site').click();
      await attribute(at(phone, 'step-on_site'), 'data-unsent', 'true');
      await at(phone, 'back').click();
      await reads(at(phone, 'unsent'), '到门口', '没发出');
      await at(phone, 'line').locator('a').click();
    });
    equal((await this.#case())['on_site_at'], null);
    await pages.offline(phone, false);
    await this.#check('9:50: with network again it goes out by itself', async () => {
      await attribute(at(phone, 'step-on_site'), 'data-unsent', 'false');
      await attribute(at(phone, 'connection'), 'data-online', 'true');
      const onSite = async (): Promise<unknown> => (await this.#case())['on_site_at'];
      await until(onSite, (time) => time === this.#clock.at('9:50'), 'on site at 9:50');
    });
    pages.online();
    await this.#to('10:20');
    await this.#check('10:20: 见面', async () => {
      await at(phone, 'step-with_person').click();
      await attribute(at(phone, 'step-with_person'), 'data-unsent', 'false');
      await attribute(at(phone, 'step-with_person'), 'data-state', 'done');
    });
    await this.#to('10:40');
    await this.#check('10:40: the call is over', () => attribute(at(phone, 'call'), 'data-running', 'false'));
  }

  async #case(): Promise<Readonly<Record<string, unknown>>> {
    const id = await at(this.#phone, 'card').getAttribute('data-case');
    return this.#cast.town.view(id ?? '');
  }

  async #done(): Promise<void> {
    const phone = this.#phone;
    await this.#clock.to('14:00');
    await this.#check('14:00: 办结 has the held sum filled in for T1', async () => {
      await at(phone, 'step-done').click();
      await at(phone, 'outcome-T1').click();
      await attribute(at(phone, 'money-stopped').locator('[data-minor]'), 'data-minor', '48000000');
      await attribute(at(phone, 'money-lost').locator('[data-minor]'), 'data-minor', '0');
      await at(phone, 'app-removed').click();
    });
    await this.#cast.album.take(phone, 'phone-done', async (second) => {
      await at(second, 'outcome-T1').click();
      await at(second, 'app-removed').click();
    });
    await this.#check('14:00: one tap sends it, a toast says so and offers to change it', async () => {
      await at(phone, 'submit-outcome').click();
      await reads(at(phone, 'toast'), '已记下', '办结');
      await reads(at(phone, 'toast-action'), '改');
      await attribute(at(phone, 'card'), 'data-status', 'follow_up');
      const { outcome_code, outcome_at } = await this.#case();
      equal({ outcome_code, outcome_at }, { outcome_code: 'T1', outcome_at: this.#clock.at('14:00') });
    });
    await this.#check('14:00: the list has it under closed, with its follow-ups below', async () => {
      await at(phone, 'back').click();
      await counts(at(phone, 'line'), 0);
      await until(
        () => at(phone, 'follow-up-line').count(),
        (found) => found >= 2,
        'follow-ups',
      );
      await at(phone, 'tab-closed').click();
      await reads(at(phone, 'line'), 'T1');
    });
  }

  async #figures(): Promise<void> {
    const board = this.#board;
    await this.#check('the board: one person through the whole funnel', async () => {
      for (const step of ['warned', 'dispatched', 'acknowledged', 'contacted', 'met', 'saved']) {
        await attribute(at(board, `funnel-${step}`), 'data-count', '1');
      }
      await attribute(at(board, 'saved-money'), 'data-minor', '48000000');
    });
    await this.#check('the board: 4:10 from the RED, 5:20 from the first warning, 10:20 from the call', async () => {
      await reads(at(board, 'clock-red').locator('td.p50'), '4:10');
      await reads(at(board, 'clock-first').locator('td.p50'), '5:20');
      await reads(at(board, 'clock-call').locator('td.p50'), '10:20');
    });
    await this.#check('the board: the precision of the rules moved, with its interval', async () => {
      const row = at(board, 'precision-row', { rule: 'fake_police.own_money_gathered@1' });
      await reads(row, '100%', '1/1');
      await counts(at(row, 'interval'), 1);
    });
    await this.#cast.album.take(board, 'board');
  }

  async #settings(): Promise<void> {
    const phone = this.#phone;
    await this.#check('the phone in English and dark, chosen in two taps', async () => {
      await at(phone, 'tab-duty').click();
      await at(phone, 'language-en').click();
      await reads(at(phone, 'tab-mine'), 'Mine');
      await at(phone, 'theme-dark').click();
      equal(await phone.evaluate(() => document.documentElement.dataset['theme']), 'dark');
      equal(await phone.evaluate(() => document.documentElement.lang), 'en');
      await at(phone, 'tab-closed').click();
      await reads(at(phone, 'line'), 'Critical', 'T1');
    });
    await this.#check('the desk in English and dark', async () => {
      await at(this.#desk, 'language').click();
      await reads(at(this.#desk, 'timeline'), 'Overseas number');
      await at(this.#desk, 'theme').click();
      equal(await this.#desk.evaluate(() => document.documentElement.dataset['theme']), 'dark');
    });
  }
}
