import type { MessagePort } from 'node:worker_threads';
import type { LogName } from '@yujing/schemas';
import { BrokerError, toPortable } from '../../errors/errors.ts';
import { remoteStore } from '../../store/remote/remote-store.ts';
import type { Store } from '../../store/store.ts';
import type { AppendRecord, AssignmentListener, Broker, OffsetRange, PartitionReader } from '../broker.ts';
import { frameBound } from '../embedded/frame.ts';
import { pack, type Addressed } from './batch.ts';
import type { ClientCalls, Description, EngineCalls } from './calls.ts';
import { openChannel, type Calls, type Channel } from './channel.ts';
import { RemoteReader } from './remote-reader.ts';

/** The engine of another thread: broker and store as from outside, so everything in them is durable. */
export interface Remote<Mine extends Calls, Theirs extends Calls> {
  readonly broker: Broker;
  readonly store: Store;
  /** for more calls than these two ports have */
  readonly channel: Channel<ClientCalls & Mine, EngineCalls & Theirs>;
  close(): Promise<void>;
}

/** Connects to the thread that called `serveEngine` on the other end of the port. */
export async function connectRemote<Mine extends Calls = {}, Theirs extends Calls = {}>(
  port: MessagePort,
): Promise<Remote<Mine, Theirs>> {
  const channel = openChannel<ClientCalls, EngineCalls>(port);
  const broker = new RemoteBroker(channel, await channel.call('engine.describe', null));
  return {
    broker,
    store: remoteStore(channel),
    channel: channel as unknown as Channel<ClientCalls & Mine, EngineCalls & Theirs>,
    close: async () => channel.close(),
  };
}

interface Pending {
  readonly records: Addressed[];
  readonly done: Promise<void>;
}

class RemoteBroker implements Broker {
  readonly #channel: Channel<ClientCalls, EngineCalls>;
  readonly #logs: ReadonlyMap<LogName, Description>;
  readonly #readers = new Map<number, RemoteReader>();
  readonly #listeners = new Map<number, AssignmentListener>();
  readonly #pending = new Map<LogName, Pending>();
  #nextId = 1;

  constructor(channel: Channel<ClientCalls, EngineCalls>, logs: readonly Description[]) {
    this.#channel = channel;
    this.#logs = new Map(logs.map((description) => [description.log, description]));
    channel.handle('reader.records', ({ reader, first, batch }) => this.#readers.get(reader)?.push(first, batch));
    channel.handle('reader.failed', ({ reader, error }) => this.#readers.get(reader)?.fail(error));
    channel.handle('member.assigned', ({ member, partition }) => this.#listeners.get(member)?.assigned(partition));
    channel.handle('member.revoked', ({ member, partition }) => {
      this.#listeners.get(member)?.revoked(partition);
      return null;
    });
    channel.onClose(() => {
      const lost = toPortable(new BrokerError('connection_lost'));
      for (const reader of this.#readers.values()) reader.fail(lost);
    });
  }

  #log(log: LogName): Description {
    const description = this.#logs.get(log);
    if (description === undefined) throw new BrokerError('partition_unknown', { log });
    return description;
  }

  partitions(log: LogName): number {
    return this.#log(log).partitions;
  }

  logId(log: LogName): string {
    return this.#log(log).id;
  }

  range(log: LogName, partition: number): Promise<OffsetRange> {
    return this.#channel.call('broker.range', { log, partition });
  }

  async append(log: LogName, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    const { partitions } = this.#log(log);
    // Checked here: one bad record must not refuse what others put into the same message.
    for (const [partition, records] of batches) {
      if (!(partition >= 0 && partition < partitions)) throw new BrokerError('partition_unknown', { log, partition });
      records.forEach(frameBound);
    }
    const pending = this.#pendingOf(log);
    for (const [partition, records] of batches) {
      for (const record of records) pending.records.push({ partition, record, appendedAt: 0 });
    }
    await pending.done;
    return new Set(batches.keys());
  }

  /** Everything appended in one turn of the event loop goes in one message: small appends cost little more than their bytes. */
  #pendingOf(log: LogName): Pending {
    const known = this.#pending.get(log);
    if (known !== undefined) return known;
    const records: Addressed[] = [];
    const done = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      this.#pending.delete(log);
      const batch = pack(records);
      await this.#channel.call('broker.append', { log, batch }, [batch.buffer]);
    });
    const pending = { records, done };
    this.#pending.set(log, pending);
    return pending;
  }

  async read(log: LogName, partition: number, from: number): Promise<PartitionReader> {
    const id = this.#nextId++;
    const reader = new RemoteReader({
      credit: (bytes) => this.#channel.note('broker.credit', { reader: id, bytes }),
      stop: () => {
        this.#readers.delete(id);
        this.#channel.note('broker.stop', { reader: id });
      },
    });
    // Before the answer: records may come first.
    this.#readers.set(id, reader);
    try {
      await this.#channel.call('broker.read', { reader: id, log, partition, from });
    } catch (error) {
      this.#readers.delete(id);
      throw error;
    }
    return reader;
  }

  async join(group: string, log: LogName, listener: AssignmentListener): Promise<{ leave(): Promise<void> }> {
    const member = this.#nextId++;
    this.#listeners.set(member, listener);
    await this.#channel.call('broker.join', { member, group, log });
    const leave = async (): Promise<void> => {
      await this.#channel.call('broker.leave', { member });
      this.#listeners.delete(member);
    };
    return { leave };
  }

  /** the port is closed by whoever connected it */
  async close(): Promise<void> {}
}
