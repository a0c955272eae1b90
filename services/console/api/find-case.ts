import type { Order } from '@yujing/schemas';
import type { KnownCase } from '../live/memory.ts';
import type { ConsoleContext } from './context.ts';
import { Problem } from './problem.ts';
import { maySee, type Viewer } from './viewer.ts';

/** How long a reader waits for the tables to have what the live stream has told; then he gets what is there. */
const CATCH_UP_MS = 1_000;

/** The tables, as far as the live stream has told: whoever asks after an event finds it. */
export async function freshTables({ readModel, hub }: Pick<ConsoleContext, 'readModel' | 'hub'>): Promise<void> {
  await readModel.reached(hub.vector, CATCH_UP_MS);
}

/**
 * A case within the viewer's scope: the newest snapshot the stream has seen, else the read model's. One that is not his looks
 * like one that is not there.
 * @throws Problem not_found
 */
export async function findCase(context: ConsoleContext, viewer: Viewer, case_id: string): Promise<KnownCase> {
  const live = context.memory.case(case_id);
  if (live !== undefined && maySee(viewer, live.record, live.orders)) return live;
  // An order given before this process started may be known to the tables only.
  const stored = await context.readModel.cases.one(viewer, case_id);
  if (stored === undefined) throw new Problem('not_found');
  if (live === undefined || live.record.revision <= stored.record.revision) return stored;
  // The tables are behind: it may have left his precinct in between.
  if (!maySee(viewer, live.record, stored.orders)) throw new Problem('not_found');
  return { ...stored, record: live.record };
}

/** @throws Problem not_found */
export async function findOrder(context: ConsoleContext, order_id: string): Promise<Order> {
  const order = context.memory.order(order_id) ?? (await context.readModel.cases.order(order_id));
  if (order === undefined) throw new Problem('not_found');
  return order;
}
