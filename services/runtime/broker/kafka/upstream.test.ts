import { expect, test } from 'vitest';
import { BrokerError } from '../../errors/errors.ts';
import { runBatch, type BatchRun, type UpstreamBatch, type UpstreamHandler } from './upstream-batch.ts';
import { UpstreamPositions } from './upstream-positions.ts';

interface Trial {
  readonly run: BatchRun;
  readonly given: UpstreamBatch[];
  readonly committed: number[];
  readonly stop: AbortController;
  retries: number;
}

/** A batch of so many messages, of which the last but one is followed by a marker of a transaction. */
function trial(messages: number, handle: UpstreamHandler, heartbeat: () => Promise<void> = async () => {}): Trial {
  const given: UpstreamBatch[] = [];
  const committed: number[] = [];
  const stop = new AbortController();
  const list = Array.from({ length: messages }, (_, i) => ({
    offset: String(100 + i),
    key: null,
    value: Buffer.from(`m${i}`),
    timestamp: '1795241520000',
    headers: {},
  }));
  const made: Trial = {
    given,
    committed,
    stop,
    retries: 0,
    run: {
      payload: {
        batch: {
          topic: 'calls',
          partition: 2,
          messages: list,
          highWatermark: String(100 + messages + 5),
          lastOffset: () => String(100 + messages),
        } as unknown as BatchRun['payload']['batch'],
        heartbeat,
        resolveOffset: () => {},
        commitOffsetsIfNecessary: async (offsets) => {
          committed.push(Number(offsets?.topics[0]?.partitions[0]?.offset));
        },
        isRunning: () => true,
        isStale: () => false,
      },
      handle: (batch, gone) => {
        given.push(batch);
        return handle(batch, gone);
      },
      stopping: stop.signal,
      retried: () => void (made.retries += 1),
      committed: () => {},
    },
  };
  return made;
}

test('a batch goes in chunks, each committed when it is taken; markers behind the last message count', async () => {
  const t = trial(1200, async () => {});
  await runBatch(t.run);
  expect(t.given.map(({ records }) => records.length)).toEqual([500, 500, 200]);
  expect(t.committed).toEqual([600, 1100, 1301]);
  expect(t.given[0]).toMatchObject({ topic: 'calls', partition: 2, behind: 705 });
  expect(t.given[0]?.records[0]).toMatchObject({ offset: 100, timestamp: 1_795_241_520_000 });
});

test('what is refused is given again, the same, until it is taken; nothing is committed before', async () => {
  let refusals = 3;
  const t = trial(3, async () => {
    if (refusals-- > 0) throw new Error('busy');
  });
  await runBatch(t.run);
  expect(t.given).toHaveLength(4);
  expect(new Set(t.given.map(({ records }) => records.length))).toEqual(new Set([3]));
  expect([t.retries, t.committed]).toEqual([3, [104]]);
});

test('a refusal that no waiting mends ends the reading and commits nothing', async () => {
  const t = trial(3, async () => {
    throw new BrokerError('closed');
  });
  await expect(runBatch(t.run)).rejects.toMatchObject({ code: 'closed' });
  expect([t.given.length, t.committed]).toEqual([1, []]);
});

test('the group deals anew: a chunk that is taken meanwhile is committed, one that waits for a retry is left', async () => {
  const rebalance = new Error('the group is rebalancing');
  const beat = (): Promise<void> => Promise.reject(rebalance);
  const slow = trial(600, () => new Promise((resolve) => setTimeout(resolve, 700)), beat);
  await expect(runBatch(slow.run)).rejects.toBe(rebalance);
  expect(slow.committed).toEqual([600]);
  const refusing = trial(
    3,
    (_, gone) =>
      new Promise((_resolve, reject) => {
        gone.addEventListener('abort', () => reject(new Error('gone')));
      }),
    beat,
  );
  await expect(runBatch(refusing.run)).rejects.toBe(rebalance);
  expect([refusing.given.length, refusing.committed]).toEqual([1, []]);
});

test('while a batch waits the group hears that its reader is alive', async () => {
  let beats = 0;
  const t = trial(
    1,
    () => new Promise((resolve) => setTimeout(resolve, 1300)),
    async () => void (beats += 1),
  );
  await runBatch(t.run);
  expect(beats).toBeGreaterThanOrEqual(2);
});

test('asked to stop, a reader ends before the next chunk', async () => {
  const t = trial(1200, async () => t.stop.abort());
  await runBatch(t.run);
  expect([t.given.length, t.committed]).toEqual([1, [600]]);
});

function positions(
  committed: Record<number, string>,
  ranges: Record<number, [low: number, high: number]>,
  fromBeginning = false,
) {
  const missed: Array<[number, number]> = [];
  const made = new UpstreamPositions({
    admin: {
      fetchOffsets: async () => [
        {
          topic: 'calls',
          partitions: Object.entries(committed).map(([partition, offset]) => ({
            partition: Number(partition),
            offset,
            metadata: null,
          })),
        },
      ],
      fetchTopicOffsets: async () =>
        Object.entries(ranges).map(([partition, [low, high]]) => ({
          partition: Number(partition),
          offset: String(high),
          low: String(low),
          high: String(high),
        })),
    },
    topic: 'calls',
    group: 'g',
    fromBeginning,
    missed: (partition, count) => void missed.push([partition, count]),
  });
  return { made, missed };
}

test('where a group begins: at its position, at an end when it is new, behind what was deleted', async () => {
  const committed = { 0: '7', 1: '-1', 2: '3', 3: '20' };
  const ranges = { 0: [5, 20], 1: [5, 20], 2: [5, 20], 3: [5, 20] } satisfies Record<number, [number, number]>;
  const late = positions(committed, ranges);
  const entries = [...(await late.made.begin([0, 1, 2, 3]))];
  expect(entries).toEqual([
    [0, null],
    [1, 20],
    [2, 5],
    [3, null],
  ]);
  expect(late.missed).toEqual([[2, 2]]);
  const early = positions(committed, ranges, true);
  expect((await early.made.begin([1])).get(1)).toBe(5);
  const behind = positions({ 0: '21' }, ranges);
  await expect(behind.made.begin([0])).rejects.toMatchObject({ code: 'upstream_position', facts: { position: 21 } });
});

test('a gap that retention made is told, one that transactions left is not', async () => {
  const ranges = { 0: [5, 50] } satisfies Record<number, [number, number]>;
  const { made, missed } = positions({ 0: '10' }, ranges);
  await made.begin([0]);
  await made.checkGap(0, 12);
  expect(missed).toEqual([]);
  const later = positions({ 0: '10' }, { 0: [5, 50] });
  await later.made.begin([0]);
  later.made.committed(0, 3);
  await later.made.checkGap(0, 9);
  expect(later.missed).toEqual([[0, 2]]);
  expect([...(await later.made.behind())]).toEqual([[0, { next: 3, behind: 47 }]]);
});
