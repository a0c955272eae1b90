import { declareSettings, setting, type Values } from '@yujing/runtime';
import type { LatenessBounds } from './event/lateness.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

const { choice, list, path, text, toggle, whole } = setting;

/** Everything about the door that an installation may set. */
export const DOOR_SETTINGS = declareSettings({
  doorId: text({
    doc: 'id of this door, in every record and tick',
    pattern: /^[A-Za-z0-9._-]{1,64}$/,
    allowed: 'letters, digits and . _ -, at most 64',
    default: 'door-1',
  }),
  bodyBytes: whole({
    doc: 'longest body of a request',
    min: KILOBYTE,
    max: 64 * MEGABYTE,
    unit: 'bytes',
    default: 4 * MEGABYTE,
  }),
  itemBytes: whole({
    doc: 'longest line of an NDJSON body',
    min: KILOBYTE,
    max: MEGABYTE,
    unit: 'bytes',
    default: 64 * KILOBYTE,
  }),
  bodyItems: whole({ doc: 'most events of one body', min: 1, max: 100_000, default: 10_000 }),
  queuedEvents: whole({
    doc: 'most events that wait for the log; beyond them the door answers 503',
    min: 1,
    max: 1_000_000,
    default: 50_000,
  }),
  answerTimeoutMs: whole({
    doc: 'how long an answer waits for the log',
    min: 100,
    max: 10 * MINUTE_MS,
    unit: 'ms',
    default: 15 * SECOND_MS,
  }),
  keyEventsPerSecond: whole({ doc: 'events that a key may send a second', min: 1, max: 10_000_000, default: 50_000 }),
  keyBurstEvents: whole({
    doc: 'events that a key may send at once after a quiet time',
    min: 1,
    max: 10_000_000,
    default: 100_000,
  }),
  onTimeMs: whole({
    doc: 'up to this age an event is on time: the clocks of sources differ by as much',
    min: 0,
    max: HOUR_MS,
    unit: 'ms',
    default: 30 * SECOND_MS,
  }),
  usefulMs: whole({
    doc: 'beyond this age an event is retrospective: written down, never dispatched',
    min: MINUTE_MS,
    max: DAY_MS,
    unit: 'ms',
    default: 30 * MINUTE_MS,
  }),
  rememberedMs: whole({
    doc: 'how long event ids are remembered; older events are refused unless their key is historical',
    min: HOUR_MS,
    max: 7 * DAY_MS,
    unit: 'ms',
    default: DAY_MS,
  }),
  aheadMs: whole({
    doc: 'how far the clock of a source may run ahead',
    min: 0,
    max: 5 * MINUTE_MS,
    unit: 'ms',
    default: 5 * MINUTE_MS,
  }),
  rememberedIds: whole({
    doc: 'most event ids kept in memory, 13 to 27 bytes each; beyond them the oldest hour is forgotten early',
    min: 1000,
    max: 200_000_000,
    default: 8_000_000,
  }),
  deadLetterBytes: whole({
    doc: 'most bytes of refused events that are kept; the oldest go first',
    min: 16 * MEGABYTE,
    max: 1024 * 1024 * MEGABYTE,
    unit: 'bytes',
    default: 256 * MEGABYTE,
  }),
  deadLetterDays: whole({ doc: 'how long refused events are kept', min: 1, max: 3650, default: 30 }),
  tickGapSeconds: whole({
    doc: 'with clock: door, the longest gap between two events that is filled with a tick a second',
    min: 0,
    max: 86_400,
    default: 900,
  }),
});

/** A topic of somebody else as a source of the door. Without `upstreamTopic` there is none. */
export const UPSTREAM_SETTINGS = declareSettings({
  upstreamTopic: text({
    doc: 'topic of another system that this door reads; every message is a row for the mapping',
    pattern: /^[A-Za-z0-9._-]{1,249}$/,
    allowed: 'the name of a topic: letters, digits and . _ -, at most 249',
    default: null,
  }),
  upstreamMapping: path({ doc: 'mapping file (YAML): which column of a row is what of an event', default: null }),
  upstreamGroup: text({
    doc: 'consumer group whose offsets say how far the topic is read; INSTALLATION.upstream.TOPIC when not set',
    pattern: /^[A-Za-z0-9._-]{1,249}$/,
    allowed: 'letters, digits and . _ -, at most 249',
    default: null,
  }),
  upstreamFromBeginning: toggle({
    doc: 'a group that has never read the topic begins at its oldest message; otherwise with what comes from now on',
    default: false,
  }),
  upstreamHistorical: toggle({
    doc: 'events older than event ids are remembered are taken too, in retrospect; otherwise they are refused',
    default: false,
  }),
  upstreamBrokers: list({
    doc: 'addresses of the Kafka that holds the topic; when not set, the cluster’s own, with its certificates and user',
    pattern: /^[A-Za-z0-9._-]+:\d{1,5}$/,
    allowed: 'HOST:PORT with commas between them',
    default: null,
  }),
  upstreamTls: toggle({ doc: 'with --upstream-brokers: speak TLS with them', default: false }),
  upstreamCa: path({ doc: 'with --upstream-tls: certificates (PEM) they are checked against', default: null }),
  upstreamCert: path({ doc: 'with --upstream-tls: own certificate (PEM)', default: null }),
  upstreamKey: path({ doc: 'with --upstream-tls: own private key (PEM)', default: null }),
  upstreamSasl: choice({
    doc: 'with --upstream-brokers: how this process says who it is',
    choices: ['none', 'scram-sha-256', 'scram-sha-512'],
    default: 'none',
  }),
  upstreamUser: text({ doc: 'user of SASL', default: null }),
  upstreamPassword: text({ doc: 'password of SASL', default: null, secret: true }),
});
export type UpstreamSettings = Values<typeof UPSTREAM_SETTINGS>;

/** The settings as the door uses them. */
export interface DoorSettings {
  readonly door: string;
  readonly bodyBytes: number;
  readonly itemBytes: number;
  readonly items: number;
  readonly queued: number;
  readonly answerTimeoutMs: number;
  readonly rate: { readonly perSecond: number; readonly burst: number };
  readonly lateness: LatenessBounds;
  readonly rememberedIds: number;
  readonly deadLetters: { readonly maxBytes: number; readonly keptDays: number };
  readonly tickGapSeconds: number;
  /** 12x numbers are mobile numbers: samples, tests and the demo's town, never anywhere else */
  readonly inventedMobiles: boolean;
}

/** `inventedMobiles` is no setting of its own: it follows from the demo. */
export function doorSettings(values: Values<typeof DOOR_SETTINGS>, inventedMobiles = false): DoorSettings {
  const { onTimeMs, usefulMs, rememberedMs, aheadMs } = values;
  return {
    door: values.doorId,
    bodyBytes: values.bodyBytes,
    itemBytes: values.itemBytes,
    items: values.bodyItems,
    queued: values.queuedEvents,
    answerTimeoutMs: values.answerTimeoutMs,
    rate: { perSecond: values.keyEventsPerSecond, burst: values.keyBurstEvents },
    lateness: { onTimeMs, usefulMs, rememberedMs, aheadMs },
    rememberedIds: values.rememberedIds,
    deadLetters: { maxBytes: values.deadLetterBytes, keptDays: values.deadLetterDays },
    tickGapSeconds: values.tickGapSeconds,
    inventedMobiles,
  };
}

function defaults(): Values<typeof DOOR_SETTINGS> {
  const entries = Object.entries(DOOR_SETTINGS).map(([name, { default: value }]) => [name, value]);
  return Object.fromEntries(entries) as Values<typeof DOOR_SETTINGS>;
}

export const DOOR_DEFAULTS: DoorSettings = doorSettings(defaults());
