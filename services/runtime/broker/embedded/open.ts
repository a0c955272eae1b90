import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { LogName } from '@yujing/schemas';
import { State } from '../../store/embedded/state.ts';
import { readLogs, type KnownLog } from './committed.ts';
import { systemDisk, type Disk } from './disk.ts';
import { Engine } from './embedded-engine.ts';
import type { DiskEngine } from './engine.ts';
import { lockFolder, makeFolder, readFormat, writeFormat } from './folder.ts';
import { EmbeddedLog } from './log.ts';
import { recoverLog } from './recovery.ts';

export interface EmbeddedOptions {
  /** made when it is not there; one process at a time */
  readonly folder: string;
  /** of logs that are new; asked of an existing log another count is refused */
  readonly partitions?: Partial<Record<LogName, number>>;
  /** false: a power cut may lose what was answered. For tests and tools only. */
  readonly fsync?: boolean;
  /** epoch ms */
  readonly now: () => number;
  readonly segmentBytes?: number;
  /** a file of a log holds no more than this time: retention gives up whole files */
  readonly segmentMs?: number;
  /** newest bytes of each log kept in memory for readers */
  readonly keepBytes?: number;
  /** flush by itself soon after anything changed: for tools and tests; the path's loop flushes between two records instead */
  readonly autoFlush?: boolean;
  /** read and check every log file, not only the one being written */
  readonly verify?: boolean;
  /** ids of new logs; random unless a test wants them the same */
  readonly drawId?: () => string;
  /** a test's failing disk */
  readonly disk?: Disk;
}

const SEGMENT_BYTES = 64 << 20;
const SEGMENT_MS = 86_400_000;
const KEEP_BYTES = 16 << 20;

/**
 * Opens a data folder: takes its lock, cuts the logs to the lengths of the last commit, reads heads.
 * @throws DataFolderError (in use, other version, damaged, not writable), BrokerError `partitions_differ`
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<DiskEngine> {
  const { folder } = options;
  const lock = lockFolder(folder);
  let state: State | undefined;
  try {
    const used = readFormat(folder) !== undefined;
    state = await State.open(join(folder, 'state'), options.fsync ?? true);
    const known = await readLogs(state, {
      folder,
      used,
      partitions: options.partitions ?? {},
      drawId: options.drawId ?? (() => randomBytes(8).toString('hex')),
    });
    // Only now: a folder with a format and without a state has lost it.
    if (!used) writeFormat(folder);
    const logs = new Map(known.map((entry) => [entry.name, openLog(entry, options)]));
    return new Engine({
      logs,
      state,
      heads: await state.heads(),
      now: options.now,
      disk: options.disk ?? systemDisk,
      sync: options.fsync ?? true,
      autoFlush: options.autoFlush ?? false,
      unlock: () => lock.release(),
    });
  } catch (error) {
    await state?.close();
    if (!lock.joined) lock.release();
    throw error;
  }
}

function openLog({ name, log, sealed }: KnownLog, options: EmbeddedOptions): EmbeddedLog {
  const folder = join(options.folder, 'logs', name);
  makeFolder(folder);
  const segments = recoverLog(folder, log, sealed, options.verify ?? false);
  return new EmbeddedLog(
    {
      name,
      id: log.id,
      partitions: log.partitions,
      folder,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
      segmentMs: options.segmentMs ?? SEGMENT_MS,
      keepBytes: options.keepBytes ?? KEEP_BYTES,
    },
    segments,
  );
}
