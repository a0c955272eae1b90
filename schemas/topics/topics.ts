import type { RecordType, RecordTypes } from '../generated/types.ts';

export const LOG_NAMES = ['feed', 'encounter', 'case', 'change'] as const;
export type LogName = (typeof LOG_NAMES)[number];

/** Who may write a record type into a log; `owner` is the owner of the partition, whatever the stage. */
export type Writer = 'ingest' | 'profile' | 'detect' | 'case' | 'deliver' | 'learn' | 'console' | 'authors' | 'owner';

export interface RecordRule {
  readonly writers: readonly Writer[];
  /** Field that is the key. null: written into a partition chosen by its writer (ticks into all, Adopt into its own). */
  readonly key: string | null;
}

export interface LogSpec {
  readonly name: LogName;
  /** name of the Kafka topic, and of the folder when embedded */
  readonly topic: string;
  /** what the key means */
  readonly key: string;
  readonly records: Readonly<Partial<Record<RecordType, RecordRule>>>;
  /** fixed for the life of the log */
  readonly partitions: number;
  /** -1 = for ever */
  readonly retentionMs: number;
  /** every override at creation: kafkajs alterConfigs replaces the whole set, so none may be added later */
  readonly config: Readonly<Record<string, string>>;
}

/** Largest message of any log; the codec refuses more, so the broker's limit is never what stops a record. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Every producer of a log uses these. */
export const PRODUCER_SETTINGS = { acks: -1, compression: 'lz4', idempotent: true } as const;

/** A single broker is not durable; the small set-up says so and takes 1 of each. */
export const REPLICATION = {
  cluster: { replicationFactor: 3, minInsyncReplicas: 2 },
  single: { replicationFactor: 1, minInsyncReplicas: 1 },
} as const;

const DAY_MS = 86_400_000;
/** Only closed segments expire: without this a quiet partition would keep personal data long past its time. */
const SEGMENT_MS = DAY_MS;

function by(key: string | null, ...writers: Writer[]): RecordRule {
  return { key, writers };
}

function config(retentionMs: number): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'retention.bytes': '-1',
    'segment.ms': String(SEGMENT_MS),
    'message.timestamp.type': 'LogAppendTime',
    // Batches carry their header on top of the record.
    'max.message.bytes': String(MAX_MESSAGE_BYTES + 65_536),
    // As the producer sent it: the broker must not spend its time on packing again.
    'compression.type': 'producer',
    'min.insync.replicas': String(REPLICATION.cluster.minInsyncReplicas),
    'unclean.leader.election.enable': 'false',
  };
}

function spec(
  name: LogName,
  partitions: number,
  retentionDays: number,
  key: string,
  records: LogSpec['records'],
): LogSpec {
  const retentionMs = retentionDays < 0 ? -1 : retentionDays * DAY_MS;
  return { name, topic: `yujing.${name}`, key, records, partitions, retentionMs, config: config(retentionMs) };
}

/** The one table of the logs: names, keys, record types, partitions, retention. */
export const LOGS: Readonly<Record<LogName, LogSpec>> = {
  feed: spec('feed', 8, 7, 'counterparty: number, account, domain; an incident by its place', {
    Call: by('counterparty', 'ingest'),
    Sms: by('counterparty', 'ingest'),
    Transaction: by('counterparty', 'ingest'),
    DomainVisit: by('counterparty', 'ingest'),
    Incident: by('counterparty', 'ingest'),
    Touch: by('party', 'ingest'),
    Linked: by('from', 'ingest'),
    DoorOpen: by(null, 'ingest'),
    DoorClosed: by(null, 'ingest'),
    Tick: by(null, 'ingest'),
    Listed: by('counterparty', 'learn'),
    Adopt: by(null, 'owner'),
  }),
  encounter: spec('encounter', 8, 7, 'subject: the person who may be the victim', {
    Encounter: by('subject', 'profile'),
    Exposure: by('subject', 'profile'),
    Mass: by('counterparty', 'profile'),
    Linked: by('from', 'profile'),
    Tick: by(null, 'profile'),
    Moved: by('to', 'detect'),
    Adopt: by(null, 'owner'),
  }),
  // Retention by law; three years covers warnings (two years) and the appeals that may follow. Set per jurisdiction.
  case: spec('case', 8, 3 * 365, 'subject', {
    Warning: by('subject', 'detect'),
    ShadowWarning: by('subject', 'detect'),
    Withdrawn: by('subject', 'detect'),
    Linked: by('from', 'detect'),
    Decision: by('subject', 'console'),
    Response: by('subject', 'console'),
    Contact: by('subject', 'console'),
    Outcome: by('subject', 'console'),
    HandOver: by('subject', 'console'),
    Opened: by('subject', 'console'),
    // The device's own report comes in through the console.
    Delivery: by('subject', 'deliver', 'console'),
    Due: by('subject', 'owner'),
    Case: by('subject', 'case'),
    Reanalysis: by('subject', 'case'),
    Order: by('subject', 'case'),
    Escalation: by('subject', 'case'),
    Label: by('subject', 'case'),
    FollowUp: by('subject', 'case'),
    Applied: by('subject', 'case'),
    Refused: by('subject', 'case'),
    Moved: by('to', 'case'),
    Adopt: by(null, 'owner'),
  }),
  // One partition: the offset of a head orders all versions. Never compacted, because a version is never deleted.
  change: spec('change', 1, -1, 'id@version#hash of a document, or the kind of a head', {
    Rule: by(null, 'authors', 'learn'),
    RuleSet: by(null, 'authors', 'learn'),
    Model: by(null, 'authors', 'learn'),
    List: by(null, 'authors', 'learn'),
    Policy: by(null, 'authors', 'learn'),
    Roster: by(null, 'authors', 'learn'),
    Precinct: by(null, 'authors', 'learn'),
    Head: by('kind', 'authors', 'learn'),
  }),
};

/** Key of a record in a log; null when the writer chooses the partition. @throws RangeError for a type the log does not hold */
export function logKey<T extends RecordType>(log: LogName, type: T, value: RecordTypes[T]): string | null {
  const rule = LOGS[log].records[type];
  if (rule === undefined) throw new RangeError(`${type} has no place in the log ${log}`);
  const fields = value as unknown as Record<string, unknown>;
  if (log === 'change' && type !== 'Head') return refOf(value as RecordTypes['Rule']);
  return rule.key === null ? null : (fields[rule.key] as string);
}

/** id@version#hash, the name of a document of the change log. */
export function refOf(document: { readonly id: string; readonly version: number; readonly hash: string }): string {
  return `${document.id}@${document.version}#${document.hash}`;
}
