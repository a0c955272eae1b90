import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { connectRemote, openEmbedded, serveEngine, type Broker, type DiskEngine, type Store } from '@yujing/runtime';
import { brokerConformance, type BrokerSubject } from './broker.ts';
import { storeConformance, type StoreSubject } from './store.ts';

/** One face of an engine: what a suite holds, and how it is let go. */
interface Face {
  readonly broker: Broker;
  readonly store: Store;
  close(): Promise<void>;
}

const LOG = 'encounter';

function openEngine(folder: string): Promise<DiskEngine> {
  // Small files, so that some are full and can expire.
  return openEmbedded({ folder, now: Date.now, autoFlush: true, segmentBytes: 8_192, partitions: { [LOG]: 4 } });
}

async function overPort(engine: DiskEngine): Promise<Face> {
  const { port1, port2 } = new MessageChannel();
  const served = serveEngine(engine, port1);
  const { broker, store, close } = await connectRemote(port2);
  return {
    broker,
    store,
    async close() {
      await close();
      served.close();
    },
  };
}

const FACES: Record<string, (engine: DiskEngine) => Promise<Face>> = {
  'embedded, inside': async ({ inside, store }) => ({ broker: inside, store, close: async () => {} }),
  'embedded, outside': async ({ outside, outsideStore }) => ({
    broker: outside,
    store: outsideStore,
    close: async () => {},
  }),
  'embedded, over a message port': overPort,
};

class Installation {
  readonly folder = mkdtempSync(join(tmpdir(), 'yujing-conformance-'));
  readonly #face: (engine: DiskEngine) => Promise<Face>;
  engine!: DiskEngine;
  open!: Face;

  constructor(face: (engine: DiskEngine) => Promise<Face>) {
    this.#face = face;
  }

  async start(): Promise<Face> {
    this.engine = await openEngine(this.folder);
    this.open = await this.#face(this.engine);
    return this.open;
  }

  async stop(): Promise<void> {
    await this.open.close();
    await this.engine.close();
  }

  async restart(): Promise<Face> {
    await this.stop();
    return this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

async function brokerSubject(face: (engine: DiskEngine) => Promise<Face>): Promise<BrokerSubject> {
  const installation = new Installation(face);
  const { broker } = await installation.start();
  return {
    broker,
    log: LOG,
    reopen: async () => (await installation.restart()).broker,
    async another() {
      const other = new Installation(face);
      return { broker: (await other.start()).broker, close: () => other.remove() };
    },
    expire: () => installation.engine.expire(LOG, Date.now() + 1),
    close: () => installation.remove(),
  };
}

async function storeSubject(face: (engine: DiskEngine) => Promise<Face>): Promise<StoreSubject> {
  const installation = new Installation(face);
  const { store } = await installation.start();
  return {
    store,
    reopen: async () => (await installation.restart()).store,
    close: () => installation.remove(),
  };
}

for (const [name, face] of Object.entries(FACES)) {
  brokerConformance(name, () => brokerSubject(face));
  storeConformance(name, () => storeSubject(face));
}
