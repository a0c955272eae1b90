import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppendRecord } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { MemoryBroker } from '../fixtures/memory-broker.ts';
import { callEvent, NOON, openTestDoor, paymentEvent, type TestDoor } from '../fixtures/open-test-door.ts';

const SECOND = 1_000;
type Act = (t: TestDoor) => Promise<unknown>;

function release(until: number): Act {
  return ({ app, key }) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    return app.inject({ method: 'POST', url: '/v1/clock', headers, payload: JSON.stringify({ until }) });
  };
}

const late = { id: 'late', phase: 'ended', occurred_at: NOON + SECOND, accepted_at: NOON + 9 * SECOND };
const ACTS: readonly Act[] = [
  (t) =>
    t.post([
      callEvent(),
      callEvent({ id: 'c2', call_id: 'c2', peer_tel: '00852000002', occurred_at: NOON + 5 * SECOND }),
    ]),
  release(NOON + 7_500),
  (t) =>
    t.post([
      callEvent(late),
      paymentEvent({ occurred_at: NOON + 8 * SECOND }),
      paymentEvent({ id: 't2', txn_id: 't2', occurred_at: NOON + 12 * SECOND }),
    ]),
  release(NOON + 15 * SECOND),
  release(NOON + 60 * SECOND),
  (t) => t.post(paymentEvent({ id: 't3', txn_id: 't3', occurred_at: NOON + 90 * SECOND })),
  release(NOON + 95 * SECOND),
];

/** Keeps the order of all appends, as the log on disk does. */
class OrderedBroker extends MemoryBroker {
  readonly order: Array<readonly [partition: number, record: AppendRecord]> = [];

  constructor(log: OrderedBroker['order'] = []) {
    super();
    for (const [partition, record] of log) {
      this.feed[partition]?.push(record);
      this.order.push([partition, record]);
    }
  }

  override async append(
    log: string,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> {
    for (const [partition, records] of batches) for (const record of records) this.order.push([partition, record]);
    return super.append(log, batches);
  }
}

/** What the profile stage makes of a partition: repeats and ticks heard before are nothing. */
function heard(t: TestDoor): string[][] {
  return t.broker.feed.map((records) => {
    const ids = new Set<string>();
    let newest = 0;
    return records.flatMap(({ key, bytes }) => {
      const { type, value } = t.decode(bytes);
      const time = type === 'Tick' ? value.time : type === 'DoorOpen' ? value.at : undefined;
      if (time !== undefined && time <= newest) return [];
      newest = Math.max(newest, time ?? 0);
      const { event_id } = value as { readonly event_id?: string };
      if (event_id !== undefined && ids.has(`${type} ${event_id}`)) return [];
      if (event_id !== undefined) ids.add(`${type} ${event_id}`);
      return [JSON.stringify([key, type, value])];
    });
  });
}

/** A door over what is left of a log; tokens are made with the same keys. */
async function openOver(root: string, name: string, log: OrderedBroker['order']) {
  const folder = join(root, name);
  copyFileSync(join(root, 'keys.json'), `${folder}.keys.json`);
  return openTestDoor({ folder, broker: new OrderedBroker(log), clock: 'door', settings: { tickGapSeconds: 20 } });
}

test('door: wherever the feed was cut, the door goes on as if nothing had happened', async () => {
  const root = mkdtempSync(join(tmpdir(), 'yujing-resume-'));
  const first = await openTestDoor({ folder: join(root, 'first') });
  await first.close();
  copyFileSync(join(root, 'first.keys.json'), join(root, 'keys.json'));

  const whole = await openOver(root, 'whole', []);
  const { order } = whole.broker as OrderedBroker;
  const ends: number[] = [];
  for (const act of ACTS) {
    await act(whole);
    ends.push(order.length);
  }
  const expected = heard(whole);
  const log = [...order];
  await whole.close();
  for (let cut = 0; cut < log.length; cut += 5 + (cut % 4)) {
    const t = await openOver(root, `cut-${cut}`, log.slice(0, cut));
    for (const [i, act] of ACTS.entries()) if ((ends[i] ?? 0) > cut) await act(t);
    expect(heard(t), `cut at record ${cut} of ${log.length}`).toEqual(expected);
    await t.close();
  }
  rmSync(root, { recursive: true });
});

test('door: a stop and a start in between is no gap', async () => {
  const root = mkdtempSync(join(tmpdir(), 'yujing-resume-'));
  const first = await openTestDoor({ folder: join(root, 'first') });
  await first.close();
  copyFileSync(join(root, 'first.keys.json'), join(root, 'keys.json'));
  const play = async (name: string, stopAfter: number): Promise<string[]> => {
    let t = await openOver(root, name, []);
    for (const [i, act] of ACTS.entries()) {
      await act(t);
      if (i !== stopAfter) continue;
      const { order } = t.broker as OrderedBroker;
      await t.close();
      t = await openOver(root, `${name}-on`, order);
    }
    const all = heard(t).flat();
    await t.close();
    return all.filter((line) => !line.includes('"DoorClosed"') && !line.includes('"DoorOpen"'));
  };
  const expected = await play('whole', -1);
  for (const stop of [0, 1, 3, 4]) expect(await play(`stop-${stop}`, stop), `stop after ${stop}`).toEqual(expected);
  rmSync(root, { recursive: true });
});
