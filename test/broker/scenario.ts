import { setTimeout as sleep } from 'node:timers/promises';
import { createTopics, openKafka, type KafkaMetrics } from '@yujing/runtime';
import type { Stack } from '../stack/stack.ts';
import { compare, compareFollowers, type Comparison } from './compare.ts';
import type { Disturbance } from './disturbances.ts';
import { follow, readAll } from './followers.ts';
import { watchGroup } from './group-watch.ts';
import { LOG, startDoor, startStage } from './writers.ts';

const PARTITIONS = 8;
const WARM_UP_MS = 3_000;
const CATCH_UP_MS = 30_000;
const RECORDS_PER_TICK = 4;

export interface ScenarioResult extends Omit<Comparison, 'problems'> {
  readonly name: string;
  readonly seconds: number;
  /** longest time that a caller waited for an acknowledgement */
  readonly append_gap_ms: number;
  /** longest time that a reader saw nothing */
  readonly read_gap_ms: number;
  /** longest time that a partition had no owner, and times that it had two */
  readonly owner_gap_ms: number;
  readonly owner_clashes: number;
  readonly counters: Readonly<Record<string, number>>;
  readonly problems: readonly string[];
}

/** What the client counts of itself, by name and label. */
class Counters implements KafkaMetrics {
  readonly figures: Record<string, number> = {};

  count(name: string, labels: Readonly<Record<string, string>>, by = 1): void {
    const full = [name.replace(/^kafka_|_total$/g, ''), ...Object.values(labels)].join(' ');
    this.figures[full] = (this.figures[full] ?? 0) + by;
  }

  observe(): void {}
  set(): void {}
}

/** Writes, reads and owns through a disturbance; afterwards the log is read from 0. */
export async function runScenario(
  { kafka }: Stack,
  disturbance: Disturbance,
  say: (line: string) => void,
): Promise<ScenarioResult> {
  const begin = performance.now();
  const counters = new Counters();
  const installation = `loss-${disturbance.name}-${Date.now().toString(36)}`;
  const options = { brokers: kafka.brokers, installation, clientId: 'loss', metrics: counters };
  await createTopics({ ...options, replication: 'cluster', partitions: { [LOG]: PARTITIONS } });
  const [broker, other] = [await openKafka(options), await openKafka(options)];
  const group = await watchGroup([broker, other], 'watch');
  const partitions = [...Array(PARTITIONS).keys()];
  const followers = await Promise.all(partitions.map((partition) => follow(other, partition)));
  const writers = [
    startStage(broker, 'detect', RECORDS_PER_TICK),
    startStage(broker, 'profile', RECORDS_PER_TICK),
    startStage(other, 'second', RECORDS_PER_TICK),
    startDoor(broker, 'door', RECORDS_PER_TICK),
  ];
  await sleep(WARM_UP_MS);
  await disturbance.run(kafka, say);
  say('the writers end');
  await Promise.all(writers.map((writer) => writer.stop()));
  const logs = await readBack(options, partitions);
  await untilCaughtUp(followers, logs, group);
  const problems = [...compareFollowers(followers, logs)];
  if (group.owned !== PARTITIONS) problems.push(`only ${group.owned} of ${PARTITIONS} partitions have an owner`);
  const owner_gap_ms = Math.round(group.longestGapMs);
  await Promise.all(followers.map((follower) => follower.stop()));
  await group.leave();
  await Promise.all([broker.close(), other.close()]);
  const { problems: found, ...comparison } = compare(writers, logs);
  return {
    name: disturbance.name,
    seconds: Math.round((performance.now() - begin) / 1_000),
    ...comparison,
    append_gap_ms: Math.round(Math.max(...writers.map(({ longestGapMs }) => longestGapMs))),
    read_gap_ms: Math.round(Math.max(...followers.map(({ longestGapMs }) => longestGapMs))),
    owner_gap_ms,
    owner_clashes: group.clashes,
    counters: counters.figures,
    problems: [...found, ...problems],
  };
}

async function readBack(
  options: Parameters<typeof openKafka>[0],
  partitions: readonly number[],
): Promise<Awaited<ReturnType<typeof readAll>>[]> {
  const fresh = await openKafka(options);
  const logs = await Promise.all(partitions.map((partition) => readAll(fresh, partition)));
  await fresh.close();
  return logs;
}

async function untilCaughtUp(
  followers: ReadonlyArray<{ partition: number; seen: readonly unknown[] }>,
  logs: ReadonlyArray<readonly unknown[]>,
  group: { readonly owned: number },
): Promise<void> {
  const until = performance.now() + CATCH_UP_MS;
  const isDone = (): boolean =>
    group.owned === PARTITIONS && followers.every(({ partition, seen }) => seen.length >= logs[partition]!.length);
  while (!isDone() && performance.now() < until) await sleep(50);
}
