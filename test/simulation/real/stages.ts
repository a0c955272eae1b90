import { caseStage } from '@yujing/case';
import { detectStage } from '@yujing/detect';
import { profileStage } from '@yujing/profile';
import type { AdoptKind, Stage, StageContext } from '@yujing/runtime';
import type { RecordTypes } from '@yujing/schemas';
import type { StageSurroundings } from '../scenario.ts';
import { DOCUMENTS, preparedName } from './documents.ts';

type AnyStage = Stage<unknown, unknown>;
type AnyContext = StageContext<unknown, unknown>;
export type RealStages = (behaviour: number, surroundings: StageSurroundings) => readonly AnyStage[];

/** A record on which the stage has a defect, by the id that its source gave it. */
export const POISON = 'poison';

/** what comes from outside; `Applied` and others only name it */
const POISONED = { Call: true, Response: true, Contact: true, Outcome: true, Decision: true };

/** The same context with another hand on some of it. */
export function withContext(context: AnyContext, changed: Partial<AnyContext>): AnyContext {
  return {
    partition: context.partition,
    partitions: context.partitions,
    state: context.state,
    timers: context.timers,
    need: (keys) => context.need(keys),
    entity: (key) => context.entity(key),
    read: (key) => context.read(key),
    remove: (key) => context.remove(key),
    emit: (type, key, value) => context.emit(type, key, value),
    broadcast: (type, value) => context.broadcast(type, value),
    count: (name, by) => context.count(name, by),
    adopted: (kind) => context.adopted(kind),
    ...changed,
  };
}

/** The next release words one output of each stage otherwise. */
const REWORDED: Readonly<Record<string, (value: unknown) => unknown>> = {
  Encounter(value) {
    const encounter = value as RecordTypes['Encounter'];
    return { ...encounter, profile: { ...encounter.profile, first_seen_at: null } };
  },
  Warning: (value) => ({ ...(value as object), title_en: 'second release' }),
  Order: (value) => ({ ...(value as object), area_en: 'second release' }),
};

function reword(context: AnyContext): AnyContext {
  return withContext(context, {
    emit: (type, key, value) => context.emit(type, key, (REWORDED[type]?.(value) ?? value) as never),
  });
}

/** The stage as it ships, with its documents compiled once for all schedules. */
function asReleased(shipped: AnyStage, behaviour: number): AnyStage {
  const { due } = shipped;
  return {
    ...shipped,
    behaviour,
    prepare: async (kind, ref) => documentOf(shipped.name, kind, ref),
    handle(context, record) {
      const outcome = shipped.handle(behaviour === 1 ? context : reword(context), record);
      const { call_id, command_id } = record.value as { readonly call_id?: string; readonly command_id?: string };
      // A defect on one record, after its state has changed: the worst place for one.
      if ((call_id ?? command_id)?.startsWith(POISON) === true && record.type in POISONED)
        throw new Error('the stage has a defect');
      return outcome;
    },
    // Clocks of machines tell whole milliseconds, the scheduler does not.
    ...(due === undefined ? {} : { due: (key: string, at: number, now: number) => due(key, at, Math.floor(now)) }),
  };
}

export function documentOf(stage: string, kind: AdoptKind, ref: string): unknown {
  const name = preparedName(stage, kind, ref);
  if (!DOCUMENTS.prepared.has(name)) throw new RangeError(`no document ${name}`);
  return DOCUMENTS.prepared.get(name);
}

const SHIPPED = [profileStage, detectStage, caseStage] as unknown as readonly AnyStage[];

/** The path as it ships; release 2 says some things otherwise. */
export const REAL_STAGES: RealStages = (behaviour) => SHIPPED.map((stage) => asReleased(stage, behaviour));
