import type { AnyDecoded, StoredRecord } from '@yujing/runtime';
import type { CaseStatus, LogName, RecordType, RecordTypes } from '@yujing/schemas';
import { caseStage } from '@yujing/case';
import type { History, Violation } from '../scenario.ts';
import type { RealLedger } from './scenario.ts';

interface Taken<T extends RecordType> extends StoredRecord {
  readonly value: RecordTypes[T];
}

type Say = (kind: string, detail: string) => void;
type Records = <T extends RecordType>(log: LogName, type: T) => ReadonlyArray<Taken<T>>;
type Person = ReturnType<typeof caseStage.codec.empty>;

/** What the people of this world would see: told by content alone, without the replay. */
export function checkContent(history: History, ledger: RealLedger): Violation[] {
  const found: Violation[] = [];
  const say: Say = (kind, detail) => void found.push({ kind, detail });
  const records = readers(history);
  const encounters = tally(records('encounter', 'Encounter').map(({ value }) => value.event_id));
  checkOnce(ledger.events, encounters, 'event', say);
  checkWarnings(records, say);
  const answers = [...records('case', 'Applied'), ...records('case', 'Refused')];
  checkOnce(ledger.commands, tally(answers.map(({ value }) => value.command_id)), 'command', say);
  checkOrders(history, records, say);
  checkCases(records, say);
  checkAcknowledged(records, say);
  checkDeadlines(history, say);
  return found;
}

/** records of a type that readers take, over all incarnations of a log, by partition and offset */
function readers({ logs, taken, codec }: History): Records {
  const byType = new Map<string, Array<StoredRecord & { readonly value: AnyDecoded['value'] }>>();
  for (const log of logs) {
    if (log.name === 'feed') continue;
    log.partitions.forEach((_records, partition) => {
      for (const record of taken(log, partition)) {
        const { type, value } = codec.decode(record.bytes);
        const name = `${log.name} ${type}`;
        const known = byType.get(name);
        if (known === undefined) byType.set(name, [{ ...record, value }]);
        else known.push({ ...record, value });
      }
    });
  }
  return <T extends RecordType>(log: LogName, type: T) =>
    (byType.get(`${log} ${type}`) ?? []) as unknown as ReadonlyArray<Taken<T>>;
}

function people(history: History): Map<string, Person> {
  const found = new Map<string, Person>();
  for (const { stage, live, last } of history.units) {
    if (stage !== 'case' || !live) continue;
    for (const [key, bytes] of last?.entities ?? [])
      if (!key.startsWith('@')) found.set(key, caseStage.codec.decode(bytes, key));
  }
  return found;
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function checkOnce(ids: ReadonlySet<string>, seen: ReadonlyMap<string, number>, what: string, say: Say): void {
  for (const id of ids) {
    const times = seen.get(id) ?? 0;
    if (times === 0) say(`${what} lost`, id);
    if (times > 1) say(`${what} twice`, id);
  }
}

/** A warning comes once, or again when it was withdrawn before; the second analysis says something of each. */
function checkWarnings(records: Records, say: Say): void {
  const shadows = tally(records('case', 'ShadowWarning').map(({ value }) => value.warning_id));
  for (const [id, times] of shadows) if (times > 1) say('warning twice', id);
  const standing = new Set<string>();
  const moves = [...records('case', 'Warning'), ...records('case', 'Withdrawn')].sort(
    (a, b) => a.partition - b.partition || a.offset - b.offset,
  );
  const analysed = new Set(
    records('case', 'Reanalysis').map(({ partition, stamp }) => `${partition} ${stamp?.offset}`),
  );
  for (const { value, partition, offset } of moves) {
    const { warning_id } = value;
    if (!('level' in value)) {
      if (!standing.delete(warning_id)) say('withdrawn before', warning_id);
      continue;
    }
    if (standing.has(warning_id)) say('warning twice', warning_id);
    else if (!analysed.has(`${partition} ${offset}`)) say('warning without effect', warning_id);
    standing.add(warning_id);
  }
}

/** a case keeps so many orders at most */
const MOST_ORDERS = 16;

/** Every order was pushed and every push was an order; state knows it; a step has one. */
function checkOrders(history: History, records: Records, say: Say): void {
  const orders = records('case', 'Order');
  const ordered = new Set(orders.map(({ value }) => value.order_id));
  const pushed = new Set(history.pushes.map(({ order_id }) => order_id));
  for (const id of ordered) if (!pushed.has(id)) say('never pushed', id);
  for (const id of pushed) if (!ordered.has(id)) say('card of no order', id);
  for (const [step, times] of tally(orders.map(({ value }) => `${value.case_id} ${value.step}`)))
    if (times > 1) say('two cards', step);
  const known = people(history);
  for (const { value } of orders) {
    const person = known.get(value.subject);
    const cases = [...(person?.open ? [person.open] : []), ...(person?.recent ?? [])];
    const mine = cases.find(({ case_id }) => case_id === value.case_id);
    const isFolded = person?.closed.some(({ case_id }) => case_id === value.case_id) ?? false;
    const isKnown = mine?.orders.some(({ order_id }) => order_id === value.order_id) ?? isFolded;
    // A case with so many orders has let some go, idle ones first.
    const isFull = (mine?.orders.length ?? 0) >= MOST_ORDERS;
    if (!isKnown && !isFull) say('order unknown to state', `${value.order_id} step ${value.step}`);
  }
}

const ENDED: ReadonlySet<CaseStatus> = new Set(['rejected', 'merged', 'follow_up', 'closed', 'expired']);

/** One open case a person, at every record; revisions without a gap. */
function checkCases(records: Records, say: Say): void {
  const open = new Map<string, string>();
  const revisions = new Map<string, number>();
  for (const { value } of records('case', 'Case')) {
    const { subject, case_id, status, revision } = value;
    const expected = (revisions.get(case_id) ?? 0) + 1;
    if (revision !== expected) say('revision', `${case_id} ${revision} after ${expected - 1}`);
    revisions.set(case_id, revision);
    const other = open.get(subject);
    if (ENDED.has(status)) {
      if (other === case_id) open.delete(subject);
      continue;
    }
    if (other !== undefined && other !== case_id) say('two open cases', `${subject} ${other} ${case_id}`);
    open.set(subject, case_id);
  }
}

const STEPS: ReadonlySet<string> = new Set(['accept', 'en_route', 'on_site', 'with_person']);

/** No escalation for want of an answer on an order whose answer had been applied before it. */
function checkAcknowledged(records: Records, say: Say): void {
  const applied = new Set(records('case', 'Applied').map(({ value }) => value.command_id));
  const acknowledged = new Map<string, number>();
  const takenBack = new Set<string>();
  for (const { value, offset } of records('case', 'Response')) {
    if (!applied.has(value.command_id)) continue;
    if (STEPS.has(value.action)) {
      acknowledged.set(value.order_id, Math.min(offset, acknowledged.get(value.order_id) ?? offset));
    } else if (value.action === 'undo' || value.action === 'decline') takenBack.add(value.order_id);
  }
  for (const { value, stamp } of records('case', 'Escalation')) {
    const at = acknowledged.get(value.order_id);
    const isSilence = value.reason === 'not_acknowledged' || value.reason === 'not_delivered';
    if (isSilence && at !== undefined && at < (stamp?.offset ?? 0) && !takenBack.has(value.order_id))
      say('acknowledged order escalated', value.order_id);
  }
}

/** owners look at the store's clock about once a second */
const LATE_MS = 2_500 * 150;

/** Nothing that somebody should have been told of is long overdue. */
function checkDeadlines(history: History, say: Say): void {
  for (const [subject, { open, timer }] of people(history)) {
    if (open === null) continue;
    if (timer === null) say('no deadline', subject);
    if (open.review.due_at !== null && open.review.due_at < history.now - LATE_MS) say('review overdue', subject);
    const { orders } = open;
    const isSilent = orders.every(({ condition, steps }) => condition !== 'open' || steps.accept === null);
    const newest = orders.findLast(({ condition }) => condition === 'open');
    if (!isSilent || newest === undefined || newest.next_after_ms === null) continue;
    const due = (newest.delivered_at ?? newest.sent_at ?? newest.issued_at) + newest.next_after_ms;
    if (due < history.now - LATE_MS) say('not escalated', newest.order_id);
  }
}
