import { PATH } from '@yujing/all-in-one';
import type { Documents, InputRecord, Stage, StageContext } from '@yujing/runtime';
import type { RecordType, RecordTypes, RuleSet, Warning } from '@yujing/schemas';

/** Differences that a replay must find: each is what a careless release would do. */
type AnyStage = Stage<unknown, unknown>;
type AnyContext = StageContext<unknown, unknown>;
type Emit = AnyContext['emit'];

function withStage(name: string, change: (stage: AnyStage) => AnyStage): AnyStage[] {
  return PATH.map((stage) => (stage.name === name ? change(stage) : stage));
}

/** detect counts one point less in each warning. */
export function otherScores(): AnyStage[] {
  return withStage('detect', (stage) => ({
    ...stage,
    handle(context, record) {
      const emit = <T extends RecordType>(type: T, key: string, value: RecordTypes[T]): void => {
        const said = type === 'Warning' ? { ...value, score: (value as Warning).score - 1 } : value;
        context.emit(type, key, said as RecordTypes[T]);
      };
      return stage.handle(withEmit(context, emit), record);
    },
  }));
}

/** case does not hear warnings. */
export function deafCase(): AnyStage[] {
  return withStage('case', (stage) => ({
    ...stage,
    handle: (context, record) => (record.type === 'Warning' ? { kind: 'done' } : stage.handle(context, record)),
  }));
}

/** A stage that throws on a record of a type in every so many: such records are put aside. */
export function throwing(name: string, type: RecordType, every: number): AnyStage[] {
  return withStage(name, (stage) => ({
    ...stage,
    handle(context: AnyContext, record: InputRecord) {
      const outcome = stage.handle(context, record);
      // After the handler changed its entity, so that what is left over would show.
      if (record.type === type && record.offset % every === 0) throw new Error('planted');
      return outcome;
    },
  }));
}

/** The recorded rule set, without its last rules. */
export function fewerRules(documents: Documents): Documents {
  return {
    async get<T extends RecordType>(type: T, hash: string): Promise<RecordTypes[T]> {
      const value = await documents.get(type, hash);
      if (type !== 'RuleSet') return value;
      const { rules } = value as RuleSet;
      return { ...value, rules: rules.slice(0, rules.length >> 1) };
    },
  };
}

/** The context is an object of the loop with state of its own: it is passed on, but for one call. */
function withEmit(context: AnyContext, emit: Emit): AnyContext {
  return new Proxy(context, {
    get(target, name) {
      if (name === 'emit') return emit;
      const found: unknown = Reflect.get(target, name, target);
      return typeof found === 'function' ? (found.bind(target) as unknown) : found;
    },
  });
}
