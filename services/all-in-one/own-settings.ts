import { declareSettings, EMBEDDED_SETTINGS, PROCESS_SETTINGS, setting } from '@yujing/runtime';

const { choice, decimal, path, text, toggle, whole } = setting;
const { fsync, segmentBytes, keepBytes, verifyLogs } = EMBEDDED_SETTINGS;
const { stallLimitMs } = PROCESS_SETTINGS;

/** What `yujing start` adds to the settings of the door. */
export const OWN_SETTINGS = declareSettings({
  port: whole({
    doc: 'port of the door, the API and the pages; 0 takes a free one',
    min: 0,
    max: 65_535,
    default: 8110,
  }),
  host: text({
    doc: 'address to listen on; anything but this machine needs TLS or a proxy in front',
    default: '127.0.0.1',
  }),
  data: path({ doc: 'folder for everything that must survive a restart; one process at a time', default: 'data' }),
  keys: path({
    doc: 'file with the keys of tokens and vault, outside the data folder; DATA.keys.json when not set',
    default: null,
  }),
  demo: toggle({ doc: 'invented city: roles without a password, and the town that sends events', default: true }),
  town: toggle({ doc: 'with --demo: let the town send events', default: true }),
  clock: choice({
    doc: 'wall: live. door: time moves only as it is released (tests, stories)',
    choices: ['wall', 'door'],
    default: 'wall',
  }),
  partitions: whole({
    doc: 'partitions of each log of a new data folder; 8 when not set',
    min: 1,
    max: 64,
    default: null,
  }),
  roundRecords: whole({ doc: 'records of the feed in one round of the path', min: 1, max: 100_000, default: 2_000 }),
  timeScale: decimal({
    doc: 'new data folder only: every clock of the policy runs faster by this factor',
    min: 1,
    max: 60,
    default: 1,
  }),
  fsync,
  segmentBytes,
  keepBytes,
  verifyLogs,
  stallLimitMs,
  tlsCert: path({ doc: 'certificate (PEM); with --tls-key the pages are served by HTTPS', default: null }),
  tlsKey: path({ doc: 'private key (PEM)', default: null }),
  logLevel: { ...PROCESS_SETTINGS.logLevel, default: 'warn' as const },
  json: toggle({ doc: 'one JSON line instead of text when it listens', default: false }),
});
