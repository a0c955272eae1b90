import { DEMO_PEOPLE, type StoryName } from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Installation } from './installation.ts';

/** Two more frauds to their levels, and what looks like fraud to silence; on the officers' own pages. */
const town = new Installation();
const [zhou, han, zhao] = DEMO_PEOPLE;

beforeAll(() => town.open(), 60_000);
afterAll(() => town.close());

test('fake_service: ORANGE at the link, RED with the codes on the call, one card to the end', async () => {
  const { officer, analyst } = town;
  const clock = town.tell('fake_service', { who: zhou });
  const begin = analyst.live.length;
  await clock.to('2:29');
  expect(await town.queue()).toEqual([]);
  await clock.to('2:30');
  expect(await town.caseOf(zhou!)).toMatchObject({
    level: 'ORANGE',
    scam_type: 'fake_service',
    review_state: 'waiting',
  });
  expect(town.orders(begin)).toEqual([]);
  await clock.to('4:45');
  const { case_id, order_id, ...order } = await town.order(begin);
  expect(order).toMatchObject({ level: 'RED', officer: 'officer-3107', issued_at: clock.at('4:45') });
  expect(await town.cards()).toMatchObject([{ case_id, order_id, level: 'RED', scam_type: 'fake_service' }]);
  await town.command(officer, 'response', { case_id, order_id, action: 'accept' });
  await town.command(officer, 'response', { case_id, order_id, action: 'en_route' });
  await clock.to('9:00');
  expect(await town.cards()).toMatchObject([{ case_id, order_id, money_state: 'gone', status: 'en_route' }]);
  expect(town.orders(begin)).toHaveLength(1);
  const lost = { money_out_before_minor: 12_700_000, currency: 'CNY' };
  await town.command(officer, 'outcome', { case_id, order_id, outcome_code: 'T4', ...lost });
});

test('screen_share: RED once the bank is opened on a shared screen, at the precinct she lives in', async () => {
  const linhu = await town.signIn('officer', 'officer-3207');
  const clock = town.tell('screen_share', { who: han });
  const begin = town.analyst.live.length;
  await clock.to('3:39');
  expect(await town.caseOf(han!)).toMatchObject({ level: 'ORANGE' });
  expect(town.orders(begin)).toEqual([]);
  await clock.to('3:40');
  const { case_id, ...order } = await town.order(begin);
  expect(order).toMatchObject({ level: 'RED', officer: 'officer-3207', issued_at: clock.at('3:40') });
  expect(await town.cards(linhu)).toMatchObject([{ case_id, level: 'RED', money_state: 'pending' }]);
  const { hypotheses } = await town.view(case_id, linhu);
  expect(hypotheses).toContainEqual(expect.objectContaining({ scam_type: 'screen_share', level: 'RED' }));
  expect((await town.cards()).map((card) => card.case_id)).not.toContain(case_id);
});

const QUIET: StoryName[] = ['work_meeting', 'own_transfer', 'real_refund_call', 'courier_call', 'overseas_family_call'];

test.each(QUIET)(
  '%s is told to nobody',
  async (name) => {
    const shitang = await town.signIn('officer', 'officer-3307');
    const begin = town.analyst.live.length;
    await town.tell(name, { who: zhao }).to('60:00');
    expect(await town.cards(shitang)).toEqual([]);
    expect((await town.queue()).filter(({ name_masked }) => name_masked === '赵█棠')).toEqual([]);
    expect(town.orders(begin, ({ officer }) => officer.includes('33') || officer.includes('shitang'))).toEqual([]);
  },
  30_000,
);
