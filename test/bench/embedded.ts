import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread, MessageChannel, parentPort, Worker, workerData, type MessagePort } from 'node:worker_threads';
import {
  connectRemote,
  openEmbedded,
  serveEngine,
  type AppendRecord,
  type DiskEngine,
  type Slot,
} from '@yujing/runtime';

/*
 * What the embedded log and store cost. `node test/dist/bench/embedded.js [folder]`, about 20 s; prints one JSON line a figure.
 * Ratios, where there is something to compare with: the same bytes written and synced by nothing but the file system.
 */
const RECORDS = 20_000;
const RECORD_BYTES = 200;
const ENTITIES = 40_000;
const ENTITY_BYTES = 300;
const ROUNDS = 10;

const keys = Array.from({ length: RECORDS }, (_, n) => `t1_${(n * 2_654_435_761).toString(36).padStart(22, '0')}`);
const bytes = Buffer.alloc(RECORD_BYTES, 9);
const slots: Slot[] = ['profile', 'detect', 'case'].flatMap((stage) =>
  Array.from({ length: 8 }, (_, partition) => ({ stage, logId: '0123456789abcdef', partition })),
);

function record(n: number): AppendRecord {
  const stamp = { origin: '0123456789abcdef/3/profile', offset: n, index: 0 };
  return { key: keys[n % RECORDS] ?? '', bytes, stamp };
}

function say(what: string, figures: Record<string, number>): void {
  const rounded = Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(3))]);
  process.stdout.write(`${JSON.stringify({ what, ...Object.fromEntries(rounded) })}\n`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

async function timed(work: () => unknown): Promise<number> {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

/** Commits of all slots, as the loop stages them at a boundary. */
class Committer {
  readonly #last = new Map<Slot, string>();
  #round = 0;

  async stage(engine: DiskEngine, entities: number): Promise<void> {
    const round = this.#round++;
    for (const slot of slots) {
      const changed = new Map<string, Uint8Array>();
      for (let n = 0; n < entities / slots.length; n++) {
        changed.set(keys[(n * 7 + round * 131) % RECORDS] ?? '', Buffer.alloc(ENTITY_BYTES, round));
      }
      const id = `${round}/${slot.stage}/${slot.partition}`;
      const head = { id, position: round, stamps: [], meta: Buffer.alloc(200), outbox: [] };
      const { applied } = await engine.store.commit(slot, { follows: this.#last.get(slot), head, entities: changed });
      if (!applied) throw new Error('not applied');
      this.#last.set(slot, id);
    }
  }
}

/** The same number of bytes, written and synced by hand. */
function bareWrite(folder: string, size: number): number {
  const file = openSync(join(folder, 'bare'), 'w');
  const before = performance.now();
  writeSync(file, Buffer.alloc(size, 1));
  fdatasyncSync(file);
  const after = performance.now();
  closeSync(file);
  return after - before;
}

async function batches(engine: DiskEngine, folder: string): Promise<void> {
  const committer = new Committer();
  const [append, read, stage, flush, bare]: number[][] = [[], [], [], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    const from = round * RECORDS;
    append?.push(
      await timed(() => {
        for (let n = from; n < from + RECORDS; n++) engine.appendNow('feed', n & 7, record(n));
      }),
    );
    read?.push(await timed(() => engine.readMerged('feed', from, RECORDS)));
    stage?.push(await timed(() => committer.stage(engine, ENTITIES)));
    flush?.push(await timed(() => engine.flush()));
    bare?.push(bareWrite(folder, engine.lastFlush.bytes + ENTITIES * (ENTITY_BYTES + 60)));
  }
  say('append one record', { us: (median(append ?? []) * 1000) / RECORDS });
  say('read one record in merged order, from memory', { us: (median(read ?? []) * 1000) / RECORDS });
  say(`stage ${ENTITIES} entities`, { ms: median(stage ?? []) });
  const [whole, hand] = [median(flush ?? []), median(bare ?? [])];
  say(`flush ${RECORDS} records and ${ENTITIES} entities`, {
    ms: whole,
    bare_write_and_sync_ms: hand,
    ratio: whole / hand,
  });
}

/** Appending goes on while a flush is in the air: what a loop can make durable a second. */
async function sustained(engine: DiskEngine): Promise<void> {
  const committer = new Committer();
  const slotsOfOwn = slots.map(({ stage, partition }) => ({ stage: `sustained-${stage}`, logId: 'x', partition }));
  slots.splice(0, slots.length, ...slotsOfOwn);
  const until = performance.now() + 4_000;
  let count = 0;
  let flushes = 0;
  const before = performance.now();
  while (performance.now() < until) {
    for (let n = 0; n < 1_000; n++) engine.appendNow('encounter', n & 7, record(count++));
    await committer.stage(engine, 2_000);
    await engine.flush();
    flushes++;
  }
  const seconds = (performance.now() - before) / 1000;
  say('durable, 1,000 records and 2,000 entities a flush, nothing overlapping', {
    records_per_second: count / seconds,
    flushes_per_second: flushes / seconds,
  });
}

async function opening(folder: string): Promise<DiskEngine> {
  let engine = await openEmbedded({ folder, now: Date.now });
  await engine.close();
  const plain = await timed(async () => (engine = await openEmbedded({ folder, now: Date.now })));
  const size = engine.bytes('feed') + engine.bytes('encounter');
  await engine.close();
  const verified = await timed(async () => (engine = await openEmbedded({ folder, now: Date.now, verify: true })));
  say('open', {
    log_mb: size / 1e6,
    ms: plain,
    verify_ms: verified,
    verify_mb_per_second: size / 1e3 / (verified - plain),
  });
  let order = 0;
  const read = await timed(() => {
    for (let some = 1; some > 0; order += some) some = engine.readMerged('feed', order, 5_000).length;
  });
  say('read the feed from disk', { records: order, us_per_record: (read * 1000) / order });
  return engine;
}

async function overPort(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL(import.meta.url), { workerData: { port: port1 }, transferList: [port1] });
  const { broker, close } = await connectRemote(port2);
  const appended = await timed(async () => {
    for (let n = 0; n < 100; n++) {
      const records = Array.from({ length: 1_000 }, (_, i) => record(n * 1_000 + i));
      await broker.append('feed', new Map([[n & 7, records]]));
    }
  });
  say('append over a port, durable, 1,000 a call, one call at a time', {
    records_per_second: 100_000 / (appended / 1000),
  });
  const small = await timed(async () => {
    const one = async (n: number): Promise<void> => {
      for (let i = 0; i < 200; i++) await broker.append('feed', new Map([[n & 7, [record(n + i)]]]));
    };
    await Promise.all(Array.from({ length: 50 }, (_, n) => one(n)));
  });
  say('append over a port, durable, 1 a call, 50 callers', { records_per_second: 10_000 / (small / 1000) });
  const high = (await broker.range('feed', 0)).high;
  let got = 0;
  const read = await timed(async () => {
    const reader = await broker.read('feed', 0, 0);
    while (got < high) got += (await reader.poll(1_000)).length;
    await reader.close();
  });
  say('read one partition over a port', { records_per_second: got / (read / 1000) });
  await close();
  await worker.terminate();
}

async function main(): Promise<void> {
  const root = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'yujing-bench-'));
  const folder = join(root, 'data');
  let engine = await openEmbedded({ folder, now: Date.now });
  await batches(engine, root);
  await sustained(engine);
  await engine.close();
  engine = await opening(folder);
  await engine.close();
  await overPort();
  rmSync(root, { recursive: true });
}

async function serve(port: MessagePort): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-bench-'));
  const engine = await openEmbedded({ folder, now: Date.now, autoFlush: true });
  serveEngine(engine, port);
  parentPort?.on('close', () => rmSync(folder, { recursive: true, force: true }));
}

await (isMainThread ? main() : serve((workerData as { port: MessagePort }).port));
