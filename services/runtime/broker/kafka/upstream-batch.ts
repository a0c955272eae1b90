import { setTimeout as sleep } from 'node:timers/promises';
import type { EachBatchPayload, KafkaMessage } from 'kafkajs';
import { isCoded } from '../../errors/errors.ts';

/** One message of a foreign topic, as it lies there. */
export interface UpstreamRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** epoch milliseconds, set by its producer or its broker */
  readonly timestamp: number;
  readonly headers: KafkaMessage['headers'];
}

/** Some messages of one partition, in order. */
export interface UpstreamBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly UpstreamRecord[];
  /** messages that lie behind these, as far as the broker said */
  readonly behind: number;
}

/**
 * Takes a batch. When it resolves the batch is committed and never given again; when it rejects the same batch is given again
 * after a while, unless the error is coded and not retriable: then reading ends. `gone` aborts when the partition is being
 * taken away or reading ends: what then rejects is given to whoever reads the partition next.
 */
export type UpstreamHandler = (batch: UpstreamBatch, gone: AbortSignal) => Promise<void>;

const CHUNK_RECORDS = 500;
const CHUNK_BYTES = 1024 * 1024;
const HEARTBEAT_MS = 500;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/** How long the others of the group are made to wait for a batch under way. */
const GRACE_MS = 8_000;

export interface BatchRun {
  readonly payload: Pick<
    EachBatchPayload,
    'batch' | 'heartbeat' | 'resolveOffset' | 'commitOffsetsIfNecessary' | 'isRunning' | 'isStale'
  >;
  readonly handle: UpstreamHandler;
  readonly stopping: AbortSignal;
  /** the handler failed and will be called again */
  retried(error: unknown): void;
  /** everything up to here, this offset excluded, is committed */
  committed(partition: number, next: number, behind: number): void;
}

function recordOf({ offset, key, value, timestamp, headers }: KafkaMessage): UpstreamRecord {
  return { offset: Number(offset), key, value, timestamp: Number(timestamp), headers };
}

/** Half a second's worth at the most: a handler sees no more at once, and the group waits no longer for it. */
function chunkEnd(messages: readonly KafkaMessage[], from: number): number {
  let bytes = 0;
  for (let i = from; i < messages.length; i++) {
    bytes += messages[i]?.value?.length ?? 0;
    if (i > from && (bytes > CHUNK_BYTES || i - from === CHUNK_RECORDS)) return i;
  }
  return messages.length;
}

/** Waits for the work and tells the group meanwhile that this member is alive. @throws what the group answered, once the work is over */
async function whileBeating(work: Promise<unknown>, run: BatchRun, gone: AbortController): Promise<void> {
  const over = work.then(
    () => true,
    () => true,
  );
  const pause = (durationMs: number): Promise<boolean> => sleep(durationMs, false, { ref: false });
  while (!(await Promise.race([over, pause(HEARTBEAT_MS)]))) {
    try {
      await run.payload.heartbeat();
    } catch (error) {
      gone.abort();
      await Promise.race([over, pause(GRACE_MS)]);
      throw error;
    }
  }
}

/** Gives one chunk to the handler until it takes it. @throws when the partition is lost, reading ends, or nothing would help */
async function giveChunk(chunk: UpstreamBatch, run: BatchRun): Promise<unknown> {
  const gone = new AbortController();
  const stop = (): void => gone.abort();
  if (run.stopping.aborted) stop();
  run.stopping.addEventListener('abort', stop);
  try {
    for (let wait = FIRST_RETRY_MS; ; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      let failure: unknown;
      let isTaken = false;
      const work = run.handle(chunk, gone.signal).then(
        () => void (isTaken = true),
        (error: unknown) => void (failure = error ?? new Error('the handler refused')),
      );
      const lost: unknown = await whileBeating(work, run, gone).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (isTaken) return lost;
      if (lost !== undefined) throw lost;
      if (gone.signal.aborted || (isCoded(failure) && !failure.retriable)) throw failure;
      run.retried(failure);
      await whileBeating(
        sleep(wait, undefined, { signal: gone.signal }).catch(() => {}),
        run,
        gone,
      );
    }
  } finally {
    run.stopping.removeEventListener('abort', stop);
  }
}

/** One fetched batch, chunk by chunk; each is committed as soon as it is taken. */
export async function runBatch(run: BatchRun): Promise<void> {
  const { payload, stopping } = run;
  const { topic, partition, messages, highWatermark } = payload.batch;
  for (let from = 0; from < messages.length;) {
    if (stopping.aborted || !payload.isRunning() || payload.isStale()) return;
    const until = chunkEnd(messages, from);
    const last = messages[until - 1] as KafkaMessage;
    const behind = Math.max(0, Number(highWatermark) - 1 - Number(last.offset));
    const records = messages.slice(from, until).map(recordOf);
    const lost = await giveChunk({ topic, partition, records, behind }, run);
    payload.resolveOffset(last.offset);
    // Behind the last message of a batch may lie markers of transactions, which nobody is given.
    const next = until === messages.length ? Number(payload.batch.lastOffset()) + 1 : Number(last.offset) + 1;
    const commit = payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: String(next) }] }],
    });
    // The group may be dealing anew already: a commit that comes too late costs a repeat and no more.
    await (lost === undefined ? commit : commit.catch(() => {}));
    run.committed(partition, next, behind);
    if (lost !== undefined) throw lost;
    await payload.heartbeat();
    from = until;
  }
}
