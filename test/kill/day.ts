import {
  createTown,
  DEMO_PEOPLE,
  demoRegister,
  everydayMinute,
  GOLDEN_VARIANTS,
  LOOK_ALIKES,
  registerOf,
  STORIES,
  story,
  type DoorEvent,
  type RegisterEntry,
  type Resident,
  type StoryName,
  type TimedEvent,
} from '@yujing/simulator';
import { Random } from './random.ts';

/** How much of a day happens. Between two spells it is quiet for hours, and time jumps. */
export interface DayOptions {
  readonly seed: number;
  readonly residents: number;
  readonly spells: number;
  readonly spellMinutes: number;
  readonly callsPerMinute: number;
  readonly paymentsPerMinute: number;
}

/** What is sent, and then the instant to which door time is released. */
export interface Step {
  readonly bodies: ReadonlyArray<readonly DoorEvent[]>;
  readonly until: number;
}

export interface Day {
  readonly register: readonly RegisterEntry[];
  readonly steps: readonly Step[];
  readonly events: number;
}

const BEGIN = Date.UTC(2026, 5, 15, 1, 0, 0);
const MINUTE_MS = 60_000;
const SPELL_EVERY_MS = 5 * 60 * MINUTE_MS;
const MOST_IN_BODY = 40;
/** Time is released in steps of so many seconds while something happens. */
const STEP_S = [4, 45] as const;
/** After the last event deadlines go on: reviews, ladders, outcomes. */
const TAIL_S = [30, 90, 300, 900, 1_800, 7_200, 86_400] as const;

/**
 * Stories beside everyday life, at random times to random people; the people of the cast are the victims. The last one is told
 * to the first victim in the very second of the first: what is due for her is then due at once from several sides.
 */
function told(
  random: Random,
  spell: number,
  begin: number,
  minutes: number,
  adults: readonly Resident[],
): TimedEvent[] {
  const names: StoryName[] = [...STORIES, ...LOOK_ALIKES, random.pick(GOLDEN_VARIANTS), random.pick(STORIES)];
  const starts = names.map(() => begin + random.between(0, Math.max(1, minutes * 20)) * 1_000);
  const people = names.map((_, index) =>
    index < DEMO_PEOPLE.length ? (DEMO_PEOPLE[(index + spell) % DEMO_PEOPLE.length] as Resident) : random.pick(adults),
  );
  return names.flatMap((name, index) => {
    const like = index === names.length - 1 ? 0 : index;
    return story(name, { start: starts[like] as number, person: people[like] as Resident, run: `s${spell}n${index}` });
  });
}

function everything(options: DayOptions, random: Random): TimedEvent[] {
  const { seed, residents, spells, spellMinutes, callsPerMinute, paymentsPerMinute } = options;
  const town = createTown({ seed: `kill-${seed}`, residents });
  const adults = town.residents.filter(({ age_band }) => age_band !== 'minor');
  const events: TimedEvent[] = [];
  for (let spell = 0; spell < spells; spell++) {
    const begin = BEGIN + spell * SPELL_EVERY_MS;
    for (let minute = 0; minute < spellMinutes; minute++) {
      const traffic = { callsPerMinute, paymentsPerMinute };
      events.push(...everydayMinute(town, traffic, `r${seed}`, begin + minute * MINUTE_MS));
    }
    events.push(...told(random, spell, begin, spellMinutes, adults));
  }
  return events.sort((a, b) => a.at_ms - b.at_ms);
}

/** Cuts what is sent in one step into bodies of random length. */
function bodiesOf(events: readonly DoorEvent[], random: Random): DoorEvent[][] {
  const bodies: DoorEvent[][] = [];
  for (let at = 0; at < events.length;) {
    const length = random.between(1, MOST_IN_BODY);
    bodies.push(events.slice(at, at + length));
    at += length;
  }
  return bodies;
}

function stepsOf(events: readonly TimedEvent[], random: Random): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < events.length;) {
    const first = events[at] as TimedEvent;
    const until =
      Math.floor(first.at_ms / 1_000) * 1_000 + random.between(...STEP_S) * 1_000 + random.pick([0, 0, 500]);
    let end = at;
    while (end < events.length && (events[end] as TimedEvent).at_ms <= until) end++;
    const bodies = bodiesOf(
      events.slice(at, end).map(({ event }) => event),
      random,
    );
    steps.push({ bodies, until });
    at = end;
  }
  let until = steps.at(-1)?.until ?? BEGIN;
  for (const seconds of TAIL_S) steps.push({ bodies: [], until: (until += seconds * 1_000) });
  return steps;
}

/** A day of the invented town, cut into what is sent and how far time goes on after it. The same options give the same day. */
export function makeDay(options: DayOptions): Day {
  const random = new Random(options.seed, 'day');
  const events = everything(options, random);
  const town = createTown({ seed: `kill-${options.seed}`, residents: options.residents });
  const register = [...registerOf(town.residents), ...demoRegister()];
  return { register, steps: stepsOf(events, random), events: events.length };
}
