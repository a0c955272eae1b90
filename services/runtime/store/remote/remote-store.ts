import type { EngineCalls } from '../../broker/remote/calls.ts';
import type { Calls, Channel } from '../../broker/remote/channel.ts';
import type { Store } from '../store.ts';
import { compact, compactHead } from './serve-store.ts';

/** The store of an engine in another thread. A commit resolves when it is durable. */
export function remoteStore<Mine extends Calls>(channel: Channel<Mine, EngineCalls>): Store {
  return {
    head: (slot) => channel.call('store.head', slot),
    load: (slot, keys) => channel.call('store.load', { slot, keys }),
    commit(slot, { follows, head, entities }) {
      const copied = new Map([...entities].map(([key, bytes]) => [key, bytes && compact(bytes)]));
      return channel.call('store.commit', { slot, commit: { follows, head: compactHead(head), entities: copied } });
    },
    close: async () => {},
  };
}
