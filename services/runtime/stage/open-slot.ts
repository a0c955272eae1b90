import type { Broker } from '../broker/broker.ts';
import { CodecError, type Codec } from '../codec/index.ts';
import { StoreError } from '../errors/errors.ts';
import type { Store } from '../store/store.ts';
import type { PartitionWorker } from './worker.ts';
import type { Started } from './worker-options.ts';

const BATCH = 1_000;

/**
 * Starts a worker. A slot that was never committed gets its first commit before anything else, so that the behaviour of the
 * log's beginning is on record.
 *
 * Rule 8: an empty store beside a log that was read before means that the store was lost; going on would judge everything
 * without what is known. A log that was read holds its owner's `Adopt` of the behaviour, appended only after the first
 * commit; a log whose beginning has expired cannot be read from its beginning.
 * @throws StoreError state_lost
 */
export async function openSlot<Entity, PartitionState>(
  worker: PartitionWorker<Entity, PartitionState>,
  ports: { readonly broker: Broker; readonly store: Store; readonly codec: Codec },
): Promise<Started> {
  for (;;) {
    const started = await worker.start();
    if (!started.fresh) return started;
    const read = await offsetOfEvidence(worker, ports.broker, ports.codec);
    if (read !== undefined) {
      // Another owner may have made the first commit since this one looked.
      if ((await ports.store.head(worker.slot)).head !== undefined) continue;
      const { stage, partition } = worker.slot;
      throw new StoreError('state_lost', { stage, partition, offset: read });
    }
    if ((await worker.commit([])).applied) return started;
  }
}

async function offsetOfEvidence<Entity, PartitionState>(
  { stage, slot: { partition } }: PartitionWorker<Entity, PartitionState>,
  broker: Broker,
  codec: Codec,
): Promise<number | undefined> {
  const { low, high } = await broker.range(stage.reads, partition);
  if (low > 0) return low;
  if (high === 0) return undefined;
  const reader = await broker.read(stage.reads, partition, 0);
  try {
    for (let next = 0; next < high; ) {
      for (const { offset, bytes } of await reader.poll(BATCH)) {
        if (isBehaviour(codec, bytes)) return offset;
        next = offset + 1;
      }
    }
    return undefined;
  } finally {
    await reader.close();
  }
}

function isBehaviour(codec: Codec, bytes: Uint8Array): boolean {
  try {
    if (codec.typeOf(bytes) !== 'Adopt') return false;
    const { type, value } = codec.decode(bytes);
    return type === 'Adopt' && value.kind === 'behaviour';
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

/** True when nothing of an older behaviour is left before the record that raises it, so that this release can go on. */
export async function isDrained<Entity, PartitionState>(
  { stage, slot: { partition }, position }: PartitionWorker<Entity, PartitionState>,
  broker: Broker,
  codec: Codec,
): Promise<boolean> {
  const { high } = await broker.range(stage.reads, partition);
  if (position === high) return true;
  const reader = await broker.read(stage.reads, partition, position);
  try {
    const [next] = await reader.poll(1);
    return next === undefined || isBehaviour(codec, next.bytes);
  } finally {
    await reader.close();
  }
}
