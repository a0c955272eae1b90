import type { TimedEvent } from '../city/event.ts';
import { everydayMinute, type Traffic } from '../city/everyday.ts';
import { randomOf } from '../city/random.ts';
import type { Resident, Town } from '../city/town.ts';
import { DEMO_PEOPLE } from './people.ts';
import { LOOK_ALIKES, STORIES, story } from './stories.ts';

export interface Programme {
  readonly town: Town;
  readonly traffic: Traffic;
  /** epoch milliseconds at which the demo begins */
  readonly begin: number;
  /** keeps the ids of two runs apart */
  readonly run: string;
}

const MINUTE_MS = 60_000;
/** The golden call was answered so long ago when the demo begins: inside the allowed lateness, near its five minutes. */
export const GOLDEN_HEAD_START_MS = 270_000;
const FIRST_STORY_MINUTE = 3;
const STORY_EVERY_MINUTES = 4;

/** The golden story, under way. */
export function opening({ begin, run }: Programme): TimedEvent[] {
  const person = DEMO_PEOPLE[0] as Resident;
  return story('fake_police_hurried', { start: begin - GOLDEN_HEAD_START_MS, person, run });
}

/** Two look-alikes for each fraud, so that the screens show what must not be warned about too. */
function nextStory(programme: Programme, minute: number, at: number): TimedEvent[] {
  const { town, run } = programme;
  const turn = (minute - FIRST_STORY_MINUTE) / STORY_EVERY_MINUTES;
  const random = randomOf(town.seed, 'programme', run, minute);
  const isFraud = turn % 3 === 0;
  const name = isFraud ? random.pick(STORIES) : random.pick(LOOK_ALIKES);
  const cast =
    isFraud && turn === 0 ? DEMO_PEOPLE.slice(1) : town.residents.filter(({ age_band }) => age_band !== 'minor');
  return story(name, { start: at, person: random.pick(cast), run });
}

/** All that begins in a minute of the demo, counted from its begin. */
export function programmeMinute(programme: Programme, minute: number): TimedEvent[] {
  const { town, traffic, run, begin } = programme;
  const at = begin + minute * MINUTE_MS;
  const events = everydayMinute(town, traffic, run, at);
  if (minute === 0) events.push(...opening(programme));
  const sinceFirst = minute - FIRST_STORY_MINUTE;
  if (sinceFirst >= 0 && sinceFirst % STORY_EVERY_MINUTES === 0) events.push(...nextStory(programme, minute, at));
  return events;
}
