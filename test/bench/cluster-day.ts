import { openDoor, openKeys } from '@yujing/ingest';
import { createLocalCodec, openKafka, type Broker } from '@yujing/runtime';
import type { LogName } from '@yujing/schemas';
import Fastify from 'fastify';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bodiesOf, workload } from './workload.ts';

const BODY = 500;
const PEOPLE = 50_000;
const COUNTERPARTIES = 50_000;
const RATE = 20_000;
const SAMPLES = 5_000;

export interface FillOptions {
  readonly brokers: readonly string[];
  readonly installation: string;
  readonly folder: string;
  readonly events: number;
}

/** Puts events through a door into the feed of a cluster: accepted, tokenised, acknowledged. Not timed. */
export async function fillFeed({ brokers, installation, folder, events }: FillOptions): Promise<void> {
  const broker = await openKafka({ brokers, installation, clientId: 'bench-door' });
  const keys = openKeys(join(folder, 'fill.keys.json'), { create: true });
  const door = await openDoor({
    dataFolder: join(folder, 'fill'),
    keys,
    broker,
    codec: createLocalCodec(),
    clock: 'door',
    settings: { rate: { perSecond: 1e9, burst: 1e9 }, inventedMobiles: true },
  });
  const app = Fastify();
  await app.register(door.plugin);
  const { key } = door.apiKeys.add('bench', 'source', false);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  const start = Date.now() - Math.ceil((events * 1000) / RATE) - 10_000;
  const lines = workload({ events, start, rate: RATE, people: PEOPLE, counterparties: COUNTERPARTIES, run: 'fill' });
  for (const payload of bodiesOf(lines, BODY)) {
    const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, payload });
    if (answer.statusCode !== 202) throw new Error(`the door answered ${answer.statusCode}: ${answer.body}`);
  }
  await app.close();
  await door.close();
  await broker.close();
}

/** Records that stand in a log. */
export async function lengthOf(broker: Broker, log: LogName): Promise<number> {
  let records = 0;
  for (let partition = 0; partition < broker.partitions(log); partition++) {
    const { low, high } = await broker.range(log, partition);
    records += high - low;
  }
  return records;
}

/** What one stage wrote into a log: how many records, and a file of samples with keys, bytes and headers as they are. */
export async function outputsOf(
  broker: Broker,
  log: LogName,
  stage: string,
  file: string,
): Promise<{ readonly records: number; readonly bytes: number }> {
  const lines: string[] = [];
  let records = 0;
  let bytes = 0;
  for (let partition = 0; partition < broker.partitions(log); partition++) {
    const { high } = await broker.range(log, partition);
    const reader = await broker.read(log, partition, 0);
    for (let position = 0; position < high;) {
      for (const record of await reader.poll(2_000)) {
        position = record.offset + 1;
        if (record.stamp?.origin.endsWith(`/${stage}`) !== true) continue;
        records++;
        bytes += record.bytes.length;
        if (lines.length >= SAMPLES) continue;
        const header = Buffer.from(`${record.stamp.offset}.${record.stamp.index}@${record.stamp.origin}`);
        const value = Buffer.from(record.bytes).toString('base64');
        lines.push(JSON.stringify({ key: record.key, value, header: header.toString('base64') }));
      }
    }
    await reader.close();
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return { records, bytes };
}
