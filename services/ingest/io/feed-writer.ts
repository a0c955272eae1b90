import { partitionOf, type Broker, type Codec } from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import type { DoorMetrics } from '../metrics.ts';
import { AppendQueue } from './append-queue.ts';
import type { DoorTime } from './door-time.ts';
import type { FeedEnd } from './feed-end.ts';

const SECOND_MS = 1000;

export interface FeedWriterOptions {
  readonly broker: Broker;
  readonly codec: Pick<Codec, 'encode'>;
  readonly time: DoorTime;
  readonly metrics: DoorMetrics;
  readonly door: string;
  readonly tickGapSeconds: number;
  /** `clock: door`: where the feed ends, so that ticks go on from there */
  readonly end?: FeedEnd;
  /** called with each tick's time: what the door may never go back behind */
  readonly onTick?: (time: number) => void;
}

function secondOf(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}

/**
 * The only writer of a door into the feed. Records and ticks leave through one queue and take their time when they enter it,
 * so nothing older than a written tick can follow it.
 */
export class FeedWriter {
  readonly #queue: AppendQueue;
  readonly #options: FeedWriterOptions;
  readonly #partitions: number;
  #timer: NodeJS.Timeout | undefined;
  #isOpen = false;
  #lastTick = 0;
  #lastEvent = 0;

  constructor(options: FeedWriterOptions) {
    this.#options = options;
    this.#queue = new AppendQueue(options.broker, 'feed', options.metrics, options.time.kind === 'door');
    this.#partitions = options.broker.partitions('feed');
    if (options.end === undefined) return;
    // A second that some partitions have heard is said again to all: those drop it.
    this.#lastTick = secondOf(options.end.lastTick);
    this.#lastEvent = secondOf(options.end.lastEvent);
    this.#isOpen = options.end.isOpen && this.#lastTick > 0;
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  now(): number {
    return this.#options.time.now();
  }

  flushed(): Promise<void> {
    return this.#queue.flushed();
  }

  /** Live, the door opens at once and ticks by itself; by event time it opens with its first event. */
  open(): void {
    if (this.#options.time.kind === 'door') return;
    this.#announce(this.#options.time.now());
    this.#timer = setInterval(() => this.tick(), SECOND_MS);
    this.#timer.unref();
  }

  /** The door time of the next event; by event time, the ticks before its second are written first. */
  admit(occurredAt: number, explicit: number | null): number {
    const { time } = this.#options;
    const acceptedAt = time.admit(occurredAt, explicit);
    if (time.kind === 'door') this.#tickUntil(acceptedAt);
    return acceptedAt;
  }

  write<T extends RecordType>(type: T, key: string, value: RecordTypes[T]): void {
    if ('accepted_at' in value) this.#lastEvent = secondOf(value.accepted_at as number);
    const bytes = this.#options.codec.encode(type, value);
    this.#queue.put(partitionOf(key, this.#partitions), { key, bytes });
  }

  /** Live: a tick of this instant. */
  tick(): void {
    this.#writeTick(this.#options.time.now());
    this.#options.onTick?.(this.#lastTick);
  }

  /** `clock: door`: time moves on although nothing happened. */
  advance(until: number): void {
    this.#options.time.advance(until);
    this.#tickUntil(until);
  }

  /** Says goodbye and waits for the log; `within` bounds how long. */
  async close(withinMs: number): Promise<void> {
    clearInterval(this.#timer);
    if (this.#isOpen) {
      this.#everywhere('DoorClosed', { door: this.#options.door, at: this.#options.time.now() });
      this.#isOpen = false;
    }
    const timeout = setTimeout(() => void this.#queue.close(), withinMs);
    await this.#queue.flushed().catch(() => undefined);
    clearTimeout(timeout);
    await this.#queue.close();
  }

  #announce(at: number): void {
    this.#isOpen = true;
    this.#everywhere('DoorOpen', { door: this.#options.door, at });
  }

  /**
   * A gap gets a tick a second, as it would have live, so that a timer inside it passes at its own second; what lies more than
   * `tickGapSeconds` after the last event is jumped over. A stop and a start are no gap: door time stands still meanwhile.
   */
  #tickUntil(until: number): void {
    const last = secondOf(until);
    if (!this.#isOpen) this.#openAt(until);
    if (last <= this.#lastTick) return;
    const filled = Math.min(last, this.#lastEvent + this.#options.tickGapSeconds * SECOND_MS);
    for (let time = this.#lastTick + SECOND_MS; time <= filled; time += SECOND_MS) this.#writeTick(time);
    if (this.#lastTick < last) this.#writeTick(last);
  }

  #openAt(until: number): void {
    const isFirst = this.#lastTick === 0;
    this.#announce(isFirst ? until : this.#lastTick);
    if (isFirst) this.#lastTick = secondOf(until) - SECOND_MS;
  }

  #writeTick(time: number): void {
    this.#lastTick = time;
    this.#everywhere('Tick', { door: this.#options.door, time, origin: -1 });
  }

  #everywhere<T extends 'DoorOpen' | 'DoorClosed' | 'Tick'>(type: T, value: RecordTypes[T]): void {
    const bytes = this.#options.codec.encode(type, value);
    for (let partition = 0; partition < this.#partitions; partition++) {
      this.#queue.put(partition, { key: this.#options.door, bytes });
    }
  }
}
