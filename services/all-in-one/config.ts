import { DOOR_SETTINGS } from '@yujing/ingest';
import { declareSettings, LOG_LEVELS, setting } from '@yujing/runtime';

const { choice, decimal, path, text, toggle, whole } = setting;

/** What `yujing start` may be told: by flag, environment variable or file. */
export const START_SETTINGS = declareSettings({
  port: whole({ doc: 'port of the door, the API and the pages; 0 takes a free one', min: 0, max: 65_535, default: 8110 }),
  host: text({ doc: 'address to listen on; anything but this machine needs TLS or a proxy in front', default: '127.0.0.1' }),
  data: path({ doc: 'folder for everything that must survive a restart; one process at a time', default: 'data' }),
  keys: path({ doc: 'file with the keys of tokens and vault, outside the data folder; default: DATA.keys.json', default: null }),
  demo: toggle({ doc: 'invented city: roles without a password, and the town that sends events', default: true }),
  town: toggle({ doc: 'with --demo: let the town send events', default: true }),
  clock: choice({ doc: 'wall: live. door: time moves only as it is released (tests, stories)', choices: ['wall', 'door'], default: 'wall' }),
  partitions: whole({ doc: 'partitions of each log of a new data folder; default: 8', min: 1, max: 64, default: null }),
  roundRecords: whole({ doc: 'records of the feed in one round of the path', min: 1, max: 100_000, default: null }),
  timeScale: decimal({ doc: 'new data folder only: shorten every clock of the policy by this factor', min: 1, max: 60, default: 1 }),
  tlsCert: path({ doc: 'certificate (PEM); with --tls-key the pages are served by HTTPS', default: null }),
  tlsKey: path({ doc: 'private key (PEM)', default: null }),
  logLevel: choice({ doc: 'least severe lines that are written to the log', choices: LOG_LEVELS, default: 'warn' }),
  json: toggle({ doc: 'one JSON line instead of text when it listens', default: false }),
  ...DOOR_SETTINGS,
});
