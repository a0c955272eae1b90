import { setTimeout as sleep } from 'node:timers/promises';
import { checkOutside } from '../chaos/checks.ts';
import { makeDay, type Day } from '../kill/day.ts';
import { Random } from '../kill/random.ts';
import { Cluster, SOURCE, STAGES, workersOf, type StageName } from './cluster.ts';
import { Doors } from './doors.ts';
import { endInOrder } from './ending.ts';
import { Inside } from './inside.ts';
import type { Part, PartOptions, PartResult } from './part.ts';

interface DoorDayOptions extends PartOptions {
  /** workers of profile and detect */
  readonly workers: number;
  /** each service is killed once on the way */
  readonly isKilled: boolean;
}

/** Some 20,000 events in two spells of six minutes, with the calls' ends after them. */
const DAY = { residents: 1_500, spells: 2, spellMinutes: 6, callsPerMinute: 530, paymentsPerMinute: 640 };
const LEAST_EVENTS = 20_000;
const SMALL_DAY = { ...DAY, residents: 200, spellMinutes: 2, callsPerMinute: 60, paymentsPerMinute: 60 };
/** Quiet times are jumped over sooner than live: eight partitions of ticks a second are most of what is written. */
const TICK_GAP_S = 60;
const REST_WITHIN_MS = 300_000;
const DOWN_MS = [100, 1_500] as const;
const NO_COMMANDS: ReadonlySet<string> = new Set();

export function doorDay(workers: number, isKilled: boolean): Part {
  const each = `${workers} worker${workers > 1 ? 's' : ''} of profile and detect`;
  return {
    name: isKilled ? 'day-killed' : `day-${workers}`,
    what: `a seeded day in clock: door, ${each}${isKilled ? ', kill -9 of each service on the way' : ''}; its logs put through the embedded stages`,
    run: (options) => playDoorDay({ ...options, workers, isKilled }),
  };
}

async function playDoorDay(options: DoorDayOptions): Promise<Omit<PartResult, 'part' | 'what'>> {
  const { servers, seed, workers, isKilled, say, isSmall } = options;
  const day = makeDay({ seed, ...(isSmall ? SMALL_DAY : DAY) });
  const deaths: string[] = [];
  let isEnding = false;
  const cluster = new Cluster({
    servers,
    installation: `day-${workers}${isKilled ? 'k' : ''}-${Date.now().toString(36)}`,
    workers: workersOf(1, { profile: workers, detect: workers }),
    clock: 'door',
    tickGapSeconds: TICK_GAP_S,
    seed,
    onDeath: (name, how) => void (isEnding ? undefined : deaths.push(`${name} ended by itself with ${how}`)),
  });
  try {
    await cluster.setup();
    await cluster.start();
    say(`${cluster.processes.length} processes ready; ${day.events} events`);
    const doors = new Doors({ urls: () => cluster.urls('ingest'), key: cluster.key, source: SOURCE });
    const begin = performance.now();
    const kills = isKilled ? killsOf(day, seed) : new Map<number, StageName>();
    await play(day, doors, kills, { cluster, random: new Random(seed, 'down'), say });
    const sentMs = performance.now() - begin;
    const ending = await endInOrder(cluster, { restWithinMs: REST_WITHIN_MS });
    isEnding = true;
    const throughMs = performance.now() - begin;
    const { facts, problems } = await check(cluster, doors, isSmall ? 1 : LEAST_EVENTS);
    return {
      facts: { ...facts, kills: kills.size, sent_ms: Math.round(sentMs), through_ms: Math.round(throughMs) },
      problems: [...deaths, ...ending, ...problems],
    };
  } finally {
    await cluster.close();
  }
}

/** Step -> who is killed after it: each service once, spread over the day in an order that the seed decides. */
function killsOf({ steps }: Day, seed: number): Map<number, StageName> {
  const random = new Random(seed, 'kills');
  const left: StageName[] = [...STAGES];
  const kills = new Map<number, StageName>();
  const busy = steps.filter(({ bodies }) => bodies.length > 0).length;
  for (let turn = 1; left.length > 0; turn++) {
    const [stage] = left.splice(random.below(left.length), 1);
    kills.set(Math.floor((turn * busy) / (STAGES.length + 1)), stage as StageName);
  }
  return kills;
}

interface Hand {
  readonly cluster: Cluster;
  readonly random: Random;
  readonly say: (line: string) => void;
}

async function play(day: Day, doors: Doors, kills: ReadonlyMap<number, StageName>, hand: Hand): Promise<void> {
  await doors.register(day.register);
  for (const [index, { bodies, until }] of day.steps.entries()) {
    const stage = kills.get(index);
    const killing = stage === undefined ? undefined : kill(stage, hand);
    for (const events of bodies) await doors.send(events);
    await doors.clock(until);
    await killing;
    // A door that was killed does not know how far time had been let go.
    if (stage === 'ingest') await doors.clock(until);
  }
}

/** While events are on their way. */
async function kill(stage: StageName, { cluster, random, say }: Hand): Promise<void> {
  const worker = random.pick(cluster.running(stage));
  await sleep(random.between(0, 200));
  await worker.kill();
  await sleep(random.between(...DOWN_MS));
  await worker.startAgainAndAgain();
  say(`kill -9 of ${worker.name}, ready again`);
}

async function check(cluster: Cluster, doors: Doors, leastEvents: number): Promise<Omit<PartResult, 'part' | 'what'>> {
  const inside = await Inside.open(cluster.servers, cluster.installation);
  try {
    const { dump, hops, problems, repeats, counts } = await inside.check();
    const { violations, counts: told } = checkOutside(dump, inside.codec, {
      accepted: doors.accepted,
      sent: doors.sent,
      commands: NO_COMMANDS,
      heard: undefined,
    });
    const { events, encounters, warnings, orders, deliveries } = told;
    const found = [...problems, ...violations.map(({ kind, detail }) => `${kind}: ${detail}`)];
    if (events < leastEvents) found.push(`only ${events} events`);
    for (const [name, count] of Object.entries({ encounters, warnings, orders, deliveries }))
      if (count === 0) found.push(`no ${name}: nothing was compared`);
    const outputs = hops.reduce((sum, hop) => sum + hop.outputs, 0);
    const facts = { events, encounters, warnings, orders, deliveries, outputs_compared: outputs };
    return { facts: { ...facts, ticks: counts['Tick'] ?? 0, records_repeated: repeats }, problems: found };
  } finally {
    await inside.close();
  }
}
