import type { Broker } from '../broker/broker.ts';
import { CodecError, type Codec } from '../codec/index.ts';
import { BrokerError, StoreError } from '../errors/errors.ts';
import type { Store } from '../store/store.ts';
import type { PartitionWorker } from './worker.ts';
import type { Started } from './worker-options.ts';

const BATCH = 1_000;

export interface SlotPorts {
  readonly broker: Broker;
  readonly store: Store;
  readonly codec: Codec;
}

type AnyWorker = Pick<PartitionWorker<unknown, unknown>, 'stage' | 'slot' | 'position' | 'behaviour' | 'beginWith'>;

/**
 * Starts a worker. A slot that was never committed gets an empty first commit, then its log gets an `Adopt` of the behaviour,
 * and only then is anything processed. So the behaviour of a log's beginning is that of the first such record in it, whatever
 * late commit or other owner may still be on its way.
 *
 * Rule 8: an empty store beside a log that holds an `Adopt` of a behaviour, or whose beginning has expired, was lost. Going on
 * would judge everything without what is known.
 * @throws StoreError state_lost, and what broker and store throw
 */
export async function openSlot<Entity, PartitionState>(
  worker: PartitionWorker<Entity, PartitionState>,
  ports: SlotPorts,
): Promise<Started> {
  const beginning = new Beginning(worker, ports);
  for (;;) {
    const started = await worker.start();
    if (started.fresh && !(await firstCommit(worker, ports, beginning))) continue;
    if (worker.behaviour === 0) worker.beginWith(await behaviourOfBeginning(worker, ports, beginning));
    return started;
  }
}

/** False: another owner made the first commit meanwhile. */
async function firstCommit<Entity, PartitionState>(
  worker: PartitionWorker<Entity, PartitionState>,
  ports: SlotPorts,
  beginning: Beginning,
): Promise<boolean> {
  const { stage, partition } = worker.slot;
  const { low } = await ports.broker.range(worker.stage.reads, partition);
  const wasRead = low > 0 || (await beginning.behaviour()) !== undefined;
  if (!wasRead) return (await worker.commit([])).applied;
  if ((await ports.store.head(worker.slot)).head !== undefined) return false;
  throw new StoreError('state_lost', { stage, partition });
}

async function behaviourOfBeginning(worker: AnyWorker, ports: SlotPorts, beginning: Beginning): Promise<number> {
  const known = await beginning.behaviour();
  if (known !== undefined) return known;
  const { stage, slot } = worker;
  const { behaviour } = stage;
  const bytes = ports.codec.encode('Adopt', { kind: 'behaviour', ref: '', at: 0, behaviour });
  await ports.broker.append(stage.reads, new Map([[slot.partition, [{ key: '', bytes }]]]));
  const written = await beginning.behaviour();
  if (written === undefined) throw new BrokerError('append_unknown', { log: stage.reads, partition: slot.partition });
  return written;
}

/** The behaviour that a log names first. What was looked through without finding one is not read again: it may be long. */
class Beginning {
  readonly #worker: AnyWorker;
  readonly #ports: SlotPorts;
  #seenTo = 0;

  constructor(worker: AnyWorker, ports: SlotPorts) {
    this.#worker = worker;
    this.#ports = ports;
  }

  async behaviour(): Promise<number | undefined> {
    const { stage, slot } = this.#worker;
    const { broker, codec } = this.#ports;
    const { high } = await broker.range(stage.reads, slot.partition);
    if (this.#seenTo >= high) return undefined;
    const reader = await broker.read(stage.reads, slot.partition, this.#seenTo);
    try {
      while (this.#seenTo < high) {
        for (const { offset, bytes } of await reader.poll(BATCH)) {
          const behaviour = behaviourIn(codec, bytes);
          if (behaviour !== undefined) return behaviour;
          this.#seenTo = offset + 1;
        }
      }
      return undefined;
    } finally {
      await reader.close();
    }
  }
}

function behaviourIn(codec: Codec, bytes: Uint8Array): number | undefined {
  try {
    if (codec.typeOf(bytes) !== 'Adopt') return undefined;
    const { type, value } = codec.decode(bytes);
    return type === 'Adopt' && value.kind === 'behaviour' ? (value.behaviour ?? undefined) : undefined;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

/** True when nothing of an older behaviour is left before the record that raises it, so that this release can go on. */
export async function isDrained(worker: AnyWorker, { broker, codec }: Omit<SlotPorts, 'store'>): Promise<boolean> {
  const { stage, slot, position } = worker;
  const { high } = await broker.range(stage.reads, slot.partition);
  if (position === high) return true;
  const reader = await broker.read(stage.reads, slot.partition, position);
  try {
    const [next] = await reader.poll(1);
    return next === undefined || behaviourIn(codec, next.bytes) !== undefined;
  } finally {
    await reader.close();
  }
}
