import { setTimeout as sleep } from 'node:timers/promises';
import { PATH } from '@yujing/all-in-one';
import {
  openKafka,
  openRedis,
  openRegistryCodec,
  slotName,
  type Broker,
  type Codec,
  type Slot,
  type Store,
} from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import { readPositions, type Positions } from './dump-broker.ts';
import { dumpLogs, type Dump } from './dump.ts';
import { checkHops, type Hops } from './hops.ts';
import type { Servers } from './servers.ts';

const EVERY_MS = 250;

/** A look into an installation through the ports that its own processes use. */
export class Inside {
  readonly codec: Codec;
  readonly #broker: Broker;
  readonly #store: Store;

  private constructor(broker: Broker, store: Store, codec: Codec) {
    this.#broker = broker;
    this.#store = store;
    this.codec = codec;
  }

  static async open({ brokers, redis, registry }: Servers, installation: string): Promise<Inside> {
    const codec = await openRegistryCodec({ url: registry });
    const broker = await openKafka({ brokers: brokers.split(','), installation, clientId: 'suite' });
    const store = await openRedis({ url: redis, mode: 'single', installation });
    return new Inside(broker, store, codec);
  }

  /** records that the stages of the path have not committed yet, by stage */
  async behind(): Promise<Record<string, number>> {
    const positions = await readPositions(this.#store, this.#slots());
    const behind: Record<string, number> = {};
    for (const slot of this.#slots()) {
      const { high } = await this.#broker.range(readBy(slot), slot.partition);
      behind[slot.stage] = (behind[slot.stage] ?? 0) + high - (positions.get(slotName(slot)) ?? 0);
    }
    return behind;
  }

  /** Resolves when every stage has committed what stands in its log. @throws when that takes too long */
  async untilAtRest(withinMs: number): Promise<void> {
    const begin = performance.now();
    for (;;) {
      const behind = await this.behind();
      if (Object.values(behind).every((records) => records <= 0)) return;
      if (performance.now() - begin > withinMs) {
        throw new Error(`not at rest after ${withinMs} ms: records left ${JSON.stringify(behind)}`);
      }
      await sleep(EVERY_MS);
    }
  }

  /** All logs, and how far each stage had come: of an installation that stands still. */
  async dump(): Promise<{ readonly dump: Dump; readonly positions: Positions }> {
    const positions = await readPositions(this.#store, this.#slots());
    return { dump: await dumpLogs(this.#broker), positions };
  }

  async check(): Promise<Hops & { readonly dump: Dump }> {
    const { dump, positions } = await this.dump();
    return { ...(await checkHops({ dump, positions, codec: this.codec })), dump };
  }

  async close(): Promise<void> {
    await this.#store.close();
    await this.#broker.close();
  }

  #slots(): Slot[] {
    return PATH.flatMap(({ name, reads }) =>
      Array.from({ length: this.#broker.partitions(reads) }, (_, partition) => ({
        stage: name,
        logId: this.#broker.logId(reads),
        partition,
      })),
    );
  }
}

function readBy({ stage }: Slot): LogName {
  const found = PATH.find(({ name }) => name === stage);
  if (found === undefined) throw new RangeError(`the path has no stage ${stage}`);
  return found.reads;
}
