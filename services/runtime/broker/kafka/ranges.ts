import { setTimeout as sleep } from 'node:timers/promises';
import { BrokerError, isCoded } from '../../errors/errors.ts';
import type { OffsetRange } from '../broker.ts';
import type { Network } from './network.ts';
import { CODE, codeName } from './protocol-errors.ts';

const ANSWER_MS = 3_000;
const AGAIN_MS = 150;
const PATIENCE_MS = 8_000;
const EARLIEST = '-2';
const LATEST = '-1';

interface Answer {
  readonly responses: ReadonlyArray<{
    readonly topic: string;
    readonly partitions: ReadonlyArray<{
      readonly partition: number;
      readonly errorCode: number;
      readonly offset: string;
    }>;
  }>;
}

interface Asked {
  readonly topic: string;
  readonly partition: number;
  readonly answer: Promise<OffsetRange>;
  resolve(range: OffsetRange): void;
  reject(error: unknown): void;
}

/** First and next offset of partitions. Calls of one turn go together: two requests a leader, however many ask. */
export class Ranges {
  readonly #network: Pick<Network, 'leader' | 'refresh' | 'call'>;
  #waiting = new Map<string, Asked>();

  constructor(network: Pick<Network, 'leader' | 'refresh' | 'call'>) {
    this.#network = network;
  }

  /** @throws BrokerError connection_lost when no leader answers for some seconds */
  async range(topic: string, partition: number): Promise<OffsetRange> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#ask(topic, partition);
      } catch (error) {
        if (!isCoded(error) || !error.retriable || performance.now() > until) throw error;
        await this.#network.refresh().catch(() => {});
        await sleep(AGAIN_MS);
      }
    }
  }

  #ask(topic: string, partition: number): Promise<OffsetRange> {
    const name = `${topic} ${partition}`;
    let asked = this.#waiting.get(name);
    if (asked === undefined) {
      if (this.#waiting.size === 0) queueMicrotask(() => this.#send());
      let settle!: Pick<Asked, 'resolve' | 'reject'>;
      const answer = new Promise<OffsetRange>((resolve, reject) => (settle = { resolve, reject }));
      asked = { topic, partition, answer, ...settle };
      this.#waiting.set(name, asked);
    }
    return asked.answer;
  }

  #send(): void {
    const all = [...this.#waiting.values()];
    this.#waiting = new Map();
    const byNode = new Map<number, Asked[]>();
    for (const asked of all) {
      const node = this.#network.leader(asked.topic, asked.partition);
      if (node === undefined) asked.reject(new BrokerError('connection_lost', { partition: asked.partition }));
      else if (byNode.has(node)) byNode.get(node)?.push(asked);
      else byNode.set(node, [asked]);
    }
    for (const [node, asked] of byNode) {
      this.#askNode(node, asked).catch((error: unknown) => {
        for (const { reject } of asked) reject(error);
      });
    }
  }

  async #askNode(node: number, all: readonly Asked[]): Promise<void> {
    const [low, high] = await Promise.all([this.#list(node, all, EARLIEST), this.#list(node, all, LATEST)]);
    for (const { topic, partition, resolve, reject } of all) {
      const name = `${topic} ${partition}`;
      const [first, last] = [low.get(name), high.get(name)];
      if (typeof first === 'number' && typeof last === 'number') resolve({ low: first, high: last });
      else {
        const reason = [first, last].find((one) => typeof one === 'string') ?? 'missing';
        reject(new BrokerError('connection_lost', { partition, reason }));
      }
    }
  }

  async #list(node: number, all: readonly Asked[], timestamp: string): Promise<Map<string, number | string>> {
    const topics = [...new Set(all.map(({ topic }) => topic))].map((topic) => ({
      topic,
      partitions: all.filter((one) => one.topic === topic).map(({ partition }) => ({ partition, timestamp })),
    }));
    const payload = { replicaId: -1, isolationLevel: 0, topics };
    const { responses } = await this.#network.call<Answer>(node, 'ListOffsets', payload, ANSWER_MS);
    const found = new Map<string, number | string>();
    for (const { topic, partitions } of responses) {
      for (const { partition, errorCode, offset } of partitions) {
        found.set(`${topic} ${partition}`, errorCode === CODE.none ? Number(offset) : codeName(errorCode));
      }
    }
    return found;
  }
}
