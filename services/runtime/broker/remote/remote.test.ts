import { MessageChannel } from 'node:worker_threads';
import { afterEach, expect, test } from 'vitest';
import { BrokerError, StoreError, isCoded } from '../../errors/errors.ts';
import type { Store } from '../../store/store.ts';
import type { AppendRecord, Broker, StoredRecord } from '../broker.ts';
import { openChannel, Transfer, type Channel } from './channel.ts';
import { connectRemote, type Remote } from './connect.ts';
import { serveEngine, type Served } from './serve.ts';

const closing: Array<() => void> = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

type Asked = {
  double: (args: { readonly n: number }) => number;
  fail: (args: null) => never;
  buffer: (args: null) => Uint8Array;
  never: (args: null) => Promise<null>;
};
type None = Record<string, never>;

function channels(): { here: Channel<None, Asked>; there: Channel<Asked, None> } {
  const { port1, port2 } = new MessageChannel();
  closing.push(() => port1.close());
  return { here: openChannel<None, Asked>(port1), there: openChannel<Asked, None>(port2) };
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('calls are answered, errors cross with their code, unknown calls are errors', async () => {
  const { here, there } = channels();
  there.handle('double', ({ n }) => n * 2);
  there.handle('fail', () => {
    throw new StoreError('state_lost', { slot: 3 });
  });
  there.handle('buffer', () => {
    const bytes = new Uint8Array(8).fill(7);
    return new Transfer(bytes, [bytes.buffer]);
  });
  expect(await Promise.all([here.call('double', { n: 1 }), here.call('double', { n: 2 })])).toEqual([2, 4]);
  expect(await errorOf(here.call('fail', null))).toMatchObject({
    name: 'StoreError',
    code: 'state_lost',
    facts: { slot: 3 },
  });
  expect([...(await here.call('buffer', null))]).toEqual([7, 7, 7, 7, 7, 7, 7, 7]);
  expect(await errorOf(here.call('never', null))).toMatchObject({ message: 'nobody answers the call never' });
});

test('who waits when the port closes is told', async () => {
  const { here, there } = channels();
  there.handle('never', () => new Promise(() => {}));
  const waiting = errorOf(here.call('never', null));
  const closed = new Promise<void>((resolve) => here.onClose(resolve));
  there.close();
  await closed;
  expect(await waiting).toMatchObject({ code: 'connection_lost', retriable: true });
  expect(await errorOf(here.call('double', { n: 1 }))).toMatchObject({ code: 'connection_lost' });
});

/** A broker that notes what is asked of it and has endless records of 10 kB. */
class CountingBroker implements Broker {
  appends = 0;
  handedOut = 0;
  readonly left: string[] = [];

  partitions(): number {
    return 2;
  }
  logId(log: string): string {
    return `id-${log}`;
  }
  async range(): Promise<{ low: number; high: number }> {
    return { low: 0, high: 1e9 };
  }
  async append(_log: string, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    this.appends++;
    for (const [, records] of batches) {
      for (const { key } of records) if (key === 'full') throw new BrokerError('no_space');
    }
    return new Set(batches.keys());
  }
  async read(_log: string, partition: number, from: number): ReturnType<Broker['read']> {
    let offset = from;
    return {
      poll: async (max) => {
        await new Promise((resolve) => setImmediate(resolve));
        const records: StoredRecord[] = [];
        for (let n = 0; n < max; n++) {
          records.push({ key: 'k', bytes: Buffer.alloc(10_000), partition, offset: offset++, appendedAt: 5 });
        }
        this.handedOut += max;
        return records;
      },
      close: async () => void this.left.push('reader'),
    };
  }
  async join(): ReturnType<Broker['join']> {
    return { leave: async () => void this.left.push('member') };
  }
  async close(): Promise<void> {}
}

const NO_STORE: Store = {
  head: async () => ({ head: undefined, now: 1 }),
  load: async () => ({ id: undefined, entities: [] }),
  commit: async () => ({ applied: true, now: 1 }),
  close: async () => {},
};

async function served(): Promise<{ broker: CountingBroker; remote: Remote<{}, {}>; serving: Served<{}, {}> }> {
  const { port1, port2 } = new MessageChannel();
  const broker = new CountingBroker();
  const serving = serveEngine({ outside: broker, outsideStore: NO_STORE }, port1);
  const remote = await connectRemote(port2);
  closing.push(() => port1.close());
  return { broker, remote, serving };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

test('a reader that nobody polls fills up to its credit and no further, and goes on when it is polled', async () => {
  const { broker, remote } = await served();
  const reader = await remote.broker.read('feed', 0, 40);
  await settle();
  const full = broker.handedOut;
  expect(full * 10_000).toBeLessThan(4 << 20);
  await settle();
  expect(broker.handedOut).toBe(full);
  const offsets: number[] = [];
  while (offsets.length < 2_000) offsets.push(...(await reader.poll(300)).map(({ offset }) => offset));
  offsets.forEach((offset, i) => expect(offset).toBe(40 + i));
  expect(broker.handedOut).toBeGreaterThan(full);
  await reader.close();
  await settle();
  expect(broker.left).toEqual(['reader']);
});

test('appends of one turn travel together and are answered apart', async () => {
  const { broker, remote } = await served();
  const one = (partition: number, key: string): Promise<ReadonlySet<number>> =>
    remote.broker.append('feed', new Map([[partition, [{ key, bytes: Buffer.from(key) }]]]));
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => one(n % 2, `k${n}`)));
  expect(broker.appends).toBe(1);
  expect(answers.map((set) => [...set])).toEqual(answers.map((_, n) => [n % 2]));
  const bad = [one(7, 'x'), remote.broker.append('feed', new Map([[0, [{ key: 'x', bytes: Buffer.alloc(2 << 20) }]]]))];
  const good = one(1, 'y');
  expect((await Promise.all(bad.map(errorOf))).map((error) => isCoded(error) && error.code)).toEqual([
    'partition_unknown',
    'record_too_large',
  ]);
  expect([...(await good)]).toEqual([1]);
  expect(await errorOf(one(0, 'full'))).toMatchObject({ code: 'no_space', retriable: true });
});

test('a thread that goes lets go of its readers and its partitions', async () => {
  const { broker, remote } = await served();
  const reader = await remote.broker.read('feed', 0, 0);
  await remote.broker.join('group', 'feed', { assigned() {}, revoked() {} });
  await remote.close();
  await settle();
  expect(broker.left.toSorted()).toEqual(['member', 'reader']);
  while (!isCoded(await errorOf(reader.poll(1000)))) await settle();
  expect(await errorOf(reader.poll(1))).toMatchObject({ code: 'connection_lost' });
});

test('more calls can be added to the two ports', async () => {
  const { port1, port2 } = new MessageChannel();
  closing.push(() => port1.close());
  const engine = { outside: new CountingBroker(), outsideStore: NO_STORE };
  const serving = serveEngine<{ release: (args: { readonly until: number }) => number }, {}>(engine, port1);
  serving.channel.handle('release', ({ until }) => until + 1);
  const remote = await connectRemote<{}, { release: (args: { readonly until: number }) => number }>(port2);
  expect(await remote.channel.call('release', { until: 41 })).toBe(42);
  expect(remote.broker.logId('case')).toBe('id-case');
});
