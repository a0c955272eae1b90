import { createTown, registerOf, story, type TimedEvent } from '@yujing/simulator';
import { HOUR, masked, MINUTE, START, type Installation, type Person } from '../acceptance/installation.ts';
import { StoryClock } from '../acceptance/story-clock.ts';
import type { Album } from './album.ts';
import { equal, type Checks } from './checks.ts';
import type { Pages } from './chromium.ts';
import { at, attribute, counts, reads } from './look.ts';

interface Cast {
  readonly town: Installation;
  readonly pages: Pages;
  readonly album: Album;
  readonly checks: Checks;
}

/** Three neighbours on the phone within minutes: an ORANGE, one that the analyst lowers, and a RED. */
function threeStories(start: number, [first, second, third]: readonly Person[]): TimedEvent[] {
  const told = (who: Person, minute: number, until_s: number): TimedEvent[] => {
    const begin = start + minute * MINUTE;
    return story('fake_police', { start: begin, person: who }).filter(({ at_ms }) => at_ms <= begin + until_s * 1000);
  };
  return [...told(first!, 0, 300), ...told(second!, 2, 300), ...told(third!, 4, 370)];
}

/** The officer's list: it never moves under a thumb, but a RED enters at once. */
export async function busyList({ town, pages, album, checks }: Cast): Promise<void> {
  const { residents } = createTown({ seed: 'list', residents: 60 });
  const people = residents.filter(({ home, age_band }) => home.station_code === 'qinghe' && age_band === 'adult');
  const names = people.slice(0, 3).map(({ name }) => masked(name));
  equal(new Set(names).size, 3, 'three names that can be told apart');
  await town.door.persons(registerOf(people.slice(0, 3)));
  const start = START + 90 * HOUR;
  const clock = new StoryClock(town.door, start, threeStories(start, people));
  const phone = await pages.phone('/officer/');
  await attribute(at(phone, 'connection'), 'data-online', 'true');
  await clock.to('0:01');
  await album.ready(phone, 'phone-list');
  const lineOf = (index: number) => at(phone, 'line').filter({ hasText: names[index]!.at(-1)! });

  await clock.to('5:00');
  const decide = async (who: Person, decision: string, more = {}): Promise<void> => {
    const { case_id } = await town.caseOf(who);
    await town.command(town.analyst, 'decision', { case_id, decision, ...more });
  };
  await decide(people[0]!, 'confirm');
  await checks.check('the list: an ORANGE can be taken from its line', async () => {
    await attribute(lineOf(0), 'data-level', 'ORANGE');
    await reads(at(lineOf(0), 'line-accept'), '接单', '5:00');
  });
  await clock.to('7:00');
  await decide(people[1]!, 'lower', { reason: 'weak_evidence' });
  await checks.check('the list: a further line waits until it is asked for', async () => {
    await reads(at(phone, 'waiting'), '1');
    await counts(lineOf(1), 0);
    await at(phone, 'waiting').click();
    await attribute(lineOf(1), 'data-level', 'YELLOW');
  });
  await clock.to('10:10');
  await checks.check('the list: a RED enters at the top at once', async () => {
    await attribute(lineOf(2), 'data-level', 'RED');
    equal(await at(phone, 'line').first().getAttribute('data-level'), 'RED');
  });
  await album.take(phone, 'phone-list', async (device) => {
    if ((await at(device, 'waiting').count()) > 0) await at(device, 'waiting').click();
  });
  await clock.to('11:11');
  await checks.check('the list: who was called first may still take it after others were called', async () => {
    const called = town.orders(0, ({ issued_at }) => issued_at === clock.at('11:10'));
    equal(called.length, 2, 'second officer and duty leader');
    await lineOf(2).locator('a').click();
    await at(phone, 'step-accept').click();
    await attribute(at(phone, 'step-accept'), 'data-state', 'done');
    await attribute(at(phone, 'card'), 'data-status', 'acked');
    await counts(at(phone, 'toast').filter({ hasText: '没有生效' }), 0);
  });
  await phone.context().close();
}
