import type { Case, Order } from '@yujing/schemas';
import { maySee, seesAll, type Viewer } from '../api/viewer.ts';
import type { Bilingual, Level, LiveEvent, MaskedPerson } from '../api/views.ts';
import { summaryOf } from '../views/summary.ts';
import type { Stations } from '../api/dependencies.ts';
import type { CaseMemory } from './memory.ts';
import type { AnyRecord } from './records.ts';

/** An event and who may hear it. The audience is fixed when the event is made, so a slow client hears what he could then. */
export interface Outgoing {
  readonly event: LiveEvent;
  readonly audience: (viewer: Viewer) => boolean;
}

export interface EventSources {
  readonly memory: CaseMemory;
  readonly masks: ReadonlyMap<string, MaskedPerson>;
  readonly stations: Stations;
  readonly currency: string;
  /** the case as it stood before this record */
  readonly before: Case | undefined;
}

/** What people hear of a record; asked after the memory took it in. */
export function eventsOf(record: AnyRecord, sources: EventSources): Outgoing[] {
  switch (record.type) {
    case 'Case':
      return caseEvents(record.value, sources);
    case 'Order':
      return [orderEvent(record.value)];
    case 'Applied':
    case 'Refused':
      return [verdictEvent(record, sources.memory)];
    case 'Label': {
      const { case_id, label, outcome_code } = record.value;
      return [{ event: { kind: 'label', case_id, label, outcome_code }, audience: ofCase(case_id, sources.memory) }];
    }
    default:
      return [];
  }
}

/** BLUE is written down and counted, and shown to nobody. */
function isShown(record: Case): boolean {
  return record.level !== 'BLUE' && !record.retrospective;
}

function caseEvents(record: Case, { memory, masks, stations, currency, before }: EventSources): Outgoing[] {
  const orders = memory.ordersOf(record.case_id);
  const now = (viewer: Viewer): boolean => isShown(record) && maySee(viewer, record, orders);
  const found: Outgoing[] = [];
  if (isShown(record)) {
    const around = { masked: masks.get(record.subject), orders, stations, currency };
    const event: LiveEvent = { kind: 'case', case: summaryOf(record, around), changed: record.changed };
    found.push({ event, audience: now });
  }
  // Whoever saw it before and no longer does is told to take it off; nobody hears both.
  if (before !== undefined && isShown(before) && (!isShown(record) || before.precinct !== record.precinct)) {
    const gone: LiveEvent = { kind: 'gone', case_id: record.case_id };
    found.push({ event: gone, audience: (viewer) => maySee(viewer, before, orders) && !now(viewer) });
  }
  return found;
}

function orderArea({ area_zh, area_en }: Order): Bilingual | null {
  return area_zh === null ? null : { zh: area_zh, en: area_en ?? area_zh };
}

/** Rings at the officer addressed; the desks see it too. */
function orderEvent(order: Order): Outgoing {
  const { order_id, case_id, officer, scam_type, issued_at } = order;
  const event: LiveEvent = {
    kind: 'order',
    order_id,
    case_id,
    officer,
    level: order.level as Level,
    scam_type,
    area: orderArea(order),
    issued_at,
  };
  return { event, audience: (viewer) => viewer.user === officer || seesAll(viewer) };
}

function ofCase(case_id: string, memory: CaseMemory): (viewer: Viewer) => boolean {
  const known = memory.case(case_id);
  if (known === undefined) return seesAll;
  return (viewer) => maySee(viewer, known.record, known.orders);
}

/** The answer to a command goes to whoever gave it; when that is forgotten, to those who see the case. */
function verdictEvent(record: Extract<AnyRecord, { type: 'Applied' | 'Refused' }>, memory: CaseMemory): Outgoing {
  const { command_id, case_id } = record.value;
  const event: LiveEvent =
    record.type === 'Applied'
      ? { kind: 'applied', command_id, case_id }
      : { kind: 'refused', command_id, case_id, reason: record.value.reason };
  const author = memory.command(command_id)?.by;
  if (author !== undefined) return { event, audience: (viewer) => viewer.user === author };
  return { event, audience: case_id === null ? seesAll : ofCase(case_id, memory) };
}
