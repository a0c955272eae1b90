import { CLUSTER_SETTINGS, declareSettings, PROCESS_SETTINGS, setting, type Values } from '@yujing/runtime';
import { OWN_SETTINGS } from '../own-settings.ts';

const { path, toggle, whole } = setting;
const { host, json, tlsCert, tlsKey } = OWN_SETTINGS;

/** What every process of a cluster may be told. */
export const MEMBER_SETTINGS = declareSettings({
  ...CLUSTER_SETTINGS,
  ...PROCESS_SETTINGS,
  data: path({
    doc: 'folder for small files: API keys, users and the session key, which processes share; door folders, which they do not',
    default: 'run/cluster',
  }),
  json,
});

export const STAGE_SETTINGS = declareSettings({
  ...MEMBER_SETTINGS,
  cacheEntities: whole({
    doc: 'entities that one partition keeps in memory between commits',
    min: 100,
    max: 10_000_000,
    default: 30_000,
  }),
});

/** Of a process that people or sources speak to. */
export const SERVED_SETTINGS = declareSettings({
  ...MEMBER_SETTINGS,
  port: whole({ doc: 'port to listen on; 0 takes a free one', min: 0, max: 65_535, default: 8110 }),
  host,
  tlsCert,
  tlsKey,
  keys: path({
    doc: 'file with the keys of tokens and vault, the same for every door and console; DATA.keys.json when not set',
    default: null,
  }),
  demo: toggle({ doc: 'invented people: 12x numbers count as mobiles, roles need no password', default: false }),
});

export type MemberValues = Values<typeof MEMBER_SETTINGS>;
export type StageValues = Values<typeof STAGE_SETTINGS>;
