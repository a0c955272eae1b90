import type { AnyDecoded, Codec, StoredRecord } from '@yujing/runtime';
import type { LogName, RecordType, RecordTypes } from '@yujing/schemas';
import { takenOf, type Dump } from '../cluster/dump.ts';

/** What everybody outside was told, and nothing of what happened inside. */
export interface Outside {
  /** events that a door answered 202 for, by the name that content gives them */
  readonly accepted: ReadonlySet<string>;
  /** events that were sent, answered or not */
  readonly sent: ReadonlySet<string>;
  /** commands of people that were answered 200 */
  readonly commands: ReadonlySet<string>;
  /** orders that a page heard of, from the first one on; undefined: nobody listened */
  readonly heard: ReadonlySet<string> | undefined;
}

export type ViolationKind = 'lost' | 'said twice' | 'said of nothing';

export interface Violation {
  readonly kind: ViolationKind;
  readonly detail: string;
}

export interface Checked {
  readonly violations: readonly Violation[];
  /** what was counted, so that a comparison of nothing with nothing shows */
  readonly counts: {
    readonly events: number;
    readonly encounters: number;
    readonly warnings: number;
    readonly orders: number;
    readonly deliveries: number;
    readonly commands: number;
    /** events that stand in the feed more than once: a door died before it answered */
    readonly events_repeated: number;
    /** deliveries that stand in the log more than once under one name */
    readonly deliveries_repeated: number;
  };
}

type Say = (kind: ViolationKind, detail: string) => void;
type Of<T extends RecordType> = Omit<StoredRecord, 'key'> & { readonly value: RecordTypes[T] };

const EVENTS: ReadonlySet<string> = new Set<RecordType>(['Call', 'Sms', 'Transaction', 'DomainVisit', 'Incident']);

/** Every record as a reader sees it, by log and type. */
class Records {
  readonly #byType = new Map<string, Array<StoredRecord & { readonly value: AnyDecoded['value'] }>>();

  constructor(dump: Dump, codec: Codec) {
    for (const log of ['feed', 'encounter', 'case'] as const) {
      for (const record of dump[log].partitions.flatMap(takenOf)) {
        const { type, value } = codec.decode(record.bytes);
        const name = `${log} ${type}`;
        const known = this.#byType.get(name);
        if (known === undefined) this.#byType.set(name, [{ ...record, value }]);
        else known.push({ ...record, value });
      }
    }
  }

  of<T extends RecordType>(log: LogName, type: T): ReadonlyArray<Of<T>> {
    return (this.#byType.get(`${log} ${type}`) ?? []) as unknown as ReadonlyArray<Of<T>>;
  }

  /** names of the events of the feed: how often each stands there */
  events(): Map<string, number> {
    const names: string[] = [];
    for (const type of EVENTS) {
      for (const { value } of this.of('feed', type as 'Call')) names.push(value.event_id);
    }
    return tally(names);
  }
}

/**
 * What is told by content alone, without the stages: every accepted event is in the feed and comes to one encounter; a warning
 * comes once and has an effect; an order comes once, a step has one, and the page heard of it; a command is answered once.
 */
export function checkOutside(dump: Dump, codec: Codec, outside: Outside): Checked {
  const violations: Violation[] = [];
  const say: Say = (kind, detail) => void violations.push({ kind, detail });
  const records = new Records(dump, codec);
  const events = records.events();
  checkEvents(events, outside, say);
  const encounters = tally(records.of('encounter', 'Encounter').map(({ value }) => value.event_id));
  checkOnce(new Set(events.keys()), encounters, 'encounter', say);
  checkWarnings(records, say);
  const orders = records.of('case', 'Order');
  checkOrders(orders, outside, say);
  const answers = [...records.of('case', 'Applied'), ...records.of('case', 'Refused')];
  checkCommands(tally(answers.map(({ value }) => value.command_id)), outside, say);
  const deliveries = tally(records.of('case', 'Delivery').map(({ value }) => value.delivery_id));
  checkDeliveries(records, orders, say);
  return {
    violations,
    counts: {
      events: events.size,
      encounters: encounters.size,
      warnings: records.of('case', 'Warning').length,
      orders: orders.length,
      deliveries: deliveries.size,
      commands: outside.commands.size,
      events_repeated: repeats(events),
      deliveries_repeated: repeats(deliveries),
    },
  };
}

function tally(names: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function repeats(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const times of counts.values()) total += times - 1;
  return total;
}

/** A repeat in the feed is no violation: content names it, and profile drops it. */
function checkEvents(events: ReadonlyMap<string, number>, { accepted, sent }: Outside, say: Say): void {
  for (const name of accepted)
    if (!events.has(name)) say('lost', `event ${name} was answered 202 and is not in the feed`);
  for (const name of events.keys()) if (!sent.has(name)) say('said of nothing', `event ${name} was never sent`);
}

function checkOnce(wanted: ReadonlySet<string>, seen: ReadonlyMap<string, number>, what: string, say: Say): void {
  for (const name of wanted) {
    const times = seen.get(name) ?? 0;
    if (times === 0) say('lost', `${what} ${name}`);
    if (times > 1) say('said twice', `${what} ${name}, ${times} times`);
  }
  for (const name of seen.keys()) if (!wanted.has(name)) say('said of nothing', `${what} ${name}`);
}

/** A warning comes once, or again when it was withdrawn before; the second analysis says something of each. */
function checkWarnings(records: Records, say: Say): void {
  const analysed = new Set(
    records.of('case', 'Reanalysis').map(({ partition, stamp }) => `${partition} ${stamp?.offset}`),
  );
  const standing = new Set<string>();
  const moves = [...records.of('case', 'Warning'), ...records.of('case', 'Withdrawn')];
  moves.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  for (const { value, partition, offset } of moves) {
    const { warning_id } = value;
    if (!('level' in value)) standing.delete(warning_id);
    else {
      if (standing.has(warning_id)) say('said twice', `warning ${warning_id}`);
      else if (!analysed.has(`${partition} ${offset}`)) say('lost', `warning ${warning_id} had no effect`);
      standing.add(warning_id);
    }
  }
}

function checkOrders(orders: ReadonlyArray<Of<'Order'>>, { heard }: Outside, say: Say): void {
  const ids = tally(orders.map(({ value }) => value.order_id));
  for (const [id, times] of ids) if (times > 1) say('said twice', `order ${id}, ${times} times`);
  const steps = tally(orders.map(({ value }) => `${value.case_id} step ${value.step}`));
  for (const [step, times] of steps) if (times > 1) say('said twice', `two cards: ${step}`);
  if (heard === undefined) return;
  for (const id of ids.keys()) if (!heard.has(id)) say('lost', `order ${id} was never on the live stream`);
  for (const id of heard) if (!ids.has(id)) say('said of nothing', `order ${id} on the live stream`);
}

function checkCommands(answers: ReadonlyMap<string, number>, { commands }: Outside, say: Say): void {
  for (const id of commands) if (!answers.has(id)) say('lost', `command ${id}`);
  for (const [id, times] of answers) if (times > 1) say('said twice', `command ${id}, ${times} times`);
}

/** From such a state on nobody needs to be called any more. */
const OVER: ReadonlySet<string> = new Set([
  'rejected',
  'merged',
  'acked',
  'en_route',
  'on_site',
  'contacted',
  'outcome_reported',
  'follow_up',
  'closed',
  'expired',
]);

/** Every order was pushed or is said why not, unless a newer one took its place or nobody needed it any more. */
function checkDeliveries(records: Records, orders: ReadonlyArray<Of<'Order'>>, say: Say): void {
  const pushed = new Set(records.of('case', 'Delivery').map(({ value }) => value.order_id));
  const newest = new Map<string, number>();
  for (const { value, offset } of orders) newest.set(`${value.case_id} ${value.officer}`, offset);
  const over = new Map<string, number>();
  for (const { value, offset } of records.of('case', 'Case')) {
    if (OVER.has(value.status)) over.set(value.case_id, offset);
  }
  for (const { value, offset } of orders) {
    const { order_id, case_id, officer } = value;
    const isReplaced = (newest.get(`${case_id} ${officer}`) ?? 0) > offset;
    const isOver = (over.get(case_id) ?? -1) > offset;
    if (!pushed.has(order_id) && !isReplaced && !isOver) say('lost', `order ${order_id} was never pushed`);
  }
  const known = new Set(orders.map(({ value }) => value.order_id));
  for (const id of pushed) if (!known.has(id)) say('said of nothing', `delivery of order ${id}`);
}
