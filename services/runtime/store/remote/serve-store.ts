import type { EngineCalls } from '../../broker/remote/calls.ts';
import type { Calls, Channel } from '../../broker/remote/channel.ts';
import type { CommitHead, Store } from '../store.ts';

/** A clone of a view copies the whole buffer below it, so a view is made a buffer of its own first. */
export function compact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

export function compactHead(head: CommitHead): CommitHead {
  return {
    ...head,
    meta: compact(head.meta),
    outbox: head.outbox.map((record) => ({ ...record, bytes: compact(record.bytes) })),
  };
}

/** Answers a `RemoteStore` in another thread. */
export function serveStore<Theirs extends Calls>(store: Store, channel: Channel<EngineCalls, Theirs>): void {
  channel.handle('store.head', async (slot) => {
    const { head, now } = await store.head(slot);
    return { head: head && compactHead(head), now };
  });
  channel.handle('store.load', async ({ slot, keys }) => {
    const { id, entities } = await store.load(slot, keys);
    return { id, entities: entities.map((bytes) => bytes && compact(bytes)) };
  });
  channel.handle('store.commit', ({ slot, commit }) => store.commit(slot, commit));
}
