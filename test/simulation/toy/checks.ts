import type { StoredRecord } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import type { History, Violation } from '../scenario.ts';
import type { Person } from './case.ts';
import { LADDER_TOP } from './case.ts';
import type { Subject } from './detect.ts';
import type { ToyLedger } from './scenario.ts';
import { toy, type ToyRecords, type ToyType } from './toy-records.ts';

interface Taken<T extends ToyType> {
  readonly partition: number;
  readonly offset: number;
  readonly value: ToyRecords[T];
}

/** What the people of the toy world would see: told by content alone, without stamps and without the replay. */
export function checkContent(history: History, ledger: ToyLedger): Violation[] {
  const found: Violation[] = [];
  const say = (kind: string, detail: string): void => void found.push({ kind, detail });
  const records = readers(history);
  const people = entities<Person>(history, 'case');

  const encounters = tally(records('encounter', 'Encounter').map(({ value }) => value.event_id));
  for (const id of ledger.calls) {
    const times = encounters.get(id) ?? 0;
    if (times === 0) say('event lost', id);
    if (times > 1) say('event twice', id);
  }
  const warnings = records('case', 'Warning');
  for (const [id, times] of tally(warnings.map(({ value }) => value.warning_id)))
    if (times > 1) say('warning twice', id);
  const warned = tally(warnings.map(({ value }) => value.subject));
  for (const [subject, { warnings: known }] of entities<Subject>(history, 'detect')) {
    const times = warned.get(subject) ?? 0;
    if (times < known) say('warning lost', subject);
    if (times > known) say('warning unknown to state', subject);
  }
  const known = new Set([...people.values()].flatMap(({ orders }) => orders));
  const orders = records('case', 'Order');
  for (const { value } of orders) if (!known.has(value.order_id)) say('order unknown to state', value.order_id);
  checkPushes(history, records, say);
  checkCommands(ledger, records, say);
  checkCards(records, say);
  for (const { open } of people.values()) {
    if (open !== null && !open.acknowledged && open.level < LADDER_TOP) say('not escalated', open.order_id);
  }
  return found;
}

type Say = (kind: string, detail: string) => void;
type Records = <T extends ToyType>(log: LogName, type: T) => Array<Taken<T>>;

/** records of a type that readers take, over all incarnations of a log, by partition and offset */
function readers(history: History): Records {
  return <T extends ToyType>(name: LogName, type: T) => {
    const found: Array<Taken<T>> = [];
    for (const log of history.logs) {
      if (log.name !== name) continue;
      log.partitions.forEach((_records, partition) => {
        for (const record of history.taken(log, partition) as readonly StoredRecord[]) {
          const decoded = history.codec.decode(record.bytes);
          if (decoded.type === type) found.push({ partition, offset: record.offset, value: toy(decoded, type) });
        }
      });
    }
    return found;
  };
}

function entities<Entity>(history: History, stage: string): Map<string, Entity> {
  const found = new Map<string, Entity>();
  for (const unit of history.units) {
    if (unit.stage !== stage || !unit.live) continue;
    for (const [key, bytes] of unit.last?.entities ?? []) {
      if (!key.startsWith('@')) found.set(key, JSON.parse(Buffer.from(bytes).toString()) as Entity);
    }
  }
  return found;
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function checkPushes(history: History, records: Records, say: Say): void {
  const cards = [...records('case', 'Order'), ...records('case', 'Escalation')];
  const ordered = new Set(cards.map(({ value }) => `${value.order_id} ${value.level}`));
  const pushed = new Set(history.pushes.map(({ order_id, level }) => `${order_id} ${level}`));
  for (const name of ordered) if (!pushed.has(name)) say('never pushed', name);
  for (const name of pushed) if (!ordered.has(name)) say('card of no order', name);
}

function checkCommands(ledger: ToyLedger, records: Records, say: Say): void {
  const answers = tally(
    [...records('case', 'Applied'), ...records('case', 'Refused')].map(({ value }) => value.command_id),
  );
  for (const { command_id } of ledger.commands) {
    const times = answers.get(command_id) ?? 0;
    if (times === 0) say('command lost', command_id);
    if (times > 1) say('command twice', command_id);
  }
}

/** One open card a person, and no escalation of what was acknowledged before it in the log. */
function checkCards(records: Records, say: Say): void {
  const acknowledged = new Map<string, number>();
  for (const { offset, value } of records('case', 'Decision')) {
    const first = acknowledged.get(value.order_id);
    if (value.action === 'ack' && (first === undefined || offset < first)) acknowledged.set(value.order_id, offset);
  }
  for (const { value } of records('case', 'Escalation')) {
    const at = acknowledged.get(value.order_id);
    if (at !== undefined && at < value.offset) say('acknowledged order escalated', value.order_id);
  }
  const open = new Map<string, number>();
  const moves = [...records('case', 'Order'), ...records('case', 'Case')].sort(
    (a, b) => a.partition - b.partition || a.offset - b.offset,
  );
  for (const { value } of moves) {
    const change = 'level' in value ? 1 : value.status === 'closed' ? -1 : 0;
    const cards = (open.get(value.subject) ?? 0) + change;
    open.set(value.subject, cards);
    if (cards > 1) say('two cards', value.subject);
  }
}
