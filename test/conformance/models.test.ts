import { readFileSync } from 'node:fs';
import { MemoryEngine, type Broker } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { Faults, type Fault } from '../simulation/model/faults.ts';
import { ModelLogs } from '../simulation/model/model-broker.ts';
import { ModelStore } from '../simulation/model/model-store.ts';
import { Random } from '../simulation/random.ts';
import { brokerConformance, type BrokerSubject } from './broker.ts';
import type { Without } from './cases.ts';
import { storeConformance, type StoreSubject } from './store.ts';
import { WorldInRealTime } from './world-in-real-time.ts';

/*
 * The models that the simulation stands on: a violation found there counts, and one that is not found counts, only as far as
 * the models are what the real brokers and stores are. So they pass the same suites.
 */

const LOG = 'encounter';
const PARTITIONS = { feed: 1, encounter: 4, case: 1, change: 1 };
const COUNTED =
  'ids of logs are counted, not drawn: a seed must give the same run, and there is one installation in it';
const KEPT = 'nothing expires: a run is shorter than any retention';
const ASSIGNED = 'the simulation assigns partitions itself, so that a zombie may own one beside its successor';

const MODEL_WITHOUT: Without = {
  'a group gives every partition to one member, and never to two at once': ASSIGNED,
  'groups do not know of each other': ASSIGNED,
  'a position below what is kept is refused and never reset': KEPT,
  'the log of another installation has another id': COUNTED,
};
const MEMORY_WITHOUT: Without = {
  'a position below what is kept is refused and never reset': KEPT,
  'the log of another installation has another id': COUNTED,
};

/** The faults that a suite allows for: an answer may leave partitions out. */
function faults(...on: Fault[]): Faults {
  return Faults.draw(new Random(1), [], on);
}

function notHere(): Promise<never> {
  return Promise.reject(new Error('the case that needs this is not run on a model'));
}

async function modelBroker(...on: Fault[]): Promise<BrokerSubject> {
  const random = new Random(7);
  const world = await new WorldInRealTime(random).start();
  const logs = new ModelLogs(world.scheduler, faults(...on), random, PARTITIONS);
  return {
    broker: logs.broker(world.process()),
    log: LOG,
    reopen: async () => logs.broker(world.process()),
    another: notHere,
    expire: notHere,
    close: () => world.stop(),
  };
}

async function modelStore(): Promise<StoreSubject> {
  const random = new Random(7);
  const world = await new WorldInRealTime(random).start();
  const store = new ModelStore(world.scheduler, faults(), random);
  return {
    store: store.store(world.process()),
    reopen: async () => store.store(world.process()),
    close: () => world.stop(),
  };
}

/** A memory engine that flushes as soon as something is there, which is otherwise the business of whoever drives it. */
class FlushedMemory {
  engine = new MemoryEngine({ partitions: PARTITIONS });
  readonly #timer = setInterval(() => {
    if (this.engine.dirty) void this.engine.flush();
  }, 1);

  async reopen(): Promise<void> {
    await this.engine.close();
    this.engine = new MemoryEngine({ disk: this.engine.disk });
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.engine.close();
  }
}

function memoryBroker(face: 'inside' | 'outside'): () => Promise<BrokerSubject> {
  return async () => {
    const memory = new FlushedMemory();
    return {
      broker: memory.engine[face],
      log: LOG,
      async reopen(): Promise<Broker> {
        await memory.reopen();
        return memory.engine[face];
      },
      another: notHere,
      expire: notHere,
      close: () => memory.stop(),
    };
  };
}

async function memoryStore(): Promise<StoreSubject> {
  const memory = new FlushedMemory();
  return {
    store: memory.engine.store,
    async reopen() {
      await memory.reopen();
      return memory.engine.store;
    },
    close: () => memory.stop(),
  };
}

brokerConformance('model of the simulation', () => modelBroker(), MODEL_WITHOUT);
brokerConformance('model that leaves partitions out', () => modelBroker('appendNotWritten'), MODEL_WITHOUT);
brokerConformance('memory engine, inside', memoryBroker('inside'), MEMORY_WITHOUT);
brokerConformance('memory engine, outside', memoryBroker('outside'), MEMORY_WITHOUT);
storeConformance('model of the simulation', modelStore);
storeConformance('memory engine', memoryStore);

test('the README says what the models are not held to, and why', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  for (const [name, reason] of Object.entries({ ...MODEL_WITHOUT, ...MEMORY_WITHOUT })) {
    const row = readme.split('\n').find((line) => line.startsWith(`| ${name} |`));
    expect(row, name).toContain(reason);
  }
});
