import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { firstDocuments, PATH, startPath } from '@yujing/all-in-one';
import { openDoor, openKeys } from '@yujing/ingest';
import { compile, packFiles } from '@yujing/rules';
import {
  createFollower,
  createLocalCodec,
  Lockstep,
  openChangeView,
  openEmbedded,
  systemClock,
  type Broker,
  type Codec,
  type EmbeddedEngine,
  type FollowedRecord,
} from '@yujing/runtime';
import { SCHEMAS, type LogName } from '@yujing/schemas';
import avro from 'avsc';
import Fastify from 'fastify';
import { embeddedCardLatency, type CardFigures } from './cards.ts';
import { sendFromThread } from './load.ts';
import { bodiesOf, workload } from './workload.ts';

/*
 * How fast the embedded product is, each figure in one run on one machine:
 *   path          feed -> case: events already accepted (durable, tokenised), put through profile, detect and case with all
 *                 shipped rules and their features, from the release of time until every output and all state is durable
 *   door + path   JSON over HTTP from another thread, until the last event is through and durable
 *   decode        bare avsc decode of the same events, the floor that `ratio` compares with
 *   card          from an event accepted to the card on the live stream, at half the door + path rate
 * Touch and Tick records are written and read, and not counted.   npm run bench:path [-- --events N --json]
 */
const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '150000' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const EVENTS = Number(values.events);
const BODY = 500;
const PEOPLE = 50_000;
const COUNTERPARTIES = 50_000;
const FAST = { rate: { perSecond: 1e9, burst: 1e9 }, inventedMobiles: true };
const MAIN = new Set(['Call', 'Transaction', 'Sms', 'DomainVisit', 'Incident']);

export interface PathFigures {
  readonly events: number;
  readonly events_per_s: number;
  readonly door_events_per_s: number;
  readonly decode_events_per_s: number;
  /** events_per_s / decode_events_per_s */
  readonly ratio: number;
  readonly card_ms: CardFigures;
  readonly features: number;
  readonly rules: number;
  readonly warnings: number;
  readonly machine: string;
}

const progress = (text: string): void => void (values.json ? undefined : process.stderr.write(`${text}\n`));

async function recordsOf(broker: Broker, codec: Codec, log: LogName): Promise<FollowedRecord[]> {
  const records: FollowedRecord[] = [];
  for (let partition = 0; partition < broker.partitions(log); partition++) {
    const { high } = await broker.range(log, partition);
    const follower = await createFollower({ broker, codec, log, partition, position: 0, stamps: [] });
    for (let position = 0; position < high;) {
      const found = await follower.poll(1000);
      position = found.position;
      records.push(...found.records);
    }
    await follower.close();
  }
  return records;
}

/** The stages of the path over an engine, with time that stands still until it is released. */
async function openPath(
  engine: EmbeddedEngine,
  codec: Codec,
): Promise<{ readonly lockstep: Lockstep; close(): Promise<void> }> {
  const view = await openChangeView(engine.outside, codec);
  const lockstep = new Lockstep({
    engine,
    stages: PATH,
    codec,
    documents: view,
    heads: view,
    clock: systemClock(),
    mode: 'door',
    deadLetters: {
      put: async () => {
        throw new Error('the bench made a dead letter');
      },
    },
    newId: randomUUID,
  });
  await lockstep.start();
  const running = lockstep.run();
  return {
    lockstep,
    async close() {
      await lockstep.stop();
      await running;
      await view.close();
    },
  };
}

/** A feed as the door leaves it: accepted, tokenised, durable. Not timed. */
async function fillFeed(
  folder: string,
  codec: Codec,
): Promise<{ readonly feed: readonly Uint8Array[]; readonly last: number }> {
  const clock = systemClock();
  const engine = await openEmbedded({ folder, now: () => clock.now(), autoFlush: true });
  for (const document of firstDocuments(0)) engine.appendNow('change', 0, document);
  await engine.flush();
  // As in the product: the path is there, has adopted, and waits for time to be released.
  const path = await openPath(engine, codec);
  const keys = openKeys(`${folder}.keys.json`, { create: true });
  const door = await openDoor({
    dataFolder: folder,
    keys,
    broker: engine.outside,
    codec,
    clock: 'door',
    settings: FAST,
  });
  const app = Fastify();
  await app.register(door.plugin);
  const { key } = door.apiKeys.add('bench', 'source', false);
  const start = Date.UTC(2026, 5, 15, 6, 0, 0);
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' };
  for (const payload of bodiesOf(
    workload({ events: EVENTS, start, rate: 20_000, people: PEOPLE, counterparties: COUNTERPARTIES, run: 'path' }),
    BODY,
  )) {
    const answer = await app.inject({ method: 'POST', url: '/v1/events', headers, payload });
    if (answer.statusCode !== 202) throw new Error(`the door answered ${answer.statusCode}: ${answer.body}`);
  }
  await app.close();
  await door.close();
  await path.close();
  const feed = (await recordsOf(engine.outside, codec, 'feed'))
    .filter(({ type }) => MAIN.has(type))
    .map(({ bytes }) => bytes);
  await engine.close();
  return { feed, last: start + (EVENTS * 1000) / 20_000 + 1000 };
}

async function timePath(
  folder: string,
  codec: Codec,
  last: number,
): Promise<{ readonly ms: number; readonly warnings: number }> {
  const clock = systemClock();
  const engine = await openEmbedded({ folder, now: () => clock.now() });
  const path = await openPath(engine, codec);
  const started = performance.now();
  await path.lockstep.release(last);
  const ms = performance.now() - started;
  await path.close();
  const warnings = (await recordsOf(engine.outside, codec, 'case')).filter(({ type }) => type === 'Warning').length;
  await engine.close();
  return { ms, warnings };
}

/** Bare avsc, no pre-scan, no header: the floor. */
function timeDecode(feed: readonly Uint8Array[], codec: Codec): number {
  const types = new Map(
    (['Call', 'Transaction'] as const).map((name) => [
      name as string,
      avro.Type.forSchema(SCHEMAS[name] as unknown as avro.Schema, { wrapUnions: false }),
    ]),
  );
  const bodies = feed.map(
    (bytes) =>
      [types.get(codec.typeOf(bytes))!, Buffer.from(bytes.buffer, bytes.byteOffset + 5, bytes.length - 5)] as const,
  );
  const pass = (): number => {
    const started = performance.now();
    for (const [type, body] of bodies) type.fromBuffer(body);
    return performance.now() - started;
  };
  pass();
  const rounds = Array.from({ length: 3 }, pass).sort((a, b) => a - b);
  return (feed.length / rounds[1]!) * 1000;
}

async function timeDoorAndPath(folder: string, codec: Codec): Promise<number> {
  const clock = systemClock();
  const fail = (error: Error): void => {
    throw error;
  };
  const path = await startPath({
    folder,
    mode: 'wall',
    partitions: null,
    roundRecords: 2_000,
    fsync: true,
    segmentBytes: 64 << 20,
    keepBytes: 16 << 20,
    verify: false,
    first: { at: clock.now(), scale: 1 },
    onFailure: fail,
    onDefect: () => fail(new Error('a handler threw')),
  });
  const keys = openKeys(`${folder}.keys.json`, { create: true });
  const door = await openDoor({ dataFolder: folder, keys, broker: path.broker, codec, clock: 'wall', settings: FAST });
  const app = Fastify();
  await app.register(door.plugin);
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/`;
  const { key } = door.apiKeys.add('bench', 'source', false);
  const make = (events: number, run: string): Buffer[] =>
    bodiesOf(
      workload({ events, start: Date.now(), rate: 20_000, people: PEOPLE, counterparties: COUNTERPARTIES, run }),
      BODY,
    );
  await sendFromThread({ url, key, bodies: make(10_000, 'warm'), eventsPerBody: BODY, together: 6, rate: null });
  await path.drain();
  const bodies = make(EVENTS, 'door');
  const { startedAt, refusals } = await sendFromThread({
    url,
    key,
    bodies,
    eventsPerBody: BODY,
    together: 6,
    rate: null,
  });
  await path.drain();
  const ms = Date.now() - startedAt;
  if (refusals > 0) throw new Error(`the door refused ${refusals} bodies`);
  await app.close();
  await door.close();
  await path.stop();
  return (EVENTS / ms) * 1000;
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-bench-'));
  try {
    return await work(join(folder, 'data'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(): Promise<PathFigures> {
  const codec = createLocalCodec();
  progress(`${EVENTS} events, ${PEOPLE} people, ${COUNTERPARTIES} counterparties`);
  const { pathMs, warnings, decode } = await inFolder(async (folder) => {
    progress('filling a feed ...');
    const { feed, last } = await fillFeed(folder, codec);
    progress('path ...');
    const { ms, warnings: said } = await timePath(folder, codec, last);
    return { pathMs: ms, warnings: said, decode: timeDecode(feed, codec) };
  });
  progress('door + path ...');
  const doorRate = await inFolder((folder) => timeDoorAndPath(folder, codec));
  progress('cards at half that load ...');
  const card_ms = await inFolder((folder) => embeddedCardLatency(folder, doorRate / 2));
  const { rules, features } = compile(packFiles()).plan;
  const rate = (EVENTS / pathMs) * 1000;
  return {
    events: EVENTS,
    events_per_s: Math.round(rate),
    door_events_per_s: Math.round(doorRate),
    decode_events_per_s: Math.round(decode),
    ratio: Number((rate / decode).toFixed(4)),
    card_ms,
    features: features.length,
    rules: rules.length,
    warnings,
    machine: `${cpus().length} cores, Node ${process.versions.node}`,
  };
}

if (values.help) process.stdout.write('npm run bench:path [-- --events N --json]\n');
else {
  const figures = await measure();
  if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  else {
    process.stdout.write(
      [
        `path          ${figures.events_per_s} events/s   (feed -> case, ${figures.rules} rules, ${figures.features} features, ${figures.warnings} warnings)`,
        `door + path   ${figures.door_events_per_s} events/s   (JSON over HTTP to the last durable record)`,
        `bare decode   ${figures.decode_events_per_s} events/s   ratio path / decode ${figures.ratio}`,
        `card          p50 ${figures.card_ms.p50} ms, p99 ${figures.card_ms.p99} ms   (${figures.card_ms.cards} cards at ${figures.card_ms.load_events_per_s} events/s)`,
        `${figures.machine}; ${figures.events} events`,
        '',
      ].join('\n'),
    );
  }
  process.exit(0);
}
