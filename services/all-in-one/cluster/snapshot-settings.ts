import { CLUSTER_SETTINGS, declareSettings, PROCESS_SETTINGS, setting } from '@yujing/runtime';
import { OWN_SETTINGS } from '../own-settings.ts';

const { decimal, path, text, toggle, whole } = setting;
const { installation, redis, redisMode, redisMaster, redisCa, redisCert, redisKey } = CLUSTER_SETTINGS;
const STORE = { installation, redis, redisMode, redisMaster, redisCa, redisCert, redisKey };

/** Redis copies a slot in one go: about a second for half a million entities, more on a busy machine. */
export const LARGE_SLOT_MS = 60_000;

export const SNAPSHOT_SETTINGS = declareSettings({
  ...STORE,
  to: path({ doc: 'folder of the snapshots', default: 'run/snapshots' }),
  everyHours: decimal({
    doc: 'hours between two; without it one is taken and the command ends',
    min: 0.01,
    max: 168,
    default: null,
  }),
  keep: whole({ doc: 'newest snapshots that stay', min: 1, max: 10_000, default: 48 }),
  logLevel: PROCESS_SETTINGS.logLevel,
  json: OWN_SETTINGS.json,
});

export const RESTORE_SETTINGS = declareSettings({
  ...STORE,
  from: path({ doc: 'folder of the snapshots', default: 'run/snapshots' }),
  snapshot: text({ doc: 'name of one of them; the newest whole one when not set', default: null }),
  replace: toggle({ doc: 'also where the store holds something; stop the stages first', default: false }),
  list: toggle({ doc: 'tell which snapshots there are, and restore nothing', default: false }),
  json: OWN_SETTINGS.json,
});
