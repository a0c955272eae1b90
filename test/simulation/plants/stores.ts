import { encodeMeta, slotName, type Commit, type Slot, type Store } from '@yujing/runtime';
import type { PlantedStore } from './plant.ts';

type Wrapped = { readonly store: Store; readonly newId?: () => string };

/** The commit a process believes to follow, as far as its store has told it. */
function follower(store: Store): {
  readonly store: Store;
  base(slot: Slot): string | undefined;
  forget(slot: Slot): void;
} {
  const bases = new Map<string, string | undefined>();
  return {
    base: (slot) => bases.get(slotName(slot)),
    forget: (slot) => void bases.delete(slotName(slot)),
    store: {
      ...store,
      async head(slot) {
        const answer = await store.head(slot);
        bases.set(slotName(slot), answer.head?.id);
        return answer;
      },
      async commit(slot, commit) {
        const answer = await store.commit(slot, commit);
        if (answer.applied) bases.set(slotName(slot), commit.head.id);
        return answer;
      },
    },
  };
}

/** Rule 4: entities are taken whatever commit they belong to. */
export function loadUnchecked(store: Store): Wrapped {
  const known = follower(store);
  return {
    store: {
      ...known.store,
      async load(slot, keys) {
        const { entities } = await store.load(slot, keys);
        return { id: known.base(slot), entities };
      },
    },
  };
}

/** Rule 4: an id is a name of the process and a number that goes on from the commit it follows, so it comes again after a rewind. */
export function idsRepeat(store: Store, { process }: PlantedStore): Wrapped {
  let count = 0;
  return {
    newId: () => `${process.name}:${++count}`,
    store: {
      ...store,
      async head(slot) {
        const answer = await store.head(slot);
        count = Number(answer.head?.id.split(':')[1] ?? 0);
        return answer;
      },
    },
  };
}

const generations = new WeakMap<object, number>();

/** Rule 4: whoever came later may write; what the commit follows is not asked. */
export function epochs(store: Store, { process, model }: PlantedStore): Wrapped {
  const epoch = (generations.get(model) ?? 0) + 1;
  generations.set(model, epoch);
  let count = 0;
  const newId = (): string => `${epoch}:${process.name}:${++count}`;
  const epochOf = (slot: Slot): number => Number(model.current(slot)?.head.id.split(':')[0] ?? 0);
  let base: string | undefined;
  return {
    newId,
    store: {
      ...store,
      async head(slot) {
        const answer = await process.ask(() => {
          const before = model.current(slot);
          if (before !== undefined && epochOf(slot) < epoch) {
            model.apply(slot, { follows: before.head.id, head: { ...before.head, id: newId() }, entities: new Map() });
          }
          return { head: model.current(slot)?.head, now: process.clock.now() };
        });
        if (answer.head !== undefined && base !== undefined) return { ...answer, head: { ...answer.head, id: base } };
        base = answer.head?.id;
        return answer;
      },
      async load(slot, keys) {
        const { entities } = await store.load(slot, keys);
        return { id: base, entities };
      },
      async commit(slot, commit) {
        const answer = await process.ask(() => {
          if (epochOf(slot) > epoch) return { applied: false, now: process.clock.now() };
          const applied = model.apply(slot, { ...commit, follows: model.current(slot)?.head.id });
          return { applied, now: process.clock.now() };
        });
        base = answer.applied ? commit.head.id : undefined;
        return answer;
      },
    },
  };
}

/** Rule 8: a store that is empty is taken for a new one, at the position the consumer group knows. */
export function emptyStoreGoesOn(store: Store, { process, model }: PlantedStore): Wrapped {
  return {
    store: {
      ...store,
      head: (slot) =>
        process.ask(() => {
          const backup = model.backup(slot);
          if (model.current(slot) === undefined && backup !== undefined) {
            const meta = encodeMeta({
              behaviour: 1,
              adopted: {},
              timers: { first: 0, last: -1 },
              state: model.newState?.(slot) ?? {},
            });
            const id = `${process.name} goes on ${process.clock.now()}`;
            model.place(slot, { head: { ...backup.head, id, stamps: [], outbox: [], meta }, entities: new Map() });
          }
          return { head: model.current(slot)?.head, now: process.clock.now() };
        }),
    },
  };
}

/** Deadlines are kept in memory only. */
export function timersForgotten(store: Store): Wrapped {
  return {
    store: {
      ...store,
      commit(slot, commit: Commit) {
        const kept = [...commit.entities].filter(([key]) => !key.startsWith('@timers/'));
        return store.commit(slot, { ...commit, entities: new Map(kept) });
      },
    },
  };
}
