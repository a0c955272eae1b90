import {
  anything,
  boolean,
  choice,
  date,
  dictionary,
  list,
  map,
  may,
  must,
  named,
  text,
  type ReadOf,
} from '../shapes.ts';
import { bilingual, duration, expression } from '../words.ts';
import { EVENT_TYPES } from './event-types.ts';
import { id, meta, NAME, status, version } from './rule.ts';

/** FeatureSet, List, Filter, Policy and Model. */

const fieldName = named('the name of a field', NAME);

const feature = map('feature', {
  on: must(choice('an event type', EVENT_TYPES), 'type of event it counts'),
  from: may(
    choice('main or touch', ['main', 'touch']),
    'touch: what this number or account did itself, not what was done with it',
  ),
  key: must(list(fieldName, 2, true), 'whose feature: a field, or a pair [counterparty field, subject field]'),
  agg: must(text('an aggregate such as distinct(subscriber_tel)', 1024), 'what is counted'),
  where: may(expression, 'which events count; fields stand without `event.`'),
  window: may(duration(), 'how far back'),
  retain: may(duration(), 'age() and since(): how long a key is remembered (default 90d)'),
  bucket: may(duration(), 'width of a step (default: a twelfth of the window)'),
  exact: may(boolean, 'no steps: exact to the event, windows up to 24h'),
  delay: may(duration(), 'labels and chargebacks that come this late still count'),
  title: may(bilingual(), 'what it says, in words'),
});

export const featureSet = map('feature set', {
  kind: must(choice('FeatureSet', ['FeatureSet']), 'FeatureSet'),
  id: may(id, 'id of the set (default: features)'),
  version: may(version, 'rises with every change'),
  features: must(dictionary('a map of names to features', NAME, feature, 256), 'features by name, shared by all rules'),
});

export const listDocument = map('list', {
  kind: must(choice('List', ['List']), 'List'),
  id: must(named('a name such as spoofed_police', NAME), 'name in expressions: lists.<id>.has(v)'),
  version: may(version, 'rises with every change of this declaration'),
  entity: must(
    choice('what the entries name', ['tel', 'account', 'domain', 'device', 'person', 'place']),
    'what the entries name',
  ),
  title: must(bilingual(), 'what it means to stand on it'),
  meta: may(meta, 'who answers for it'),
  entries: may(anything, 'never in YAML: entries enter by `lists import`'),
});

export const filter = map('filter', {
  kind: must(choice('Filter', ['Filter']), 'Filter'),
  id: must(id, 'stable id'),
  version: must(version, 'rises with every change'),
  status: must(status, 'draft, shadow, live or retired'),
  title: must(bilingual(), 'why this is no warning'),
  rules: must(list(id, 200, true), 'rules it speaks to'),
  on: must(choice('an event type', EVENT_TYPES), 'stages of this event type'),
  when: must(expression, 'which events are let pass; counts only when it surely holds'),
  meta: must(meta, 'an exception has its own owner and expiry'),
});

export const policy = { id, version };

export const model = map('model card', {
  kind: must(choice('Model', ['Model']), 'Model'),
  id: must(named('a name such as leizhenzi', NAME), 'name in expressions: model("<id>", v)'),
  version: must(version, 'rises with every change'),
  status: must(status, 'draft, shadow, live or retired'),
  entity: must(
    choice('what it looks at', ['tel', 'account', 'domain', 'device', 'person', 'place']),
    'what it looks at',
  ),
  inputs: must(list(named('the name of a feature', NAME), 64), 'features of the rule language'),
  trees_hash: must(named('64 hex digits', /^[0-9a-f]{64}$/), 'sha256 of the trees'),
  threshold: may(anything, 'from which score it speaks'),
  calibration: may(anything, 'score to measured share'),
  measured: may(anything, 'precision and recall, of which labels'),
  trained: may(date, 'when'),
  title: may(bilingual(), 'what it says'),
  meta: may(meta, 'who answers for it'),
});

export type FeatureBody = ReadOf<typeof feature>;
export type FeatureSetBody = ReadOf<typeof featureSet>;
export type ListBody = ReadOf<typeof listDocument>;
export type FilterBody = ReadOf<typeof filter>;
export type ModelBody = ReadOf<typeof model>;
