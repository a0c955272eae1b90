import { StampFilter } from '@yujing/runtime';
import type { Follower, Seen } from './followers.ts';
import type { Writer } from './writers.ts';

export interface Comparison {
  readonly acknowledged: number;
  readonly stored: number;
  /** acknowledged, and not in the log */
  readonly lost: number;
  /** passed by the filter of stamps, or first seen, in another order than they were written in */
  readonly disordered: number;
  /** raw records that stand in the log for a second time; the filter drops them */
  readonly repeated: number;
  readonly problems: readonly string[];
}

/** Holds the log against what its writers were told. */
export function compare(writers: readonly Writer[], logs: readonly (readonly Seen[])[]): Comparison {
  const problems: string[] = [];
  let [acknowledged, lost, disordered, stored, repeated] = [0, 0, 0, 0, 0];
  for (const [partition, log] of logs.entries()) {
    stored += log.length;
    repeated += log.length - new Set(log.map(({ key }) => key)).size;
    const passed = passedOf(log);
    for (const { name, partitions } of writers) {
      const { names, acknowledged: count } = partitions[partition]!;
      const found = passed.get(name) ?? [];
      const there = new Set(found);
      const gone = names.slice(0, count).filter((key) => !there.has(key));
      acknowledged += count;
      lost += gone.length;
      if (gone.length > 0) problems.push(`${name}, partition ${partition}: ${gone.length} gone, first ${gone[0]}`);
      const wanted = names.filter((key) => there.has(key));
      const wrong = found.findIndex((key, i) => key !== wanted[i]);
      if (wrong < 0) continue;
      disordered++;
      problems.push(`${name}, partition ${partition}: ${found[wrong]} stands where ${wanted[wrong]} should`);
    }
  }
  return { acknowledged, stored, lost, disordered, repeated, problems };
}

/** By writer: what a reader takes. Stamped records by the filter of every reader, the others by their names. */
function passedOf(log: readonly Seen[]): Map<string, string[]> {
  const filter = new StampFilter([]);
  const known = new Set<string>();
  const passed = new Map<string, string[]>();
  for (const { key, stamp } of log) {
    if (stamp === undefined ? known.has(key) : !filter.take(stamp)) continue;
    known.add(key);
    const name = key.split('-')[0] as string;
    const of = passed.get(name);
    if (of === undefined) passed.set(name, [key]);
    else of.push(key);
  }
  return passed;
}

/** What a reader saw while brokers came and went is what stands in the log, from its first record to the last. */
export function compareFollowers(followers: readonly Follower[], logs: readonly (readonly Seen[])[]): string[] {
  const problems = followers.flatMap((follower) => follower.problems);
  for (const { partition, seen } of followers) {
    const log = logs[partition] ?? [];
    const wrong = log.findIndex(({ key }, i) => seen[i]?.key !== key);
    if (wrong >= 0) problems.push(`reader of ${partition}: differs from the log at offset ${wrong} of ${log.length}`);
    else if (seen.length > log.length) problems.push(`reader of ${partition}: saw more than there is`);
  }
  return problems;
}
