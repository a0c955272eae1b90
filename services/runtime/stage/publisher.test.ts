import { expect, test } from 'vitest';
import type { LogName } from '@yujing/schemas';
import type { AppendRecord, Broker } from '../broker/broker.ts';
import { ManualClock } from '../clock/clock.ts';
import { BrokerError } from '../errors/errors.ts';
import { NO_METRICS } from './ports.ts';
import { OrderedPublisher, PUBLISHER_SETTINGS } from './publisher.ts';

type Answer = (batches: ReadonlyMap<number, readonly AppendRecord[]>) => ReadonlySet<number>;

/** A broker that keeps what it is asked to append and answers as it is told. */
function open(answers: Answer[]) {
  const sent: string[] = [];
  const clock = new ManualClock();
  const append = async (
    log: LogName,
    batches: ReadonlyMap<number, readonly AppendRecord[]>,
  ): Promise<ReadonlySet<number>> => {
    for (const [partition, records] of batches)
      sent.push(`${log}/${partition} ${records.map(({ key }) => key).join(' ')}`);
    return (answers.shift() ?? ((all) => new Set(all.keys())))(batches);
  };
  const publisher = new OrderedPublisher({
    broker: { append } as Broker,
    clock,
    stage: 'detect',
    metrics: NO_METRICS,
    settings: { ...PUBLISHER_SETTINGS, batchRecords: 2, queueRecords: 3 },
  });
  const put = (partition: number, ...keys: string[]): void => {
    keys.forEach((key, index) => {
      const stamp = { origin: 'o', offset: Number(key.slice(1)), index };
      publisher.enqueue('case', partition, { key, bytes: new Uint8Array(), stamp });
    });
  };
  return { publisher, sent, clock, put };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('records leave in order, one append at a time, and idle resolves when all are acknowledged', async () => {
  const { publisher, sent, put } = open([]);
  put(0, 'a1', 'a2', 'a3');
  put(1, 'b1');
  await publisher.idle();
  expect(sent).toEqual(['case/0 a1 a2', 'case/1 b1', 'case/0 a3']);
  expect(publisher.unacknowledged).toBe(0);
});

test('a partition that is not named in the answer is sent again, before anything newer; the others go on', async () => {
  const { publisher, sent, clock, put } = open([() => new Set([1])]);
  put(0, 'a1');
  put(1, 'b1');
  await turn();
  expect(publisher.unacknowledged).toBe(1);
  put(0, 'a2');
  put(1, 'b2');
  expect(publisher.outbox().map(({ key }) => key)).toEqual(expect.arrayContaining(['a1', 'a2']));
  await clock.advance(100);
  await publisher.idle();
  expect(sent.filter((line) => line.startsWith('case/0'))).toEqual(['case/0 a1', 'case/0 a1 a2']);
});

test('an append of which nothing is known is repeated with growing pauses', async () => {
  const unknown = (): never => {
    throw new BrokerError('append_unknown');
  };
  const { publisher, sent, clock, put } = open([unknown, unknown, unknown]);
  put(0, 'a1');
  await turn();
  expect(sent).toHaveLength(1);
  await clock.advance(19);
  expect(sent).toHaveLength(1);
  await clock.advance(1);
  expect(sent).toHaveLength(2);
  await clock.advance(39);
  expect(sent).toHaveLength(2);
  await clock.advance(200);
  await publisher.idle();
  expect(sent).toHaveLength(4);
});

test('a refusal for good reaches whoever waits; a full queue makes room wait', async () => {
  const { publisher, put } = open([
    () => {
      throw new BrokerError('record_too_large');
    },
  ]);
  put(0, 'a1', 'a2', 'a3', 'a4');
  await expect(publisher.room()).rejects.toMatchObject({ code: 'record_too_large' });
  await expect(publisher.idle()).rejects.toMatchObject({ code: 'record_too_large' });
});

test('a closed publisher forgets what it had and listens to no answer', async () => {
  const { publisher, sent, put } = open([]);
  put(0, 'a1');
  publisher.close();
  await turn();
  expect([sent, publisher.unacknowledged]).toEqual([[], 0]);
});
