import { BrokerError } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { MemoryBroker } from '../fixtures/memory-broker.ts';
import { NO_METRICS } from '../metrics.ts';
import { AppendQueue } from './append-queue.ts';
import { callEvent, NOON, openTestDoor, paymentEvent, type TestDoor } from '../fixtures/open-test-door.ts';

function release(t: TestDoor, until: number | string) {
  return t.app.inject({
    method: 'POST',
    url: '/v1/clock',
    headers: { authorization: `Bearer ${t.key}`, 'content-type': 'application/json' },
    payload: JSON.stringify({ until }),
  });
}

function ticksOf(t: TestDoor): number[] {
  return t.feed(true).flatMap((record) => (record.type === 'Tick' ? [record.value.time] : []));
}

/** In every partition: nothing accepted before a tick that stands in front of it. */
function expectTicksHold(t: TestDoor): void {
  for (const records of t.broker.feed) {
    let tick = 0;
    for (const record of records) {
      const decoded = t.decode(record.bytes);
      if (decoded.type === 'Tick') tick = decoded.value.time;
      else if ('accepted_at' in decoded.value) expect(decoded.value.accepted_at).toBeGreaterThanOrEqual(tick);
    }
  }
}

test('wall: the door opens in every partition, and no time goes back behind a tick or a restart', async () => {
  const t = await openTestDoor();
  t.setNow(NOON + 5000);
  await t.post(callEvent());
  await t.door.close();
  const types = t.feed(true).map(({ type }) => type);
  expect(types.filter((type) => type === 'DoorOpen')).toHaveLength(4);
  expect(types.filter((type) => type === 'DoorClosed')).toHaveLength(4);
  expectTicksHold(t);
  await t.close();
});

test('door: a tick a second stands before the next event, and at the released instant', async () => {
  const released: number[] = [];
  const t = await openTestDoor({ clock: 'door', release: async (until) => void released.push(until) });
  await t.post([callEvent(), callEvent({ id: 'c1-p', phase: 'in_progress', occurred_at: NOON + 4200 })]);
  expect([...new Set(ticksOf(t))]).toEqual([0, 1, 2, 3, 4].map((s) => NOON + s * 1000));
  expectTicksHold(t);
  const answer = await release(t, NOON + 6500);
  expect(answer.json()).toEqual({ now: NOON + 6500 });
  expect(released).toEqual([NOON + 6500]);
  expect(Math.max(...ticksOf(t))).toBe(NOON + 6000);
  await t.post(paymentEvent());
  const payment = t.feed().find(({ type }) => type === 'Transaction');
  expect(payment?.value).toMatchObject({ occurred_at: NOON, accepted_at: NOON + 6500, lateness: 'on_time' });
  expectTicksHold(t);
  await t.close();
});

test('door: an explicit accepted_at makes an event late; a long gap is jumped', async () => {
  const t = await openTestDoor({ clock: 'door', settings: { tickGapSeconds: 10 } });
  await t.post([
    callEvent(),
    callEvent({ id: 'late', phase: 'ended', occurred_at: NOON + 1000, accepted_at: NOON + 241_000 }),
  ]);
  const ended = t.feed().find(({ type, value }) => type === 'Call' && 'phase' in value && value.phase === 'ended');
  expect(ended?.value).toMatchObject({ occurred_at: NOON + 1000, accepted_at: NOON + 241_000, lateness: 'late' });
  expect([...new Set(ticksOf(t))]).toHaveLength(12);
  expect(Math.max(...ticksOf(t))).toBe(NOON + 241_000);
  await t.close();
});

test('door: records stand in the order of time over all partitions', async () => {
  const broker = new MemoryBroker();
  const order: number[] = [];
  const append = broker.append.bind(broker);
  const t = await openTestDoor({ clock: 'door', broker });
  broker.append = async (log, batches) => {
    for (const records of batches.values()) {
      for (const { bytes } of records) {
        const { value } = t.decode(bytes);
        if ('accepted_at' in value) order.push(value.accepted_at as number);
      }
    }
    return append(log, batches);
  };
  const events = Array.from({ length: 200 }, (_, i) =>
    callEvent({ id: `c${i}`, call_id: `c${i}`, peer_tel: `+86120000${1000 + i}`, occurred_at: NOON + i * 37 }),
  );
  await t.post(events);
  expect(order).toHaveLength(400);
  expect(order).toEqual([...order].sort((a, b) => a - b));
  await t.close();
});

test('the clock cannot be released live, nor without the role', async () => {
  const wall = await openTestDoor();
  expect((await release(wall, NOON)).statusCode).toBe(409);
  await wall.close();
  const source = await openTestDoor({ clock: 'door', role: 'source' });
  expect((await release(source, NOON)).statusCode).toBe(403);
  expect((await release({ ...source, key: 'nobody' }, NOON)).statusCode).toBe(401);
  await source.close();
  const door = await openTestDoor({ clock: 'door' });
  expect((await release(door, 'tomorrow')).statusCode).toBe(400);
  await door.close();
});

test('lateness: on time, late, in retrospect; too old and ahead are refused, history is not', async () => {
  const minute = 60_000;
  const at = (ms: number) => callEvent({ id: `at${ms}`, occurred_at: NOON + ms });
  const t = await openTestDoor();
  const answer = await t.post([at(-10_000), at(-4 * minute), at(-31 * minute), at(-25 * 60 * minute), at(6 * minute)]);
  expect(answer.json().refused).toMatchObject([
    { index: 3, code: 'too_old' },
    { index: 4, code: 'in_future' },
  ]);
  const lateness = t.feed().flatMap(({ type, value }) => (type === 'Call' ? [value] : []));
  expect(lateness.map((call) => ('lateness' in call ? call.lateness : '')).sort()).toEqual([
    'late',
    'on_time',
    'retrospective',
  ]);
  await t.close();
  const history = await openTestDoor({ historical: true });
  expect((await history.post(at(-400 * 24 * 60 * minute))).json()).toMatchObject({ accepted: 1 });
  expect(history.feed()[0]?.value).toMatchObject({ lateness: 'retrospective' });
  await history.close();
});

test.each([false, true])(
  'a partition that was not written is sent again before anything newer (%s)',
  async (keepsOrder) => {
    const broker = new MemoryBroker();
    const queue = new AppendQueue(broker, 'feed', NO_METRICS, keepsOrder);
    let bad = 3;
    broker.trouble = () => {
      if (bad-- > 0) return new Set([0, 1, 2, 3]);
      if (bad === -1) throw new BrokerError('append_unknown');
      return undefined;
    };
    const put = (n: number) => queue.put(n % 4, { key: String(n), bytes: new Uint8Array(1) });
    for (let n = 0; n < 40; n++) put(n);
    const first = queue.flushed();
    for (let n = 40; n < 80; n++) {
      if (n === 60) await new Promise((resolve) => setTimeout(resolve, 5));
      put(n);
    }
    await Promise.all([first, queue.flushed()]);
    for (const [partition, records] of broker.feed.entries()) {
      // What was perhaps written comes twice; the first of each stand in order.
      const order = [...new Set(records.map(({ key }) => Number(key)))];
      expect(order).toEqual(Array.from({ length: 20 }, (_, i) => i * 4 + partition));
    }
    expect(queue.waiting).toBe(0);
    await queue.close();
  },
);

test('when the log does not answer the sender is told to come again, and the repeat is no second record', async () => {
  const broker = new MemoryBroker();
  const t = await openTestDoor({ broker, settings: { answerTimeoutMs: 50 } });
  let isDown = true;
  broker.trouble = () => {
    if (isDown) throw new BrokerError('append_unknown');
    return undefined;
  };
  const answer = await t.post(callEvent());
  expect(answer.statusCode).toBe(503);
  expect(answer.headers['retry-after']).toBe('1');
  isDown = false;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect((await t.post(callEvent())).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(t.feed().filter(({ type }) => type === 'Call')).toHaveLength(1);
  await t.close();
});

test('a queue that is full answers 503 at once; a key that is too fast 429', async () => {
  const full = await openTestDoor({ settings: { queued: 3 } });
  const four = Array.from({ length: 4 }, (_, i) => callEvent({ id: `c${i}` }));
  expect((await full.post(four)).statusCode).toBe(503);
  await full.close();
  const fast = await openTestDoor({ settings: { rate: { perSecond: 2, burst: 5 } } });
  expect((await fast.post(four)).statusCode).toBe(202);
  const refused = await fast.post(four);
  expect(refused.statusCode).toBe(429);
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  await fast.close();
});
