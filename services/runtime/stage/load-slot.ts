import type { CommitHead, Slot, Store } from '../store/store.ts';
import { decodeMeta } from './meta.ts';
import { timerKeys } from './timers.ts';

export interface LoadedSlot {
  /** undefined = nothing was ever committed */
  readonly head: CommitHead | undefined;
  /** segments of the timers, in order */
  readonly timers: ReadonlyArray<Uint8Array | undefined>;
  readonly now: number;
}

/** The newest commit of a slot with the deadlines that belong to it, both of one commit. */
export async function loadSlot(store: Store, slot: Slot): Promise<LoadedSlot> {
  for (;;) {
    const { head, now } = await store.head(slot);
    const keys = head === undefined ? [] : timerKeys(decodeMeta(head.meta).timers);
    if (head === undefined || keys.length === 0) return { head, timers: [], now };
    const { id, entities } = await store.load(slot, keys);
    if (id === head.id) return { head, timers: entities, now };
  }
}
