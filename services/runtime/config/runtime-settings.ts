import { choice, declareSettings, path, text, toggle, whole } from './setting.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What every process of Yujing may be told. */
export const PROCESS_SETTINGS = declareSettings({
  logLevel: choice({ doc: 'least severe lines that are written to the log', choices: LOG_LEVELS, default: 'info' }),
  observeHost: text({ doc: 'address of /metrics, /livez, /readyz and /startedz', default: '127.0.0.1' }),
  observePort: whole({
    doc: 'port of /metrics, /livez, /readyz and /startedz in a process of one stage; 0 takes a free one',
    min: 0,
    max: 65_535,
    default: 9464,
  }),
  stallLimitMs: whole({
    doc: 'without progress, or with the event loop held for so long, the process says that it is not alive',
    min: 1_000,
    max: 3_600_000,
    unit: 'ms',
    default: 30_000,
  }),
});

/** The embedded log and store. */
export const EMBEDDED_SETTINGS = declareSettings({
  dataFolder: path({ doc: 'everything that must survive a restart; one process at a time', default: 'data' }),
  fsync: toggle({
    doc: 'wait for the disk before anything is answered or shown; without it a power cut may lose what was answered',
    default: true,
  }),
  segmentBytes: whole({
    doc: 'size of one file of a log; retention gives up whole files',
    min: 1 << 20,
    max: 1 << 30,
    unit: 'bytes',
    default: 64 << 20,
  }),
  keepBytes: whole({
    doc: 'newest bytes of each log kept in memory for readers',
    min: 1 << 20,
    max: 1 << 30,
    unit: 'bytes',
    default: 16 << 20,
  }),
  verifyLogs: toggle({ doc: 'read and check every log file at the start, not only the newest', default: false }),
});
