import { LOGS, LOG_NAMES, type LogName } from '@yujing/schemas';
import { BrokerError, DataFolderError } from '../../errors/errors.ts';
import type { State, StateBatch } from '../../store/embedded/state.ts';
import type { LogFlush } from './log.ts';
import type { CommittedLog } from './recovery.ts';
import { Segment, type Mark } from './segment.ts';

/*
 * What the state keeps about the logs, beside entities and heads:
 *   log/<name>             id, partitions, first kept place, start of the file being written, committed end
 *   file/<name>/<base>     a full file: its length and index
 */
type Records = StateBatch['records'];

interface StoredMark {
  readonly position: number;
  readonly order: number;
  readonly offsets: readonly number[];
}

interface StoredLog {
  readonly id: string;
  readonly partitions: number;
  readonly low: StoredMark;
  readonly active: StoredMark;
  readonly end: StoredMark;
}

function stored({ position, order, offsets }: Mark): StoredMark {
  return { position, order, offsets: [...offsets] };
}

function mark({ position, order, offsets }: StoredMark): Mark {
  return { position, order, offsets: Float64Array.from(offsets) };
}

function logRecord(name: string, log: CommittedLog): readonly [string, Uint8Array] {
  const value: StoredLog = {
    id: log.id,
    partitions: log.partitions,
    low: stored(log.low),
    active: stored(log.active),
    end: stored(log.end),
  };
  return [`log/${name}`, Buffer.from(JSON.stringify(value))];
}

function fileRecord(name: string, base: number): string {
  return `file/${name}/${String(base).padStart(16, '0')}`;
}

/** records of the state that one flush of a log changes */
export function flushRecords(name: string, id: string, partitions: number, flush: LogFlush): Records {
  return [
    logRecord(name, { id, partitions, low: flush.low, active: flush.active, end: flush.end }),
    ...flush.sealed.map((segment) => [fileRecord(name, segment.base), segment.encode()] as const),
    ...flush.removed.map((segment) => [fileRecord(name, segment.base), null] as const),
  ];
}

export interface KnownLog {
  readonly name: LogName;
  readonly log: CommittedLog;
  readonly sealed: readonly Segment[];
}

function newLog(id: string, partitions: number): CommittedLog {
  const start: Mark = { position: 0, order: 0, offsets: new Float64Array(partitions) };
  return { id, partitions, low: start, active: start, end: start };
}

export interface KnownOptions {
  readonly folder: string;
  /** the folder was used before, so its state must be there */
  readonly used: boolean;
  readonly partitions: Partial<Record<LogName, number>>;
  readonly drawId: () => string;
}

/** Reads what is committed of every log; a log that is not there yet is made. @throws DataFolderError, BrokerError */
export async function readLogs(state: State, options: KnownOptions): Promise<KnownLog[]> {
  const known = new Map(await state.records('log/'));
  if (options.used && known.size === 0) {
    throw new DataFolderError('state_missing', { folder: options.folder, reason: 'it names no log' });
  }
  const logs: KnownLog[] = [];
  const made: Array<readonly [string, Uint8Array]> = [];
  for (const name of LOG_NAMES) {
    const bytes = known.get(`log/${name}`);
    const asked = options.partitions[name];
    if (bytes === undefined) {
      const log = newLog(options.drawId(), asked ?? LOGS[name].partitions);
      made.push(logRecord(name, log));
      logs.push({ name, log, sealed: [] });
    } else {
      logs.push(await knownLog(state, name, bytes, asked));
    }
  }
  if (made.length > 0) await state.write({ records: made, heads: new Map(), entities: new Map() });
  return logs;
}

async function knownLog(state: State, name: LogName, bytes: Uint8Array, asked: number | undefined): Promise<KnownLog> {
  const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as StoredLog;
  const { id, partitions } = value;
  if (asked !== undefined && asked !== partitions) {
    throw new BrokerError('partitions_differ', { log: name, has: partitions, asked });
  }
  const files = await state.records(`file/${name}/`);
  const log = { id, partitions, low: mark(value.low), active: mark(value.active), end: mark(value.end) };
  return { name, log, sealed: files.map(([, file]) => Segment.decode(file, partitions)) };
}
