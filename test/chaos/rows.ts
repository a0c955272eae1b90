import { setTimeout as sleep } from 'node:timers/promises';
import { workersOf, type StageName, type Workers } from '../cluster/cluster.ts';
import type { StageProcess } from '../cluster/stage-process.ts';
import { AofTail } from './aof-tail.ts';
import { KafkaView } from './kafka-view.ts';
import type { Trial } from './trial.ts';

/** Something that was done to a running installation. */
export interface Disturbance {
  readonly what: string;
  /** epoch ms */
  readonly at: number;
  readonly facts?: Readonly<Record<string, number>>;
}

export interface Row {
  readonly name: string;
  readonly what: string;
  readonly kafkaNodes: 1 | 3;
  readonly workers: Workers;
  /** rounds of the quick run */
  readonly rounds: number;
  /** p99 of the recovery must not be longer */
  readonly withinMs: number;
  /** what a recovery is seen by: the card on the page, or the push of an order */
  readonly seenBy: 'card' | 'push';
  /** a frozen owner must be refused at least once, else the fence was not reached */
  readonly mustFence: boolean;
  disturb(trial: Trial, rounds: number): Promise<Disturbance[]>;
}

/** Two owners of everything that has partitions and state. */
const TWO: Workers = workersOf(1, { profile: 2, detect: 2, case: 2 });
const CALM_WITHIN_MS = 60_000;
/** A supervisor does not start a broker again in the same second. */
const AWAY_MS = 5_000;
const FREEZE_MS = 60_000;
const DOWN_MS = [200, 2_500] as const;
const LOST_MS = [300, 3_000] as const;
const STEP_WITHIN_MS = 60_000;

async function settleDown(trial: Trial): Promise<void> {
  if (!(await trial.untilCalm(CALM_WITHIN_MS))) {
    trial.say('cards still come late after a minute');
    await trial.tellBehind();
  }
  await sleep(trial.random.between(500, 2_000));
}

/** partitions that a worker says it has worked on */
async function partitionsOf(worker: StageProcess): Promise<number> {
  return (await worker.figures())?.count('behind_records') ?? 0;
}

function killRow(stage: StageName): Row {
  return {
    name: `kill-${stage}`,
    what: `kill -9 of one of two ${stage}, started again after 0.2 to 2.5 s`,
    kafkaNodes: 1,
    workers: workersOf(1, { [stage]: 2 }),
    rounds: 5,
    withinMs: 15_000,
    seenBy: stage === 'deliver' ? 'push' : 'card',
    mustFence: false,
    async disturb(trial, rounds) {
      const disturbances: Disturbance[] = [];
      for (let round = 1; round <= rounds; round++) {
        const worker = trial.worker(stage);
        const partitions = await partitionsOf(worker);
        trial.say(`round ${round}/${rounds}: kill -9 of ${worker.name}`);
        disturbances.push({ what: `kill -9 of ${worker.name}`, at: Date.now(), facts: { partitions } });
        await worker.kill();
        await sleep(trial.random.between(...DOWN_MS));
        await worker.startAgainAndAgain();
        await settleDown(trial);
      }
      return disturbances;
    },
  };
}

const redisRow: Row = {
  name: 'redis-tail',
  what: 'kill -9 of Redis, the last 0.3 to 3 s of its append-only file cut off, started again',
  kafkaNodes: 1,
  workers: TWO,
  rounds: 3,
  withinMs: 15_000,
  seenBy: 'card',
  mustFence: false,
  async disturb(trial, rounds) {
    const { redis } = trial.cluster.servers.stack!;
    const tail = new AofTail(() => redis.appendOnlyFiles());
    const disturbances: Disturbance[] = [];
    try {
      await sleep(LOST_MS[1] + 1_000);
      for (let round = 1; round <= rounds; round++) {
        const lostMs = trial.random.between(...LOST_MS);
        const at = Date.now();
        await redis.node.kill();
        const bytes = tail.cut(Date.now(), lostMs);
        await sleep(trial.random.between(...DOWN_MS));
        await redis.node.start();
        trial.say(`round ${round}/${rounds}: Redis lost ${lostMs} ms, ${bytes} bytes`);
        disturbances.push({ what: 'Redis lost its tail', at, facts: { lost_ms: lostMs, lost_bytes: bytes } });
        await settleDown(trial);
      }
      return disturbances;
    } finally {
      tail.close();
    }
  },
};

const FROZEN: readonly StageName[] = ['profile', 'detect', 'case'];

const freezeRow: Row = {
  name: 'freeze',
  what: 'an owner frozen for 60 s (SIGSTOP) while another takes over, then woken',
  kafkaNodes: 1,
  workers: TWO,
  rounds: 3,
  withinMs: 15_000,
  seenBy: 'card',
  mustFence: true,
  async disturb(trial, rounds) {
    const disturbances: Disturbance[] = [];
    for (let round = 1; round <= rounds; round++) {
      const worker = trial.worker(FROZEN[(round - 1) % FROZEN.length] as StageName);
      const partitions = await partitionsOf(worker);
      trial.say(`round ${round}/${rounds}: ${worker.name} frozen for ${FREEZE_MS / 1_000} s`);
      disturbances.push({ what: `${worker.name} frozen`, at: Date.now(), facts: { partitions } });
      worker.freeze();
      await sleep(FREEZE_MS);
      disturbances.push({ what: `${worker.name} woken`, at: Date.now() });
      worker.wake();
      await settleDown(trial);
    }
    return disturbances;
  },
};

function bounceRow(name: string, how: 'SIGTERM' | 'kill -9'): Row {
  return {
    name,
    what: `${how} of each of three brokers in turn, started again ${AWAY_MS / 1_000} s after the others have taken over`,
    kafkaNodes: 3,
    workers: TWO,
    rounds: 2,
    withinMs: 20_000,
    seenBy: 'card',
    mustFence: false,
    async disturb(trial, rounds) {
      const { nodes } = trial.cluster.servers.stack!.kafka;
      const disturbances: Disturbance[] = [];
      for (let round = 1; round <= rounds; round++) {
        for (const index of nodes.keys()) disturbances.push(await bounce(trial, index, how));
      }
      return disturbances;
    },
  };
}

/** Ends one broker, sees when the others have taken over, and starts it again a while later. */
async function bounce(trial: Trial, index: number, how: 'SIGTERM' | 'kill -9'): Promise<Disturbance> {
  const { installation, servers } = trial.cluster;
  const { nodes, brokers } = servers.stack!.kafka;
  const node = nodes[index]!;
  const view = await KafkaView.open(
    brokers.filter((_, other) => other !== index),
    installation,
  );
  try {
    const at = Date.now();
    const ended = how === 'SIGTERM' ? node.stop() : node.kill();
    const detected = Math.round((await view.untilNotLeading(index + 1, STEP_WITHIN_MS)) ?? STEP_WITHIN_MS);
    await ended;
    trial.say(`${how} of ${node.name}, led by others after ${detected} ms`);
    await sleep(AWAY_MS);
    await node.start();
    const inStep = await view.untilInStep(STEP_WITHIN_MS);
    if (inStep === undefined) trial.say('the copies are not in step after a minute');
    await settleDown(trial);
    return { what: `${how} of ${node.name}`, at, facts: { detected_ms: detected } };
  } finally {
    await view.close();
  }
}

/** Add rows here; each runs by itself, in less than ten minutes. */
export const ROWS: readonly Row[] = [
  ...(['ingest', 'profile', 'detect', 'case', 'deliver', 'console'] as const).map(killRow),
  redisRow,
  freezeRow,
  bounceRow('bounce-stop', 'SIGTERM'),
  bounceRow('bounce-kill', 'kill -9'),
];
