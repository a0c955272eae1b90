import { CLUSTER_SETTINGS, declareSettings, setting } from '@yujing/runtime';
import { OWN_SETTINGS } from '../own-settings.ts';
import { MEMBER_SETTINGS, SERVED_SETTINGS } from './member-settings.ts';

const { choice, decimal, text, whole } = setting;

export const SETUP_SETTINGS = declareSettings({
  ...CLUSTER_SETTINGS,
  replication: choice({
    doc: 'cluster: three copies of each log, two must have a record before it counts. single: one broker, not durable',
    choices: ['cluster', 'single'],
    default: 'cluster',
  }),
  partitions: whole({
    doc: 'partitions of feed, encounter and case, fixed for the life of the logs; the table’s 8 when not set',
    min: 1,
    max: 256,
    default: null,
  }),
  only: text({
    doc: 'one step instead of all',
    pattern: /^(keys|topics|schemas|database|store|documents)$/,
    allowed: 'one of keys, topics, schemas, database, store, documents',
    default: null,
  }),
  timeScale: decimal({
    doc: 'every clock of the shipped rules and policy runs faster by this factor (stories in tests)',
    min: 1,
    max: 60,
    default: 1,
  }),
  data: MEMBER_SETTINGS.data,
  keys: SERVED_SETTINGS.keys,
  json: OWN_SETTINGS.json,
});
