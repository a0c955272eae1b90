import { open, type FileHandle } from 'node:fs/promises';
import { BrokerError, isCoded } from '../../errors/errors.ts';

/** One open log file. Writes are at a position, so a write that failed half-way is simply made again. */
export interface DiskFile {
  write(buffers: readonly Buffer[], position: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** The few things the logs ask of a disk; a port so that tests can let it fail. */
export interface Disk {
  /** opens for writing, made when it is not there */
  open(path: string): Promise<DiskFile>;
  /** makes names of new files durable */
  syncFolder(path: string): Promise<void>;
}

export const systemDisk: Disk = {
  async open(path) {
    const handle = await openForWriting(path);
    return {
      async write(buffers, position) {
        const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
        const { bytesWritten } = await handle.writev(buffers, position);
        if (bytesWritten !== bytes) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
      },
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  async syncFolder(path) {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

async function openForWriting(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return open(path, 'wx+');
  }
}

const NO_SPACE = /ENOSPC|EDQUOT|No space left|quota exceeded/i;

/** What a failed write means to whoever waits for it. LevelDB tells the reason only in its text. */
export function writeError(error: unknown): BrokerError {
  if (isCoded(error) && error instanceof BrokerError) return error;
  const { code = '', message = '' } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : '';
  if (NO_SPACE.test(`${code} ${message} ${cause}`)) return new BrokerError('no_space', {}, error);
  return new BrokerError('write_failed', { reason: code || 'unknown' }, error);
}
