import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDoor, openKeys, type Door } from '@yujing/ingest';
import { createLocalCodec, type AnyDecoded, type AppendRecord, type Broker } from '@yujing/runtime';
import { checkMeaning } from '@yujing/schemas';
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
  type StoryName,
  type TimedEvent,
} from '@yujing/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The stories are data in the door's JSON form: the door must take every field of every one of them. */
const START = Date.UTC(2026, 5, 15, 6, 2, 0);
const CODEC = createLocalCodec();
const NAMES: StoryName[] = [
  ...new Set([...STORIES, ...LOOK_ALIKES, ...GOLDEN_VARIANTS, 'fake_police_hurried' as const]),
];

const feed: AppendRecord[] = [];
const broker: Broker = {
  partitions: () => 4,
  logId: () => 'memory',
  range: async () => ({ low: 0, high: 0 }),
  async append(_log, batches) {
    for (const records of batches.values()) feed.push(...records);
    return new Set(batches.keys());
  },
  read: () => Promise.reject(new Error('nothing to read')),
  join: () => Promise.reject(new Error('nothing to join')),
  close: async () => undefined,
};

let folder: string;
let door: Door;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yujing-stories-'));
  const keys = openKeys(`${folder}.keys.json`, { create: true });
  const settings = { inventedMobiles: true, tickGapSeconds: 1 };
  door = await openDoor({ dataFolder: folder, keys, broker, codec: CODEC, clock: 'door', settings });
});

afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.keys.json`);
});

async function send(told: readonly TimedEvent[]): Promise<AnyDecoded[]> {
  const before = feed.length;
  const items = told.map(({ event }) => ({
    json: JSON.parse(JSON.stringify(event)),
    fault: undefined,
    text: () => '',
  }));
  const answer = await door.entrance.take(items, { source: 'town', isHistorical: false }, 'json');
  expect(answer).toMatchObject({ refused: [], ignored_fields: {} });
  return feed.slice(before).map(({ bytes }) => CODEC.decode(bytes));
}

test('the register is taken whole', async () => {
  const town = createTown({ seed: 'test', residents: 60 });
  const persons = [...registerOf(town.residents), ...demoRegister()];
  expect(await door.register.put(persons, 'town', START)).toEqual({ accepted: 63, refused: [] });
  const records = await send(
    everydayMinute(town, { callsPerMinute: 40, paymentsPerMinute: 40 }, 'r', START - 3_600_000),
  );
  for (const { type, value } of records) expect(checkMeaning(type, value)).toEqual([]);
  expect(records.some(({ value }) => 'peer_relation' in value && value.peer_relation === 'family')).toBe(true);
});

test.each(NAMES)('%s passes the door', async (name) => {
  const person = DEMO_PEOPLE[0]!;
  const told = story(name, { start: START, person, run: name.replaceAll('_', '-') });
  const records = await send(told);
  const events = records.filter(({ type }) => !['Tick', 'DoorOpen', 'Touch'].includes(type));
  expect(events).toHaveLength(new Set(told.map(({ event }) => event.id)).size);
  for (const { type, value } of records) expect(checkMeaning(type, value)).toEqual([]);
  for (const { value } of events) {
    expect(value).toMatchObject({ subject_kind: 'person', subject_age_band: 'adult' });
    expect('places' in value && value.places[0]).toMatchObject({ kind: 'home', station_code: 'qinghe' });
  }
});
