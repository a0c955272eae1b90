import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { isMainThread, MessageChannel, Worker, workerData, type MessagePort } from 'node:worker_threads';
import { openDoor, openKeys } from '@yujing/ingest';
import {
  connectRemote,
  createLocalCodec,
  openEmbedded,
  serveEngine,
  type AppendRecord,
  type Broker,
} from '@yujing/runtime';
import Fastify from 'fastify';

/*
 * How fast the door is: JSON in, feed records out, with tokens, Avro and Touch. First into a sink that is durable at once, then into
 * the embedded log in a thread of its own, synced to the disk. `node test/dist/bench/door-micro.js`, about 12 s; prints one
 * line a figure. Bodies are injected, so the HTTP parser of Node is left out.
 */
const SECONDS = 2;
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
  /** of all threads of the process: what stays true on a busy machine */
  readonly cpu_us_per_event: number;
}

async function measure(what: string, send: (body: Buffer) => Promise<void>, isNew: boolean): Promise<Figure> {
  let sent = 0;
  let busyMs = 0;
  let cpuUs = 0;
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    // Made before the clock runs: the sender's work is not the door's.
    const bodies = Array.from({ length: 20 }, () => body(isNew));
    const started = performance.now();
    const cpu = process.cpuUsage();
    // Four at a time, as four sources would.
    for (let i = 0; i < bodies.length; i += 4) await Promise.all(bodies.slice(i, i + 4).map(send));
    busyMs += performance.now() - started;
    const { user, system } = process.cpuUsage(cpu);
    cpuUs += user + system;
    sent += bodies.length * BATCH;
  }
  return {
    what,
    events_per_second: Math.round((sent / busyMs) * 1000),
    us_per_event: (busyMs / sent) * 1000,
    cpu_us_per_event: cpuUs / sent,
  };
}

async function run(what: string, broker: Broker): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-bench-'));
  const keys = openKeys(`${folder}.keys.json`, { create: true });
  const settings = { rate: { perSecond: 1e9, burst: 1e9 } };
  const door = await openDoor({ dataFolder: folder, keys, broker, codec: createLocalCodec(), clock: 'wall', settings });
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
  for (const figure of [
    await measure('known values', send, false),
    await measure('a new peer in every event', send, true),
  ]) {
    const { events_per_second, us_per_event, cpu_us_per_event } = figure;
    const cost = `${us_per_event.toFixed(1)} us an event, CPU ${cpu_us_per_event.toFixed(1)} us`;
    console.log(`${what}, ${figure.what}: ${events_per_second} events/s, ${cost}`);
  }
  await app.close();
  await door.close();
  rmSync(folder, { recursive: true });
  rmSync(`${folder}.keys.json`);
}

async function runDurable(): Promise<void> {
  const folder = join(mkdtempSync(join(tmpdir(), 'yujing-bench-')), 'data');
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), { workerData: { folder, port: port2 }, transferList: [port2] });
  const remote = await connectRemote(port1);
  await run('door into the synced log of another thread', remote.broker);
  await remote.close();
  await worker.terminate();
  rmSync(join(folder, '..'), { recursive: true });
}

async function serveLog({ folder, port }: { readonly folder: string; readonly port: MessagePort }): Promise<void> {
  serveEngine(await openEmbedded({ folder, now: Date.now, autoFlush: true }), port);
}

if (isMainThread) {
  const sink = new SinkBroker();
  await run('door into a sink', sink);
  console.log(`feed: ${sink.records} records, ${Math.round(sink.bytes / sink.records)} bytes each`);
  await runDurable();
} else await serveLog(workerData as { folder: string; port: MessagePort });
