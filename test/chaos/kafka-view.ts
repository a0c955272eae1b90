import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';

const EVERY_MS = 200;
const OPEN_TRIES = 20;

interface PartitionState {
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
}

/** How the cluster itself sees its nodes: what an installation cannot be faster than. */
export class KafkaView {
  readonly #admin: Admin;
  readonly #topics: readonly string[];

  private constructor(admin: Admin, topics: readonly string[]) {
    this.#admin = admin;
    this.#topics = topics;
  }

  static async open(brokers: readonly string[], installation: string): Promise<KafkaView> {
    for (let tries = 1; ; tries++) {
      const admin = new Kafka({
        clientId: 'chaos-view',
        brokers: [...brokers],
        logLevel: logLevel.NOTHING,
        connectionTimeout: 5_000,
        requestTimeout: 5_000,
      }).admin();
      try {
        await admin.connect();
        const names = await admin.listTopics();
        return new KafkaView(
          admin,
          names.filter((name) => name.startsWith(`${installation}.`)),
        );
      } catch (error) {
        await admin.disconnect().catch(() => undefined);
        if (tries === OPEN_TRIES) throw error;
        await sleep(EVERY_MS);
      }
    }
  }

  /** ms from now until no partition is led by this node; undefined when that takes longer than `withinMs` */
  async untilNotLeading(node: number, withinMs: number): Promise<number | undefined> {
    return this.#until((state) => state.leader !== node && state.leader >= 0, withinMs);
  }

  /** ms from now until every copy of every partition is in step again */
  async untilInStep(withinMs: number): Promise<number | undefined> {
    return this.#until(({ isr, replicas }) => isr.length === replicas.length, withinMs);
  }

  async close(): Promise<void> {
    await this.#admin.disconnect().catch(() => undefined);
  }

  async #until(is: (state: PartitionState) => boolean, withinMs: number): Promise<number | undefined> {
    const begin = performance.now();
    while (performance.now() - begin < withinMs) {
      const metadata = await this.#admin.fetchTopicMetadata({ topics: [...this.#topics] }).catch(() => undefined);
      if (metadata?.topics.every(({ partitions }) => partitions.every(is)) === true) return performance.now() - begin;
      await sleep(EVERY_MS);
    }
    return undefined;
  }
}
