import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openDoor, openKeys, type Door } from '@yujing/ingest';
import { createLocalCodec, type AppendRecord, type Broker } from '@yujing/runtime';
import Fastify from 'fastify';

/*
 * How fast the door is: JSON in, feed records out, with tokens, Avro and Touch; the log is a sink that is durable at once.
 * `node test/dist/bench/door-micro.js`, about 8 s; prints one line a figure. One core does it all, HTTP parsing left out.
 */
const SECONDS = 3;
const BATCH = 500;
const SUBSCRIBERS = 20_000;
const PEERS = 50_000;

/** Counts what it is given and says at once that it is durable. */
class SinkBroker implements Broker {
  records = 0;
  bytes = 0;
  partitions(): number {
    return 8;
  }
  logId(): string {
    return 'sink';
  }
  async range(): Promise<{ low: number; high: number }> {
    return { low: 0, high: 0 };
  }
  async append(_log: string, batches: ReadonlyMap<number, readonly AppendRecord[]>): Promise<ReadonlySet<number>> {
    for (const records of batches.values()) {
      this.records += records.length;
      for (const { bytes } of records) this.bytes += bytes.length;
    }
    return new Set(batches.keys());
  }
  read(): never {
    throw new Error('a sink');
  }
  join(): never {
    throw new Error('a sink');
  }
  async close(): Promise<void> {}
}

let next = 0;

function line(isNew: boolean): string {
  const n = next++;
  const subscriber = n % SUBSCRIBERS;
  const peer = isNew ? n : (n * 7919) % PEERS;
  const head = { id: `bench-${n}`, occurred_at: Date.now(), subject_id: `P-${subscriber}` };
  if (n % 3 !== 0) {
    return JSON.stringify({
      type: 'call',
      ...head,
      call_id: `call-${n}`,
      phase: 'answered',
      direction: 'incoming',
      subscriber_tel: `+8612${String(subscriber).padStart(9, '0')}`,
      peer_tel: `+8612${String(500_000_000 + peer).padStart(9, '0')}`,
      route: 'domestic',
      media: 'voice',
      first_contact: false,
      duration_s: 0,
    });
  }
  return JSON.stringify({
    type: 'transaction',
    ...head,
    txn_id: `txn-${n}`,
    phase: 'settled',
    kind: 'transfer_out',
    payer_acct: `62${String(subscriber).padStart(17, '0')}`,
    payer_inst: 'BANK-A',
    payee_acct: `63${String(peer).padStart(17, '0')}`,
    payee_kind: 'personal',
    amount_minor: 12_300,
    currency: 'CNY',
    channel: 'mobile',
    first_payee: false,
  });
}

function body(isNew: boolean): Buffer {
  return Buffer.from(Array.from({ length: BATCH }, () => line(isNew)).join('\n'));
}

interface Figure {
  readonly what: string;
  readonly events_per_second: number;
  readonly us_per_event: number;
}

async function measure(what: string, send: (body: Buffer) => Promise<void>, isNew: boolean): Promise<Figure> {
  let sent = 0;
  let busyMs = 0;
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    // Made before the clock runs: the sender's work is not the door's.
    const bodies = Array.from({ length: 20 }, () => body(isNew));
    const started = performance.now();
    // Four at a time, as four sources would.
    for (let i = 0; i < bodies.length; i += 4) await Promise.all(bodies.slice(i, i + 4).map(send));
    busyMs += performance.now() - started;
    sent += bodies.length * BATCH;
  }
  return { what, events_per_second: Math.round((sent / busyMs) * 1000), us_per_event: (busyMs / sent) * 1000 };
}

async function run(door: Door): Promise<Figure[]> {
  const app = Fastify();
  await app.register(door.plugin);
  const { key } = door.apiKeys.add('bench', 'source', false);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  const send = async (payload: Buffer): Promise<void> => {
    const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, payload });
    if (answer.statusCode !== 202) throw new Error(answer.body.slice(0, 500));
  };
  // Once through all values, so that what follows meets known ones.
  for (let i = 0; i < (PEERS * 3) / BATCH; i++) await send(body(false));
  const known = await measure('known values', send, false);
  const fresh = await measure('a new peer in every event', send, true);
  await app.close();
  return [known, fresh];
}

const folder = mkdtempSync(join(tmpdir(), 'yujing-bench-'));
const broker = new SinkBroker();
const keys = openKeys(`${folder}.keys.json`, { create: true });
const settings = { rate: { perSecond: 1e9, burst: 1e9 } };
const door = await openDoor({ dataFolder: folder, keys, broker, codec: createLocalCodec(), clock: 'wall', settings });
const figures = await run(door);
for (const { what, events_per_second, us_per_event } of figures) {
  console.log(`door, ${what}: ${events_per_second} events/s, ${us_per_event.toFixed(1)} us an event`);
}
console.log(`feed: ${broker.records} records, ${Math.round(broker.bytes / broker.records)} bytes each`);
await door.close();
rmSync(folder, { recursive: true });
rmSync(`${folder}.keys.json`);
