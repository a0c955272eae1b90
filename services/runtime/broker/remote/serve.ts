import type { MessagePort } from 'node:worker_threads';
import { LOG_NAMES } from '@yujing/schemas';
import { toPortable } from '../../errors/errors.ts';
import { serveStore } from '../../store/remote/serve-store.ts';
import type { Broker, PartitionReader, StoredRecord } from '../broker.ts';
import type { DiskEngine } from '../embedded/engine.ts';
import { pack, unpackAppends } from './batch.ts';
import type { ClientCalls, EngineCalls } from './calls.ts';
import { openChannel, type Calls, type Channel } from './channel.ts';

/** So many bytes may be under way to a reader that has not taken them; a batch may go beyond by itself. */
const CREDIT_BYTES = 1 << 20;
const BATCH_RECORDS = 256;

/** Pushes the records of one partition to the other thread as long as it has credit. */
class Pusher {
  readonly #reader: PartitionReader;
  readonly #send: (records: readonly StoredRecord[]) => number;
  #credit = CREDIT_BYTES;
  #stopped = false;
  #wake: () => void = () => {};

  constructor(reader: PartitionReader, send: (records: readonly StoredRecord[]) => number) {
    this.#reader = reader;
    this.#send = send;
  }

  async run(): Promise<void> {
    try {
      while (!this.#stopped) {
        if (this.#credit <= 0) await new Promise<void>((resolve) => (this.#wake = resolve));
        else await this.#step();
      }
    } finally {
      await this.#reader.close();
    }
  }

  async #step(): Promise<void> {
    const records = await this.#reader.poll(BATCH_RECORDS);
    if (records.length > 0 && !this.#stopped) this.#credit -= this.#send(records);
  }

  credit(bytes: number): void {
    this.#credit += bytes;
    this.#wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }
}

/** The engine as another thread sees it, durable things only. More calls can be added to the channel. */
export interface Served<Mine extends Calls, Theirs extends Calls> {
  readonly channel: Channel<EngineCalls & Mine, ClientCalls & Theirs>;
  close(): void;
}

type ServedEngine = Pick<DiskEngine, 'outside' | 'outsideStore'>;

/** Answers a thread that called `connectRemote` on the other end of the port. */
export function serveEngine<Mine extends Calls = {}, Theirs extends Calls = {}>(
  engine: ServedEngine,
  port: MessagePort,
): Served<Mine, Theirs> {
  const channel = openChannel<EngineCalls, ClientCalls>(port);
  const broker = engine.outside;
  channel.handle('engine.describe', () =>
    LOG_NAMES.map((log) => ({ log, id: broker.logId(log), partitions: broker.partitions(log) })),
  );
  channel.handle('broker.append', async ({ log, batch }) => [...(await broker.append(log, unpackAppends(batch)))]);
  channel.handle('broker.range', ({ log, partition }) => broker.range(log, partition));
  serveReaders(broker, channel);
  serveGroups(broker, channel);
  serveStore(engine.outsideStore, channel);
  return {
    channel: channel as unknown as Channel<EngineCalls & Mine, ClientCalls & Theirs>,
    close: () => channel.close(),
  };
}

function serveReaders(broker: Broker, channel: Channel<EngineCalls, ClientCalls>): void {
  const pushers = new Map<number, Pusher>();
  channel.handle('broker.read', async ({ reader, log, partition, from }) => {
    const pusher = new Pusher(await broker.read(log, partition, from), (records) => {
      const batch = pack(records.map((record) => ({ partition, record, appendedAt: record.appendedAt })));
      channel.note('reader.records', { reader, first: records[0]!.offset, batch }, [batch.buffer]);
      return batch.end;
    });
    pushers.set(reader, pusher);
    pusher
      .run()
      .catch((error: unknown) => channel.note('reader.failed', { reader, error: toPortable(error) }))
      .finally(() => pushers.delete(reader));
    return null;
  });
  channel.handle('broker.credit', ({ reader, bytes }) => pushers.get(reader)?.credit(bytes));
  channel.handle('broker.stop', ({ reader }) => pushers.get(reader)?.stop());
  channel.onClose(() => {
    for (const pusher of pushers.values()) pusher.stop();
  });
}

function serveGroups(broker: Broker, channel: Channel<EngineCalls, ClientCalls>): void {
  const members = new Map<number, { leave(): Promise<void> }>();
  channel.handle('broker.join', async ({ member, group, log }) => {
    const joined = await broker.join(group, log, {
      assigned: (partition) => channel.note('member.assigned', { member, partition }),
      // The next owner waits for this answer; a thread that is gone has let go.
      revoked: (partition) => channel.call('member.revoked', { member, partition }).then(ignore, ignore),
    });
    members.set(member, joined);
    return null;
  });
  channel.handle('broker.leave', async ({ member }) => {
    const joined = members.get(member);
    members.delete(member);
    await joined?.leave();
    return null;
  });
  channel.onClose(() => {
    for (const joined of members.values()) joined.leave().catch(ignore);
  });
}

function ignore(): void {}
