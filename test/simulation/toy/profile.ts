import { DONE, type Stage } from '@yujing/runtime';
import { emit, jsonCodec, toy, type ToyDocument } from './toy-records.ts';

export interface Counterparty {
  calls: number;
  seen: string[];
  touched: string[];
  listed: string;
}

export interface ProfileState {
  /** time of the newest tick relayed */
  tick: number;
}

const TOUCHED = 4;

/** How the ids of events are remembered (rule 9). */
export interface EventMemory {
  /** true when the event is new; remembers it */
  take(counterparty: Counterparty, eventId: string): boolean;
}

export const EVENT_IDS: EventMemory = {
  take(counterparty, eventId) {
    if (counterparty.seen.includes(eventId)) return false;
    counterparty.seen.push(eventId);
    return true;
  },
};

/** The toy of `profile`: repeats are dropped, the last subjects touched are kept, ticks are relayed. */
export function toyProfile(behaviour = 1, memory: EventMemory = EVENT_IDS): Stage<Counterparty, ProfileState> {
  return {
    name: 'profile',
    reads: 'feed',
    writes: { Encounter: 'encounter', Exposure: 'encounter', Tick: 'encounter' },
    behaviour,
    adopts: ['ruleset'],
    commitFirst: false,
    codec: jsonCodec(() => ({ calls: 0, seen: [], touched: [], listed: '' })),
    partitionState: () => ({ tick: 0 }),
    prepare: async (_kind, ref) => ({ version: Number(ref) }),
    handle(context, record) {
      if (record.type === 'Tick') {
        const { time } = toy(record, 'Tick');
        if (time <= context.state.tick) return { kind: 'drop', reason: 'old_tick' };
        context.state.tick = time;
        context.broadcast('Tick', { door: '', time, origin: context.partition });
        return DONE;
      }
      if (record.type === 'Listed') {
        const { listed_id, counterparty } = toy(record, 'Listed');
        const entity = context.entity(counterparty);
        if (entity.listed !== '') return { kind: 'drop', reason: 'listed_before' };
        entity.listed = listed_id;
        for (const subject of entity.touched) {
          emit(context, 'Exposure', subject, { exposure_id: `${listed_id}:${subject}`, subject, counterparty });
        }
        return DONE;
      }
      if (record.type !== 'Call') return { kind: 'drop', reason: 'not_mine' };
      const { event_id, counterparty, subject, accepted_at } = toy(record, 'Call');
      const entity = context.entity(counterparty);
      if (!memory.take(entity, event_id)) return { kind: 'drop', reason: 'repeated' };
      // A defect on one record, after its state has changed: the worst place for one.
      if (event_id.startsWith('poison')) throw new Error('the toy has a defect');
      entity.calls++;
      if (!entity.touched.includes(subject)) entity.touched = [...entity.touched, subject].slice(-TOUCHED);
      emit(context, 'Encounter', subject, {
        event_id,
        counterparty,
        subject,
        origin: context.partition,
        at: accepted_at,
        n: entity.calls + behaviour - 1,
        listed: entity.listed,
        version: context.adopted<ToyDocument>('ruleset')?.version ?? 0,
      });
      return DONE;
    },
  };
}
