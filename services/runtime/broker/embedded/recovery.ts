import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolderError } from '../../errors/errors.ts';
import { MAX_FRAME_BYTES, checkFrame, frameAppendedAt, framePartition } from './frame.ts';
import { Segment, baseOfFile, segmentFile, type Mark } from './segment.ts';

const READ_BYTES = 4 << 20;

/** What the state knows of a log: the truth. The files are cut to it. */
export interface CommittedLog {
  readonly id: string;
  readonly partitions: number;
  readonly low: Mark;
  readonly active: Mark;
  readonly end: Mark;
}

/**
 * Brings the files of a log to its committed length and builds the index. Only the file that is written on is read (at most
 * one segment); full files bring their index along in the state. With `verify` every file is read.
 * @throws DataFolderError `log_corrupt`, `log_shorter`
 */
export function recoverLog(folder: string, log: CommittedLog, sealed: readonly Segment[], verify: boolean): Segment[] {
  removeStrangers(folder, log, sealed);
  for (const segment of sealed) {
    checkLength(folder, segment.base, segment.length);
    if (verify) scan(folder, new Segment(segment.start), segment.length);
  }
  const active = new Segment(log.active);
  const length = log.end.position - active.base;
  cut(folder, active.base, length);
  scan(folder, active, length);
  const found = active.endMark;
  if (found.order !== log.end.order || found.offsets.some((offset, i) => offset !== log.end.offsets[i])) {
    throw new DataFolderError('log_corrupt', { file: segmentFile(folder, active.base), records: active.records });
  }
  return [...sealed, active];
}

/** Files the state knows nothing of: begun by a flush that never ended, or given up and not yet removed. */
function removeStrangers(folder: string, log: CommittedLog, sealed: readonly Segment[]): void {
  const known = new Set([log.active.position, ...sealed.map((segment) => segment.base)]);
  for (const name of readdirSync(folder)) {
    const base = baseOfFile(name);
    if (base !== undefined && !known.has(base)) rmSync(join(folder, name));
  }
}

function checkLength(folder: string, base: number, length: number): number {
  const path = segmentFile(folder, base);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < length) throw new DataFolderError('log_shorter', { file: path, bytes: size, committed: length });
  return size;
}

function cut(folder: string, base: number, length: number): void {
  if (checkLength(folder, base, length) === length) return;
  const file = openSync(segmentFile(folder, base), 'r+');
  try {
    ftruncateSync(file, length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Reads and checks the first `length` bytes of a file and counts its records into the segment. */
function scan(folder: string, segment: Segment, length: number): void {
  if (length === 0) return;
  const path = segmentFile(folder, segment.base);
  const file = openSync(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(Math.min(length, READ_BYTES + MAX_FRAME_BYTES));
  try {
    let filled = 0;
    while (segment.length < length) {
      const wanted = Math.min(buffer.length - filled, length - segment.length - filled);
      const read = readSync(file, buffer, filled, wanted, segment.length + filled);
      const used = count(segment, buffer, filled + read);
      if (used === 0) throw new DataFolderError('log_corrupt', { file: path, position: segment.length });
      buffer.copyWithin(0, used, filled + read);
      filled += read - used;
    }
  } finally {
    closeSync(file);
  }
}

/** answers how many bytes were whole frames */
function count(segment: Segment, buffer: Buffer, end: number): number {
  let at = 0;
  for (;;) {
    const size = checkFrame(buffer, at, end);
    if (typeof size !== 'number') return at;
    const partition = framePartition(buffer, at);
    if (partition >= segment.start.offsets.length) return at;
    segment.add(partition, size, frameAppendedAt(buffer, at));
    at += size;
  }
}
