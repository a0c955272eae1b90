import { complete } from '@yujing/schemas';
import {
  createLocalCodec,
  isCoded,
  PartitionWorker,
  PreparedDocuments,
  type RedisStore,
  type Slot,
  type Stage,
  type Store,
  type StoredRecord,
} from '@yujing/runtime';

const KEYS = 40;
const codec = createLocalCodec();
const TICK = codec.encode('Tick', complete('Tick', { door: 'd', time: 1, origin: 0 }));

interface Count {
  n: number;
}

/** Counts the records of each key. So what the store must hold follows from the position alone. */
const COUNTING: Stage<Count, { handled: number }> = {
  name: 'profile',
  reads: 'feed',
  writes: {},
  behaviour: 1,
  adopts: [],
  commitFirst: true,
  codec: {
    empty: () => ({ n: 0 }),
    encode: ({ n }) => Buffer.from(`${n} ${'x'.repeat(100)}`),
    decode: (bytes) => ({ n: Number.parseInt(Buffer.from(bytes).toString(), 10) }),
  },
  partitionState: () => ({ handled: 0 }),
  prepare: async () => undefined,
  handle(context, { key }) {
    context.entity(key).n++;
    context.state.handled++;
    return { kind: 'done' };
  },
};

function recordAt(offset: number): StoredRecord {
  return { partition: 0, offset, key: `k${offset % KEYS}`, bytes: TICK, stamp: undefined, appendedAt: offset };
}

/** `refused`: something else was in the store. `unknown`: no answer; perhaps applied, perhaps not. */
export type Advance = 'applied' | 'refused' | 'unknown';

/** A real worker over a log that never ends. When it holds few entities it loads again and again, else only at its start. */
export class Counting {
  readonly worker: PartitionWorker<Count, { handled: number }>;
  readonly seen: Record<Advance, number> = { applied: 0, refused: 0, unknown: 0 };
  /** codes of what loads and commits threw */
  readonly codes = new Set<string>();
  /** position of the newest commit that was acknowledged */
  acknowledged = 0;

  constructor(store: Store, logId: string, cacheEntities = KEYS / 4) {
    this.worker = new PartitionWorker({
      stage: COUNTING,
      partition: 0,
      broker: { partitions: () => 1, logId: () => logId },
      store,
      codec,
      prepared: new PreparedDocuments(COUNTING, { get: () => Promise.reject(new Error('no documents')) }),
      deadLetters: { put: () => Promise.reject(new Error('no dead letters')) },
      sink: { output: () => undefined },
      newId: () => crypto.randomUUID(),
      limits: { cacheEntities },
    });
  }

  get slot(): Slot {
    return this.worker.slot;
  }

  /** Some records and their commit. */
  async advance(records = 7): Promise<Advance> {
    let how: Advance = 'unknown';
    try {
      how = await this.#advance(records);
      if (how === 'applied') this.acknowledged = this.worker.position;
    } catch (error) {
      if (!isCoded(error) || !error.retriable) throw error;
      this.codes.add(error.code);
      this.worker.drop();
    }
    this.seen[how]++;
    return how;
  }

  async #advance(records: number): Promise<Advance> {
    const { worker } = this;
    if (!worker.started) {
      await worker.start();
      worker.beginWith(1);
    }
    for (let i = 0; i < records; i++) {
      const record = recordAt(worker.position);
      for (let step = worker.process(record); step !== 'next'; step = worker.process(record)) {
        if (step !== 'wait') throw new Error(`the worker says ${step}`);
        if ((await worker.settle()) === 'dropped') return 'refused';
      }
    }
    const { applied } = await worker.commit([]);
    worker.sweep();
    return applied ? 'applied' : 'refused';
  }
}

/** Position of a slot, after every entity was found to be exactly what belongs to it. */
export async function wholePosition(store: Pick<RedisStore, 'head' | 'load'>, slot: Slot): Promise<number> {
  const { head } = await store.head(slot);
  if (head === undefined) return 0;
  const keys = Array.from({ length: KEYS }, (_, i) => `k${i}`);
  const { id, entities } = await store.load(slot, keys);
  if (id !== head.id) throw new Error('somebody commits');
  const found = entities.map((bytes) => (bytes === undefined ? 0 : COUNTING.codec.decode(bytes, '').n));
  const expected = keys.map((_, i) => Math.floor((head.position - i + KEYS - 1) / KEYS));
  const torn = keys.filter((_, i) => found[i] !== expected[i]);
  if (torn.length > 0) throw new Error(`torn at ${head.position}: ${torn.join(', ')}`);
  return head.position;
}
