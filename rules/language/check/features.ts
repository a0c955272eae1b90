import type { AggregateKind, FeaturePlan, Node, ValueType } from '../plan/plan.ts';
import { notAvailable } from '../evaluate/feature/table.ts';
import { planHash } from '../plan/canonical.ts';
import type { Position, Problems } from '../problems/problems.ts';
import { didYouMean } from '../problems/suggest.ts';
import type { FeatureBody } from '../documents/declarations/others.ts';
import type { Located, Source } from '../documents/value.ts';
import type { Syntax } from '../parse/syntax.ts';
import type { FeatureSymbol, Scope, Symbols } from './environment.ts';
import { eventInfo, touchInfo, typeInWords, type EventInfo } from './events.ts';
import { begin, checkCondition, parsed } from './expression.ts';
import { DEFAULT_BUCKETS, MAX_BUCKETS, MAX_EXACT_MS, RETENTION_MS } from './limits.ts';
import { condition } from './operators.ts';
import { isNumber } from './types.ts';

const NO_FIELD: readonly AggregateKind[] = ['count', 'rate', 'ratio', 'age', 'since'];
const OF_NUMBERS: readonly AggregateKind[] = ['sum', 'max', 'min', 'avg', 'stddev', 'quantile', 'baseline'];
const AGGREGATES: readonly AggregateKind[] = [...NO_FIELD, ...OF_NUMBERS, 'distinct', 'last_distinct'];

interface Aggregate {
  readonly kind: AggregateKind;
  readonly field: string | undefined;
  readonly fieldType: ValueType | undefined;
  readonly predicate: Node | undefined;
  readonly quantile: number | undefined;
}

/** One feature of a FeatureSet; undefined: reported. */
export function checkFeature(
  name: string,
  body: FeatureBody,
  position: Position,
  symbols: Symbols,
  problems: Problems,
): FeatureSymbol | undefined {
  const { on, from, key, agg } = body;
  if (on === undefined || key === undefined || agg === undefined) return undefined;
  const info = infoOf(on.value, from, problems);
  if (info === undefined) return undefined;
  const before = problems.errors;
  const scope: Scope = {
    event: { info, scope: 'event' },
    instead: '',
    stages: new Map(),
    params: new Map(),
    bareFields: true,
    features: false,
    variable: undefined,
  };
  const place = { symbols, scope, usedParams: new Set<string>(), problems };
  const kept = keptFor(key, info, from?.value === 'touch', problems);
  const aggregate = readAggregate(agg, info, place);
  const where = body.where === undefined ? undefined : checkCondition(body.where, place);
  const window = windowOf(body, aggregate?.kind, position, problems);
  if (problems.errors > before || kept === undefined || aggregate === undefined || window === undefined)
    return undefined;
  const definition = {
    on: on.value,
    from: from?.value ?? 'main',
    key: key.map((field) => field.value),
    entity: kept.entity,
    aggregate: aggregate.kind,
    field: aggregate.field,
    predicate: aggregate.predicate,
    quantile: aggregate.quantile,
    where,
    ...window,
    delay_ms: body.delay?.value ?? 0,
  };
  const plan: FeaturePlan = { id: planHash(definition, 12), name, ...definition, place: kept.place };
  const refused = notAvailable(plan);
  if (refused !== undefined) {
    problems.add('aggregate_not_available', agg.position, refused);
    return undefined;
  }
  return { plan, keys: kept.types, result: resultOf(aggregate) };
}

function infoOf(on: FeaturePlan['on'], from: FeatureBody['from'], problems: Problems): EventInfo | undefined {
  if (from?.value !== 'touch') return eventInfo(on);
  if (on === 'call' || on === 'transaction') return touchInfo(on);
  problems.add(
    'conflicting_keys',
    from.position,
    '`from: touch` is told of calls and transactions only',
    'leave `from` out',
  );
  return undefined;
}

interface Kept {
  readonly entity: FeaturePlan['entity'];
  readonly place: FeaturePlan['place'];
  readonly types: readonly ValueType[];
}

/** Where a feature lives: counterparties in `profile`, the subject's own and pairs in `detect`. */
function keptFor(
  key: ReadonlyArray<Located<string>>,
  info: EventInfo,
  touch: boolean,
  problems: Problems,
): Kept | undefined {
  const fields = key.map((located) => {
    const field = info.fields.get(located.value);
    if (field === undefined)
      problems.add(
        'unknown_field',
        located.position,
        `a ${info.name} has no field ${located.value}`,
        didYouMean(located.value, [...info.fields.keys()]),
      );
    return field;
  });
  const [first, second] = fields;
  const at = key[0]?.position ?? { line: 1, column: 1 };
  if (fields.includes(undefined) || first === undefined) {
    if (fields.length === 0) problems.add('bad_feature_key', at, 'a feature needs a key');
    return undefined;
  }
  const types = fields.map((field) => field?.type ?? { kind: 'string' as const });
  const refuse = (message: string, hint: string): undefined => void problems.add('bad_feature_key', at, message, hint);
  if (touch && (fields.length !== 1 || first.name !== 'party'))
    return refuse('a touch is told to one party', 'key: party');
  const entity = first.type.kind === 'id' ? first.type.entity : undefined;
  if (second === undefined) {
    if (entity === undefined)
      return refuse(`${first.name} is ${typeInWords(first.type)}, it names nobody`, `key: [${first.name}, subject]`);
    if (first.name === 'domain') return refuse('profiles are kept per registered domain', 'key: registered_domain');
    if (first.parties[0] === 'counterparty') return { entity, place: 'profile', types };
    if (first.parties[0] === 'subject') return { entity, place: 'detect', types };
    return refuse(`${first.name} is neither the counterparty nor the subject`, `key: [${first.name}, subject]`);
  }
  if (second.parties[0] !== 'subject')
    return refuse(`${second.name} is not on the subject's side`, 'a pair is [counterparty field, subject field]');
  if (first.parties[0] === 'subject')
    return refuse("both fields are on the subject's side", 'a pair is [counterparty field, subject field]');
  return { entity: entity ?? 'person', place: 'detect', types };
}

function readAggregate(agg: Source, info: EventInfo, place: Parameters<typeof begin>[1]): Aggregate | undefined {
  const syntax = parsed(agg, place.problems);
  if (syntax === undefined) return undefined;
  const checking = begin(agg, place);
  const call =
    syntax.kind === 'name'
      ? { ...syntax, kind: 'call' as const, function: syntax.name, target: undefined, arguments: [] }
      : syntax;
  if (call.kind !== 'call' || call.target !== undefined)
    return checking.report('bad_aggregate', syntax, 'an aggregate is written like distinct(subscriber_tel)');
  const kind = AGGREGATES.find((candidate) => candidate === call.function);
  if (kind === undefined)
    return checking.report(
      'bad_aggregate',
      call,
      `there is no aggregate ${call.function}`,
      didYouMean(call.function, AGGREGATES),
    );
  const [first, second] = call.arguments;
  const wanted = kind === 'quantile' ? 2 : kind === 'ratio' || !NO_FIELD.includes(kind) ? 1 : 0;
  if (call.arguments.length !== wanted)
    return checking.report(
      'bad_aggregate',
      call,
      `${kind}() takes ${wanted === 0 ? 'nothing' : wanted === 1 ? 'one argument' : 'a field and a number'}`,
      exampleOf(kind),
    );
  const none = { kind, field: undefined, fieldType: undefined, predicate: undefined, quantile: undefined };
  if (first === undefined) return none;
  if (kind === 'ratio') {
    const predicate = condition(checking, first);
    return predicate && { ...none, predicate };
  }
  const found = fieldOf(first, info);
  if (found === undefined) {
    const typed = checking.check(first);
    return typed && checking.report('bad_aggregate', first, `${kind}() counts a field`, exampleOf(kind));
  }
  if (OF_NUMBERS.includes(kind) && !isNumber(found.type))
    return checking.report(
      'bad_aggregate',
      first,
      `${kind}() needs a number; ${found.name} is ${typeInWords(found.type)}`,
      `distinct(${found.name}) counts different ones`,
    );
  const quantile = second?.kind === 'double' ? second.value : undefined;
  if (kind === 'quantile' && (quantile === undefined || quantile <= 0 || quantile >= 1))
    return checking.report(
      'bad_aggregate',
      second ?? call,
      'the second argument is a share between 0 and 1',
      exampleOf(kind),
    );
  return { ...none, field: found.name, fieldType: found.type, quantile };
}

function fieldOf(syntax: Syntax, info: EventInfo): { name: string; type: ValueType } | undefined {
  const name =
    syntax.kind === 'name'
      ? syntax.name
      : syntax.kind === 'select' && syntax.operand.kind === 'name' && syntax.operand.name === 'event'
        ? syntax.field
        : undefined;
  const field = name === undefined ? undefined : info.fields.get(name);
  return field && { name: field.name, type: field.type };
}

function exampleOf(kind: AggregateKind): string {
  if (kind === 'quantile') return 'quantile(amount_minor, 0.95)';
  if (kind === 'ratio') return 'ratio(duration_s < 10)';
  if (NO_FIELD.includes(kind)) return `${kind}()`;
  return OF_NUMBERS.includes(kind) ? `${kind}(amount_minor)` : `${kind}(subscriber_tel)`;
}

function resultOf(aggregate: Aggregate): ValueType {
  const { kind, fieldType } = aggregate;
  if (kind === 'count' || kind === 'distinct') return { kind: 'int' };
  if (kind === 'age' || kind === 'since') return { kind: 'duration' };
  if (kind === 'last_distinct') return { kind: 'list', of: fieldType ?? { kind: 'string' } };
  if (kind === 'sum' || kind === 'max' || kind === 'min') return fieldType ?? { kind: 'int' };
  return { kind: 'double' };
}

interface Window {
  readonly window_ms: number;
  readonly buckets: number;
  readonly exact: boolean;
}

function windowOf(
  body: FeatureBody,
  kind: AggregateKind | undefined,
  position: Position,
  problems: Problems,
): Window | undefined {
  const remembers = kind === 'age' || kind === 'since';
  const given = body.window ?? body.retain;
  const refuse = (
    code: 'window_too_long' | 'missing_key' | 'out_of_range' | 'conflicting_keys',
    at: Position,
    message: string,
    hint?: string,
  ): undefined => void problems.add(code, at, message, hint);
  if (body.window !== undefined && body.retain !== undefined)
    return refuse('conflicting_keys', body.retain.position, '`window` and `retain` say the same', 'keep one');
  if (given === undefined && !remembers)
    return kind === undefined
      ? undefined
      : refuse('missing_key', position, `${kind}() needs \`window\`: a duration such as 1h`);
  const window_ms = given?.value ?? RETENTION_MS;
  const at = given?.position ?? position;
  if (window_ms > RETENTION_MS)
    return refuse('window_too_long', at, 'the window is longer than 90 days, events are not kept that long');
  if (window_ms < 1000) return refuse('out_of_range', at, 'a window has at least one second');
  const exact = body.exact?.value ?? false;
  if (exact && window_ms > MAX_EXACT_MS)
    return refuse('window_too_long', at, 'an exact window has at most 24 hours', 'leave `exact` out');
  if (remembers || exact) return { window_ms, buckets: 1, exact };
  const bucket = body.bucket?.value;
  const buckets = bucket === undefined ? DEFAULT_BUCKETS : Math.ceil(window_ms / Math.max(1, bucket));
  if (buckets < 1 || buckets > MAX_BUCKETS)
    return refuse(
      'out_of_range',
      body.bucket?.position ?? at,
      `the window falls into ${buckets} buckets, at most ${MAX_BUCKETS}`,
    );
  return { window_ms, buckets, exact };
}
