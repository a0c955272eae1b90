import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '@yujing/runtime';
import { LOG_NAMES, type LogName } from '@yujing/schemas';
import type { Random } from './random.ts';

/** Length of a record without its checksum, and the checksum, at the beginning of each record of a log file. */
const HEAD_BYTES = 8;
const MOST_GARBAGE_BYTES = 400;

function lastFile(folder: string, log: LogName): string | undefined {
  const path = join(folder, 'logs', log);
  const name = existsSync(path) ? readdirSync(path).toSorted().at(-1) : undefined;
  return name === undefined ? undefined : join(path, name);
}

/** Committed length of the newest file of each log: what a start would cut it to. Looked up in a copy. */
async function committedLengths(folder: string): Promise<Map<LogName, number>> {
  const copy = mkdtempSync(join(tmpdir(), 'yujing-kill-copy-'));
  const lengths = new Map<LogName, number>();
  try {
    for (const name of ['state', 'logs', 'format.json']) {
      if (existsSync(join(folder, name))) cpSync(join(folder, name), join(copy, name), { recursive: true });
    }
    const engine = await openEmbedded({ folder: copy, now: () => Date.now() });
    await engine.abandon();
    for (const log of LOG_NAMES) {
      const [ours, theirs] = [lastFile(copy, log), lastFile(folder, log)];
      // A newer file than the committed one was begun by the flush that did not end: nothing of it is committed.
      const isSame = ours !== undefined && theirs?.endsWith(ours.slice(copy.length)) === true;
      lengths.set(log, isSame ? statSync(ours).size : 0);
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
  return lengths;
}

/** Half of a record that is sound as far as it goes: the first one of the file, torn. */
function tornRecord(path: string, random: Random): Buffer {
  const bytes = readFileSync(path);
  if (bytes.length < HEAD_BYTES) return Buffer.from([1, 0, 0]);
  const length = Math.min(bytes.length, HEAD_BYTES + bytes.readUInt32LE(0));
  return bytes.subarray(0, random.between(1, length - 1));
}

function garbage(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.between(1, MOST_GARBAGE_BYTES) }, () => random.below(256)));
}

function damageLog(path: string, committed: number, random: Random): string {
  const written = statSync(path).size;
  const unsynced = written - committed;
  const kept = unsynced > 0 ? random.below(unsynced + 1) : 0;
  switch (random.below(4)) {
    case 0:
      truncateSync(path, committed + kept);
      if (unsynced === 0) return '';
      return `cut ${unsynced - kept} of ${unsynced} unsynced bytes`;
    case 1:
      truncateSync(path, committed + kept);
      appendFileSync(path, tornRecord(path, random));
      return 'torn record';
    case 2:
      appendFileSync(path, garbage(random));
      return 'garbage';
    default:
      return '';
  }
}

/**
 * What a power cut leaves besides a dead process: of each log the tail that was not synced is gone in part, its last record is
 * torn or followed by garbage; and the door may have lost the ids it remembered, which it writes without syncing.
 */
export async function damageFolder(folder: string, random: Random): Promise<string> {
  if (!existsSync(join(folder, 'format.json'))) return '';
  const committed = await committedLengths(folder);
  const done: string[] = [];
  for (const log of LOG_NAMES) {
    const path = lastFile(folder, log);
    const what = path === undefined ? '' : damageLog(path, committed.get(log) ?? 0, random);
    if (what !== '') done.push(`${log}: ${what}`);
  }
  if (random.chance(0.3)) {
    rmSync(join(folder, 'door'), { recursive: true, force: true });
    done.push('door: remembered ids lost');
  }
  return done.join(', ');
}
