import { useEffect, useState } from 'preact/hooks';

/** A value that components can watch. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  watch(heard: (value: T) => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const watchers = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const heard of watchers) heard(value);
    },
    watch(heard) {
      watchers.add(heard);
      return () => watchers.delete(heard);
    },
  };
}

/** Draws the component again whenever the store changes. */
export function useStore<T>(store: Store<T>): T {
  const [, redraw] = useState(0);
  const drawn = store.get();
  useEffect(() => {
    const stop = store.watch(() => redraw((count) => count + 1));
    // it may have changed between drawing and watching
    if (!Object.is(drawn, store.get())) redraw((count) => count + 1);
    return stop;
  }, [store]);
  return drawn;
}
