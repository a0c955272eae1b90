import { BrokerError, isCoded } from '../../errors/errors.ts';
import type { AppendRecord } from '../broker.ts';
import { AppendCall } from './append-call.ts';
import { Lane, type Producer } from './lane.ts';
import type { Network } from './network.ts';
import { LINGER_MS, NO_KAFKA_METRICS, type KafkaMetrics } from './options.ts';
import { withBatches, type PartitionBatch, type ProduceAnswer } from './produce-request.ts';
import { CODE, codeName, isPassing } from './protocol-errors.ts';

/** for the broker to have it from the replicas that are in step, and for us to have its answer */
const ACKS_MS = 3_500;
const ANSWER_MS = 4_000;
const AGAIN_MS = 250;
const SWEEP_MS = 100;
const REQUEST_BYTES = 8_000_000;
/** with so many records waiting, nobody waits for more */
const NO_LINGER_RECORDS = 500;

/** The network as the sender sees it; tests bring their own. */
export type SenderNetwork = Pick<Network, 'leader' | 'refresh' | 'call' | 'callAny' | 'watch'>;

export interface SenderOptions {
  readonly network: SenderNetwork;
  readonly lingerMs?: number | undefined;
  readonly metrics?: KafkaMetrics | undefined;
}

type Batches = ReadonlyMap<number, readonly AppendRecord[]>;

/**
 * Everything this process appends, from all callers and to all logs. Each leader has one request under way, with a batch of
 * every partition it leads that has something; what comes meanwhile goes with the next, which leaves as soon as the answer is
 * there. So requests grow with the load, and a node that is slow or gone holds up its own partitions only.
 */
export class Sender {
  readonly #network: SenderNetwork;
  readonly #lingerMs: number;
  readonly #metrics: KafkaMetrics;
  #lanes = new Map<string, Lane>();
  readonly #busyNodes = new Set<number>();
  #producer: Promise<Producer> | undefined;
  #lingering: NodeJS.Timeout | undefined;
  #sweeping: NodeJS.Timeout | undefined;
  #recovering = false;
  #closed = false;

  constructor({ network, lingerMs, metrics }: SenderOptions) {
    this.#network = network;
    this.#lingerMs = lingerMs ?? LINGER_MS;
    this.#metrics = metrics ?? NO_KAFKA_METRICS;
  }

  append(topic: string, batches: Batches): Promise<ReadonlySet<number>> {
    if (this.#closed) return Promise.reject(new BrokerError('closed'));
    const filled = [...batches].filter(([, records]) => records.length > 0);
    if (filled.length === 0) return Promise.resolve(new Set());
    const call = new AppendCall(filled.length, this.#metrics);
    const now = performance.now();
    let records = 0;
    for (const [partition, of] of filled) {
      this.#lane(topic, partition).put(call.segment(partition, of, now));
      records += of.length;
    }
    if (records >= NO_LINGER_RECORDS || this.#lingerMs === 0) this.#pump();
    else this.#lingering ??= setTimeout(() => this.#pump(), this.#lingerMs);
    this.#sweeping ??= setInterval(() => this.#sweep(), SWEEP_MS);
    return call.answer;
  }

  /** Whoever still waits is refused. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#lingering);
    clearInterval(this.#sweeping);
    for (const lane of this.#lanes.values()) lane.close(new BrokerError('closed'));
  }

  #lane(topic: string, partition: number): Lane {
    const name = `${topic} ${partition}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      this.#network.watch(topic);
      this.#lanes.set(name, (lane = new Lane(topic, partition)));
    }
    return lane;
  }

  /** Sends to every leader that has no request under way. */
  #pump(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    if (this.#closed) return;
    const now = performance.now();
    const byNode = new Map<number, Lane[]>();
    let leaderless = false;
    for (const lane of this.#lanes.values()) {
      if (!lane.isReady(now)) continue;
      const node = this.#network.leader(lane.topic, lane.partition);
      if (node === undefined) {
        lane.again(now, AGAIN_MS);
        leaderless = true;
      } else if (!this.#busyNodes.has(node)) {
        const lanes = byNode.get(node);
        if (lanes === undefined) byNode.set(node, [lane]);
        else lanes.push(lane);
      }
    }
    if (leaderless) void this.#recover();
    for (const [node, lanes] of byNode) void this.#send(node, lanes);
  }

  async #send(node: number, lanes: readonly Lane[]): Promise<void> {
    this.#busyNodes.add(node);
    for (const lane of lanes) lane.isSending = true;
    let sent: ReadonlyArray<PartitionBatch & { lane: Lane }> = [];
    try {
      const producer = await this.#currentProducer(lanes);
      sent = this.#prepare(lanes, producer);
      if (sent.length > 0) await this.#request(node, sent);
    } catch (error) {
      // No answer, so the fate of every batch is open; or no producer id, and nothing has left.
      const reason = isCoded(error) ? error.code : 'failed';
      for (const lane of sent.length === 0 ? lanes : sent.map((entry) => entry.lane)) this.#hole(lane, reason);
    } finally {
      this.#busyNodes.delete(node);
      for (const lane of lanes) lane.isSending = false;
      this.#pump();
    }
  }

  #prepare(lanes: readonly Lane[], producer: Producer): Array<PartitionBatch & { lane: Lane }> {
    const sent: Array<PartitionBatch & { lane: Lane }> = [];
    let size = 0;
    for (const lane of lanes) {
      if (size > REQUEST_BYTES) break;
      const batch = lane.batch(producer, Date.now());
      if (batch === undefined) continue;
      const { topic, partition } = lane;
      sent.push({ topic, partition, batch, lane });
      size += batch.length;
    }
    return sent;
  }

  async #request(node: number, sent: ReadonlyArray<PartitionBatch & { lane: Lane }>): Promise<void> {
    const startedAt = performance.now();
    const answer = await this.#network.call<ProduceAnswer>(node, 'Produce', {}, ANSWER_MS, withBatches(sent, ACKS_MS));
    this.#metrics.observe('kafka_append_seconds', {}, (performance.now() - startedAt) / 1_000);
    const codes = new Map<string, number>();
    for (const { topicName, partitions } of answer.topics) {
      for (const { partition, errorCode } of partitions) codes.set(`${topicName} ${partition}`, errorCode);
    }
    let records = 0;
    for (const { lane, topic, partition } of sent) {
      // A partition that the answer does not name was not written, or nothing is known of it.
      const code = codes.get(`${topic} ${partition}`) ?? CODE.request_timed_out;
      records += this.#settle(lane, code);
    }
    this.#metrics.count('kafka_appended_records_total', {}, records);
  }

  #settle(lane: Lane, code: number): number {
    switch (code) {
      case CODE.none:
      case CODE.duplicate_sequence:
        return lane.written();
      case CODE.out_of_order_sequence:
      case CODE.unknown_producer_id:
      case CODE.invalid_producer_epoch:
      case CODE.producer_fenced:
        this.#metrics.count('kafka_append_holes_total', { reason: codeName(code) }, 1);
        this.#producer = undefined;
        lane.newSequence(performance.now());
        return 0;
      case CODE.message_too_large:
      case CODE.record_list_too_large:
        lane.refused(new BrokerError('record_too_large', { topic: lane.topic, partition: lane.partition }));
        return 0;
      default:
        if (isPassing(code)) this.#hole(lane, codeName(code));
        else lane.refused(new BrokerError('broker_refused', { topic: lane.topic, reason: codeName(code) }));
        return 0;
    }
  }

  #hole(lane: Lane, reason: string): void {
    this.#metrics.count('kafka_append_holes_total', { reason }, 1);
    lane.again(performance.now(), AGAIN_MS);
    void this.#recover();
  }

  /** Learns who leads now, and tries again. */
  async #recover(): Promise<void> {
    if (this.#recovering) return;
    this.#recovering = true;
    await this.#network.refresh().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    this.#recovering = false;
    this.#pump();
  }

  /** A lane keeps its producer; a new one is drawn only for lanes that have none. */
  async #currentProducer(lanes: readonly Lane[]): Promise<Producer> {
    const kept = lanes.find(({ producer }) => producer !== undefined)?.producer;
    if (kept !== undefined && lanes.every(({ producer }) => producer !== undefined)) return kept;
    this.#producer ??= this.#drawProducer();
    try {
      return await this.#producer;
    } catch (error) {
      this.#producer = undefined;
      throw error;
    }
  }

  async #drawProducer(): Promise<Producer> {
    const payload = { transactionalId: null, transactionTimeout: 60_000 };
    const answer = await this.#network.callAny<{ errorCode: number; producerId: string; producerEpoch: number }>(
      'InitProducerId',
      payload,
      ANSWER_MS,
    );
    if (answer.errorCode !== CODE.none) {
      throw new BrokerError('connection_lost', { request: 'InitProducerId', reason: codeName(answer.errorCode) });
    }
    this.#metrics.count('kafka_producers_total', {}, 1);
    return { id: BigInt(answer.producerId), epoch: answer.producerEpoch };
  }

  #sweep(): void {
    const now = performance.now();
    let isIdle = true;
    for (const lane of this.#lanes.values()) {
      lane.sweep(now);
      isIdle &&= lane.isIdle;
    }
    if (isIdle) {
      clearInterval(this.#sweeping);
      this.#sweeping = undefined;
    } else this.#pump();
  }
}
