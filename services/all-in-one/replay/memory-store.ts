import { slotName, type Commit, type CommitHead, type Slot, type Store } from '@yujing/runtime';

interface Kept {
  head: CommitHead;
  readonly entities: Map<string, Uint8Array>;
}

/** State of a replay: nothing of it outlives the command. */
export function memoryStore(): Store {
  const slots = new Map<string, Kept>();
  const find = (slot: Slot): Kept | undefined => slots.get(slotName(slot));
  return {
    head: async (slot) => ({ head: find(slot)?.head, now: 0 }),
    load: async (slot, keys) => {
      const kept = find(slot);
      return { id: kept?.head.id, entities: keys.map((key) => kept?.entities.get(key)) };
    },
    commit: async (slot, { follows, head, entities }: Commit) => {
      const kept = find(slot) ?? { head, entities: new Map<string, Uint8Array>() };
      if (follows !== find(slot)?.head.id) return { applied: false, now: 0 };
      for (const [key, bytes] of entities) {
        if (bytes === null) kept.entities.delete(key);
        else kept.entities.set(key, bytes);
      }
      kept.head = head;
      slots.set(slotName(slot), kept);
      return { applied: true, now: 0 };
    },
    close: async () => undefined,
  };
}
