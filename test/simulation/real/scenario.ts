import type { Codec } from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import type { TimedEvent } from '@yujing/simulator';
import type { ProfilePartition } from '@yujing/profile';
import { createHash } from 'node:crypto';
import type { Outside, Push, Scenario } from '../scenario.ts';
import { checkContent } from './checks.ts';
import { CODEC, DOCUMENTS } from './documents.ts';
import { commandOf } from './people.ts';
import { POISON, REAL_STAGES, type RealStages } from './stages.ts';
import { recordsOf, tell, type FeedRecord } from './story.ts';

/** 14:02 in the demo's time zone */
const BEGIN = Date.UTC(2026, 10, 21, 6, 2, 0);
/** Ten minutes of a story in the four seconds of a schedule. */
const SCALE = 150;
const STORY_MS = 4_000 * SCALE;
const STORIES = { least: 2, most: 4 };
const TICK_MS = 30_000;
/** lets every timer of the rules pass */
const LONG_MS = 600_000;
const MOST_POISON = 3;

/** What the world did: the content checks start from it. */
export interface RealLedger {
  readonly events: Set<string>;
  readonly commands: Set<string>;
}

interface Sent {
  readonly log: 'feed' | 'case';
  readonly key: string;
  readonly bytes: Uint8Array;
}

const REPEATABLE = 40;

class RealWorld {
  readonly ledger: RealLedger = { events: new Set(), commands: new Set() };
  readonly #codec: Codec;
  #events: TimedEvent[] | undefined;
  /** orders that reached a phone */
  readonly #orders = new Map<string, RecordTypes['Order']>();
  readonly #lastCommand = new Map<string, string>();
  #sent: Sent[] = [];
  #commands = 0;
  #poisoned = 0;
  #ticked = 0;

  constructor(codec: Codec) {
    this.#codec = codec;
  }

  act(outside: Outside, pushes: readonly Push[]): void {
    const { random, faults, now } = outside;
    this.#events ??= tell(random, STORIES.least + random.below(STORIES.most - STORIES.least + 1), BEGIN, STORY_MS);
    if (now >= this.#ticked + TICK_MS) this.tick(outside, now);
    while ((this.#events[0]?.at_ms ?? Number.POSITIVE_INFINITY) <= now) this.#report(outside, this.#events.shift());
    if (pushes.length > 0 && random.chance(0.45)) this.#command(outside, random.pick(pushes));
    const again = random.chance(0.2 * faults.degree('appendRepeated')) && this.#sent.length > 0;
    if (again) this.#append(outside, random.pick(this.#sent));
  }

  /** Two doors, of which the second lags, is silent or closes now and then. */
  tick(outside: Outside, time: number): void {
    const { random } = outside;
    this.#ticked = time;
    const all = (type: 'Tick' | 'DoorOpen' | 'DoorClosed', value: RecordTypes[typeof type]): void => {
      const bytes = this.#codec.encode(type, value);
      for (let partition = 0; partition < outside.partitions('feed'); partition++)
        outside.appendTo('feed', partition, bytes);
    };
    const chance = random.next();
    if (chance < 0.1) all('DoorOpen', { door: 'door-b', at: time });
    else if (chance < 0.2) all('DoorClosed', { door: 'door-b', at: time });
    else if (chance < 0.6) all('Tick', { door: 'door-b', time: time - random.below(12_000), origin: -1 });
    all('Tick', { door: 'door-a', time, origin: -1 });
  }

  pushed(order: RecordTypes['Order']): void {
    this.#orders.set(order.order_id, order);
  }

  #report(outside: Outside, timed: TimedEvent | undefined): void {
    if (timed === undefined) return;
    const { random, faults, now } = outside;
    const isPoison = this.#poisoned < MOST_POISON && random.chance(0.05 * faults.degree('poison'));
    for (const record of recordsOf(timed.event, now)) {
      const isCall = record.type === 'Call';
      const value = isPoison && isCall ? poisoned(record) : record.value;
      if (value !== record.value) this.#poisoned++;
      else if (record.type !== 'Touch') this.ledger.events.add(value.event_id);
      this.#append(outside, { log: 'feed', key: record.key, bytes: this.#encode(record.type, value) });
    }
  }

  #command(outside: Outside, { order_id }: Push): void {
    const order = this.#orders.get(order_id);
    if (order === undefined) return;
    const { random, faults, now } = outside;
    const isPoison = this.#poisoned < MOST_POISON && random.chance(0.03 * faults.degree('poison'));
    const number = String(++this.#commands).padStart(6, '0');
    const command_id = `${isPoison ? POISON : `u${random.below(2)}`}-${number}`;
    const last = this.#lastCommand.get(order_id) ?? null;
    const { type, value } = commandOf({ random, command_id, order, last, at: now });
    this.#lastCommand.set(order_id, command_id);
    if (isPoison && type !== 'HandOver') this.#poisoned++;
    else this.ledger.commands.add(command_id);
    const sent: Sent = { log: 'case', key: order.subject, bytes: this.#encode(type, value) };
    this.#append(outside, sent);
    if (random.chance(0.5 * faults.degree('appendRepeated'))) this.#append(outside, sent);
  }

  #append(outside: Outside, sent: Sent): void {
    outside.append(sent.log, sent.key, sent.bytes);
    this.#sent = [...this.#sent.slice(1 - REPEATABLE), sent];
  }

  #encode(type: RecordType, value: unknown): Uint8Array {
    return this.#codec.encode(type, value as never);
  }
}

/** The event under a call of its own, so that no other event of the story is taken for it. */
function poisoned({ value }: FeedRecord): FeedRecord['value'] {
  const event_id = idOf(POISON, value.event_id);
  return { ...value, event_id, call_id: `${POISON}-${event_id}` } as FeedRecord['value'];
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('|')).digest('hex').slice(0, 32);
}

function deliveryOf(order: RecordTypes['Order'], at: number): RecordTypes['Delivery'] {
  const { subject, case_id, order_id, step, officer } = order;
  const push = { subject, case_id, order_id, step, officer, channel: 'sse', status: 'delivered', at } as const;
  const delivery_id = idOf('delivery', order_id);
  return { ...push, delivery_id, device: 'device-1', attempt: 1, error_code: null, reported_by: 'device' };
}

/** Partition state of a grown feed: what any part of the old one knew. */
function grown(states: readonly ProfilePartition[]): ProfilePartition {
  const newest = (maps: ReadonlyArray<Record<string, number>>): Record<string, number> => {
    const merged: Record<string, number> = {};
    for (const [name, at] of maps.flatMap((map) => Object.entries(map))) merged[name] = Math.max(merged[name] ?? 0, at);
    return merged;
  };
  return {
    doors: newest(states.map(({ doors }) => doors)),
    relayed: Math.max(...states.map(({ relayed }) => relayed)),
    now: Math.max(...states.map(({ now }) => now)),
    adoptions: newest(states.map(({ adoptions }) => adoptions)),
    adoptedBefore: states.some(({ adoptedBefore }) => adoptedBefore),
  };
}

/** The stages that ship, small stories of the simulator's town, and what people answer to their cards. */
export function createRealScenario(stages: RealStages = REAL_STAGES): Scenario {
  const codec = CODEC;
  const world = new RealWorld(codec);
  return {
    codec,
    partitions: { feed: 2, encounter: 3, case: 2, change: 1 },
    grownFeed: 3,
    firstHeads: DOCUMENTS.firstHeads,
    headOf(version) {
      const head = DOCUMENTS.versions[version - 1];
      if (head === undefined) throw new RangeError(`no version ${version}`);
      return head;
    },
    time: (now) => BEGIN + Math.round(now * SCALE),
    rate: SCALE,
    stages,
    act: (outside, pushes) => world.act(outside, pushes),
    end: (outside) => world.tick(outside, outside.now + LONG_MS),
    deliver(record, now) {
      if (codec.typeOf(record.bytes) !== 'Order') return undefined;
      const order = codec.decode(record.bytes).value as RecordTypes['Order'];
      world.pushed(order);
      const { order_id, subject, step } = order;
      const push = { order_id, subject, level: step };
      return { push, delivery: codec.encode('Delivery', deliveryOf(order, now)) };
    },
    grownState: (states) => grown(states as readonly ProfilePartition[]),
    check: (history) => checkContent(history, world.ledger),
  };
}
