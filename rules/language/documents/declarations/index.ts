import type { Shape } from '../shapes.ts';
import { featureSet, filter, listDocument, model } from './others.ts';
import { rule } from './rule.ts';

/** All kinds whose keys are ours; a Policy's keys are the case stage's. */
export const RULE_KEYS: ReadonlyArray<readonly [kind: string, shape: Shape<unknown>]> = [
  ['Rule', rule],
  ['FeatureSet', featureSet],
  ['List', listDocument],
  ['Filter', filter],
  ['Model', model],
];
