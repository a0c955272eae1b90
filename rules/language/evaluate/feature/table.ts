import type { AggregateKind, FeaturePlan } from '../../plan/plan.ts';
import { PlanError } from '../frame.ts';
import type { Aggregate } from './aggregate.ts';
import { distinct, lastDistinct } from './distinct.ts';
import { age, since } from './moments.ts';
import { baseline, quantile } from './quantile.ts';
import { MAX_ROWS, windowOf } from './window.ts';
import { average, count, deviation, max, min, rate, ratio, sum } from './sums.ts';

const AGGREGATES: Readonly<Record<AggregateKind, (feature: FeaturePlan) => Aggregate>> = {
  count: () => count,
  sum: () => sum,
  distinct: () => distinct,
  max: () => max,
  min: () => min,
  avg: () => average,
  rate: () => rate,
  ratio: () => ratio,
  age: () => age,
  since: () => since,
  last_distinct: () => lastDistinct,
  stddev: () => deviation,
  quantile: (feature) => quantile(feature.quantile ?? 0.5),
  baseline: () => baseline,
};

export function aggregateOf(feature: FeaturePlan): Aggregate {
  return AGGREGATES[feature.aggregate](feature);
}

/**
 * Why the engine cannot run a feature, undefined when it can. The front end reports it as the problem
 * `aggregate_not_available`: better no rule than a wrong value.
 */
export function notAvailable(feature: FeaturePlan): string | undefined {
  const aggregate = aggregateOf(feature);
  if (feature.delay_ms > 0 && !aggregate.withDelay) return `${feature.aggregate} takes no delay`;
  if (feature.place === 'profile' && feature.aggregate === 'last_distinct')
    return 'a list does not travel on an encounter';
  if (feature.place === 'profile' && feature.aggregate === 'baseline') return 'baseline is for features of the person';
  if (feature.place === 'profile' && feature.key.length > 1) return 'a pair belongs to the person';
  if (!feature.exact && windowOf(feature).span > MAX_ROWS) return 'the delay is too long for buckets this short';
  if (feature.key.length > 2) return 'a key has one or two fields';
  return undefined;
}

export function assertAvailable(feature: FeaturePlan): void {
  const reason = notAvailable(feature);
  if (reason !== undefined) throw new PlanError(`feature ${feature.name}: ${reason}`);
}
