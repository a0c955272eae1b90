import type { Broker, Codec } from '@yujing/runtime';
import type { Follow, Followed, Stations } from '../api/dependencies.ts';
import type { LiveEvent } from '../api/views.ts';
import { frame, type LiveClient } from './client.ts';
import { Crowd } from './crowd.ts';
import { eventsOf } from './events.ts';
import { followPartition } from './follow-partition.ts';
import { History } from './history.ts';
import type { Masks } from './masks.ts';
import type { CaseMemory } from './memory.ts';
import { Ring, type RingEntry } from './ring.ts';
import { covers, formatVector, furthest, logMark, parseVector, type Vector } from './vector.ts';

export interface HubOptions {
  readonly broker: Broker;
  readonly codec: Codec;
  readonly follow: Follow;
  readonly memory: CaseMemory;
  readonly masks: Masks;
  readonly stations: Stations;
  readonly currency: string;
  readonly now: () => number;
  /** `clock: door`: time is told whenever it was released, not only with the heartbeat */
  readonly tellsTime: boolean;
  readonly failed: (error: unknown) => void;
  readonly told?: (kind: LiveEvent['kind']) => void;
  readonly ringSize?: number;
  readonly tail?: number;
  readonly heartbeatMs?: number;
}

const RING = 4_096;
/** Records of each partition looked at on start: they fill ring and memory. */
const TAIL = 1_000;
const HEARTBEAT_MS = 15_000;
const WELCOME_CHECK_MS = 500;
const TIME_CHECK_MS = 200;
/** A client this far behind is cut off; it comes back and resumes. */
const BACKLOG_BYTES = 512 * 1024;
/** Resuming reads at most so many records from the log; beyond that reading the lists again is quicker. */
const RESUME_RECORDS = 20_000;

/**
 * The live stream: follows every partition of `case` at the durable horizon and tells each client what is his to know. It
 * never waits for SQL. A client that comes back is served from the ring, and from the log where the ring ends.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #mark: string;
  readonly #vector: number[];
  readonly #crowd = new Crowd(BACKLOG_BYTES);
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #loops: Promise<void>[] = [];
  #ring: Ring;
  #toldAt = 0;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#mark = logMark(options.broker.logId('case'));
    this.#vector = Array.from({ length: options.broker.partitions('case') }, () => 0);
    this.#ring = new Ring(options.ringSize ?? RING, this.#vector);
  }

  /** Resolves when everything that stood in the log at the call has been seen. */
  async start(): Promise<void> {
    const { broker, tail = TAIL, ringSize = RING } = this.#options;
    const ranges = await Promise.all(this.#vector.map((_, partition) => broker.range('case', partition)));
    for (const [partition, { low, high }] of ranges.entries()) this.#vector[partition] = Math.max(low, high - tail);
    this.#ring = new Ring(ringSize, this.#vector);
    const goal = ranges.map(({ high }) => high);
    const arrived = new Promise<void>((resolve) => {
      const look = (): void => {
        if (covers(this.#vector, goal)) resolve();
      };
      look();
      this.#loops = this.#vector.map((_, partition) => this.#follow(partition, look));
    });
    this.#startTimers();
    await arrived;
  }

  #follow(partition: number, seen: () => void): Promise<void> {
    const { broker, codec, follow, failed } = this.#options;
    let stamps: Followed['stamps'] = [];
    return followPartition({
      open: async () => {
        const position = this.#vector[partition] as number;
        return follow({ broker, codec, log: 'case', partition, position, stamps });
      },
      handle: async (batch) => {
        await this.#take(partition, batch);
        stamps = batch.stamps;
        seen();
      },
      failed,
      signal: this.#stop.signal,
    });
  }

  async #take(partition: number, batch: Followed): Promise<void> {
    const { memory, masks, stations, currency } = this.#options;
    const subjects = batch.records.flatMap((record) => (record.type === 'Case' ? [record.value.subject] : []));
    const named = subjects.length === 0 ? new Map() : await masks.of(subjects);
    for (const record of batch.records) {
      const before = record.type === 'Case' ? memory.case(record.value.case_id)?.record : undefined;
      memory.accept(record);
      this.#vector[partition] = record.offset + 1;
      for (const { event, audience } of eventsOf(record, { memory, masks: named, stations, currency, before })) {
        const after = [...this.#vector];
        const json = JSON.stringify(event);
        this.#options.told?.(event.kind);
        this.#publish({ partition, offset: record.offset, audience, kind: event.kind, json, after });
      }
    }
    this.#vector[partition] = Math.max(this.#vector[partition] as number, batch.position);
  }

  #publish(entry: RingEntry): void {
    this.#ring.push(entry);
    const text = frame(formatVector(this.#mark, entry.after), entry.kind, entry.json);
    this.#crowd.tell(text, entry.audience);
  }

  /** Where the stream stands: what a reader waits for in the read model. */
  get vector(): Vector {
    return [...this.#vector];
  }

  get id(): string {
    return formatVector(this.#mark, this.#vector);
  }

  get clients(): number {
    return this.#crowd.size;
  }

  get dropped(): number {
    return this.#crowd.dropped;
  }

  isConnected(user: string): boolean {
    return this.#crowd.isConnected(user);
  }

  /** who hears live at this process */
  get users(): readonly string[] {
    return this.#crowd.users;
  }

  /** Lets a client in, where it left off if it says where. Resolves when it hears live. */
  async attach(client: LiveClient, lastEventId: string | undefined): Promise<void> {
    if (lastEventId !== undefined) {
      const from = parseVector(lastEventId, this.#mark, this.#vector.length);
      if (from !== undefined && (await this.#catchUp(client, from))) return;
      client.write(frame(this.id, 'reset', '{"kind":"reset"}'));
    }
    this.#admit(client);
  }

  #admit(client: LiveClient): void {
    if (!client.isOpen) return;
    client.write(this.#timeFrame());
    this.#crowd.add(client);
  }

  detach(client: LiveClient): void {
    this.#crowd.delete(client);
  }

  /** false: too far behind, or ahead of this log. */
  async #catchUp(client: LiveClient, from: number[]): Promise<boolean> {
    let vector = from;
    while (!covers(vector, this.#ring.floor)) {
      const goal = [...this.#ring.floor];
      if (distance(vector, goal) > RESUME_RECORDS || !covers(this.#vector, vector)) return false;
      const history = new History(this.#options, this.#mark);
      const reached = await history.send(client, vector, goal);
      if (reached === undefined) return false;
      vector = reached;
      if (!client.isOpen) return true;
    }
    if (!covers(this.#vector, vector)) return false;
    // From here until the client is in the crowd nothing waits, so no event falls between the ring and the live stream.
    for (const entry of this.#ring.since(vector)) {
      vector = furthest(vector, entry.after);
      if (entry.audience(client.viewer)) client.write(frame(formatVector(this.#mark, vector), entry.kind, entry.json));
    }
    this.#admit(client);
    return true;
  }

  #timeFrame(): string {
    this.#toldAt = this.#options.now();
    return frame(this.id, 'time', JSON.stringify({ kind: 'time', now: this.#toldAt }));
  }

  #startTimers(): void {
    // Whoever was signed out or disabled hears nothing more within a second.
    this.#timers.push(setInterval(() => this.#crowd.dismiss(), WELCOME_CHECK_MS).unref());
    const beat = setInterval(() => {
      this.#crowd.dismiss();
      this.#crowd.tell(`: still here\n${this.#timeFrame()}`, () => true);
    }, this.#options.heartbeatMs ?? HEARTBEAT_MS);
    this.#timers.push(beat.unref());
    if (!this.#options.tellsTime) return;
    const check = setInterval(() => {
      if (this.#options.now() !== this.#toldAt) this.#crowd.tell(this.#timeFrame(), () => true);
    }, TIME_CHECK_MS);
    this.#timers.push(check.unref());
  }

  async close(): Promise<void> {
    this.#stop.abort();
    for (const timer of this.#timers) clearInterval(timer);
    this.#crowd.close();
    await Promise.all(this.#loops);
  }
}

function distance(from: Vector, until: Vector): number {
  return until.reduce((sum, offset, partition) => sum + Math.max(0, offset - (from[partition] ?? 0)), 0);
}
