import { LOGS, LOG_NAMES } from '@yujing/schemas';
import type { DiskEngine } from './engine.ts';

/** Lets every log give up what is past its retention in the table of the logs. Once an hour is often enough. */
export async function expireOld(engine: Pick<DiskEngine, 'expire'>, now: number): Promise<void> {
  const kept = LOG_NAMES.map((log) => [log, LOGS[log].retentionMs] as const).filter(
    ([, retentionMs]) => retentionMs > 0,
  );
  await Promise.all(kept.map(([log, retentionMs]) => engine.expire(log, now - retentionMs)));
}
