import { DEMO_PEOPLE, type TimedEvent } from '@yujing/simulator';
import { MINUTE, type Installation } from '../acceptance/installation.ts';
import { equal, type Checks } from './checks.ts';
import type { Pages } from './chromium.ts';
import { at, attribute, counts, reads } from './look.ts';

interface Cast {
  readonly town: Installation;
  readonly pages: Pages;
  readonly checks: Checks;
}

/** A call without any move of money: the analyst decides by keys, and the order goes to the precinct she lives in. */
export async function confirmByKey({ town, pages, checks }: Cast): Promise<void> {
  const who = DEMO_PEOPLE[1]!;
  const upTo5 = (events: TimedEvent[]): TimedEvent[] =>
    events.filter(({ at_ms }) => at_ms - events[0]!.at_ms <= 5 * MINUTE);
  const clock = town.tell('fake_police', { who, change: upTo5 });
  const begin = town.analyst.live.length;
  await clock.to('5:00');
  const desk = await pages.desk('/analyst/');
  const { case_id } = await town.caseOf(who);
  await checks.check('the desk: J and Enter open the ORANGE, C confirms it and the order goes out', async () => {
    await counts(at(desk, 'queue-row', { case: case_id }), 1);
    while ((await at(desk, 'case').getAttribute('data-case')) !== case_id) {
      await desk.keyboard.press('j');
      await desk.keyboard.press('Enter');
      await desk.waitForTimeout(200);
    }
    await clock.to('5:30');
    await reads(desk.locator('.nowtag'), ':07:30');
    await desk.keyboard.press('c');
    await attribute(at(desk, 'review-state'), 'data-state', 'confirmed');
    await reads(at(desk, 'toast'), '已记下');
    const order = await town.order(begin, (one) => one.case_id === case_id);
    const { officer, level, issued_at } = order;
    equal({ officer, level, issued_at }, { officer: 'officer-3207', level: 'ORANGE', issued_at: clock.at('5:30') });
  });
  await checks.check('the desk: a second C is no second decision, and the button says why', async () => {
    equal(await at(desk, 'decide-confirm').isDisabled(), true);
    await desk.keyboard.press('c');
    await desk.waitForTimeout(300);
    equal(town.orders(begin, (one) => one.case_id === case_id).length, 1);
  });
  await desk.context().close();
}
