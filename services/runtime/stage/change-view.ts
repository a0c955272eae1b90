import type { RecordType, RecordTypes } from '@yujing/schemas';
import type { Broker } from '../broker/broker.ts';
import type { Codec } from '../codec/index.ts';
import { StageError } from '../errors/errors.ts';
import { createFollower, type Follower, type FollowedRecord } from './follow.ts';
import type { HeadOfChange, Heads } from './ports.ts';
import type { AdoptKind, Documents } from './stage.ts';

const BATCH = 1_000;

/** `change` has one partition: its offsets order all versions. */
const CHANGE_PARTITION = 0;

export interface ChangeView extends Documents, Heads {
  /** told when a head is newer */
  onHead(listener: () => void): () => void;
  /** Reads on to where the log ends now. */
  advance(): Promise<void>;
  /** Reads on until `close`; rejects when the log can no longer be read. */
  follow(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What is valid: all documents of `change` by their content hash, and the newest head of each kind. Documents are kept as
 * bytes, since most of them are never asked for.
 */
export async function openChangeView(broker: Broker, codec: Codec): Promise<ChangeView> {
  const options = { broker, codec, log: 'change', partition: CHANGE_PARTITION, position: 0, stamps: [] } as const;
  const view = new LogChangeView(broker, codec, await createFollower(options));
  await view.advance();
  return view;
}

class LogChangeView implements ChangeView {
  readonly #broker: Broker;
  readonly #codec: Codec;
  readonly #follower: Follower;
  readonly #documents = new Map<string, Uint8Array>();
  readonly #heads = new Map<string, HeadOfChange>();
  readonly #listeners = new Set<() => void>();
  #position = 0;
  #reading: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(broker: Broker, codec: Codec, follower: Follower) {
    this.#broker = broker;
    this.#codec = codec;
    this.#follower = follower;
  }

  head(kind: AdoptKind): HeadOfChange | undefined {
    return this.#heads.get(kind);
  }

  onHead(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async get<T extends RecordType>(type: T, hash: string): Promise<RecordTypes[T]> {
    let bytes = this.#documents.get(`${type} ${hash}`);
    if (bytes === undefined) {
      await this.advance();
      bytes = this.#documents.get(`${type} ${hash}`);
    }
    if (bytes === undefined) throw new StageError('document_unknown', { type, hash });
    return this.#codec.decode(bytes).value as RecordTypes[T];
  }

  async advance(): Promise<void> {
    const { high } = await this.#broker.range('change', CHANGE_PARTITION);
    while (!this.#closed && this.#position < high) await this.#read();
  }

  async follow(): Promise<void> {
    while (!this.#closed) await this.#read();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#follower.close();
  }

  /** One poll at a time, whoever asks. */
  #read(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      const { records, position } = await this.#follower.poll(BATCH);
      let newHead = false;
      for (const record of records) newHead = this.#take(record) || newHead;
      this.#position = position;
      if (newHead) for (const listener of this.#listeners) listener();
    });
    return this.#reading;
  }

  #take(record: FollowedRecord): boolean {
    if (record.type === 'Head') {
      const { kind, ref } = record.value;
      this.#heads.set(kind, { ref, at: record.offset });
      return true;
    }
    const { hash } = record.value as { readonly hash?: string };
    if (hash !== undefined) this.#documents.set(`${record.type} ${hash}`, record.bytes);
    return false;
  }
}
