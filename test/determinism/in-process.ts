import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PATH, type firstDocuments } from '@yujing/all-in-one';
import { openDoor, type Door, type Keys } from '@yujing/ingest';
import {
  createLocalCodec,
  Lockstep,
  openChangeView,
  partitionOf,
  systemClock,
  type ChangeView,
  type Clock,
  type DeadLetter,
  type EmbeddedEngine,
  type Stage,
} from '@yujing/runtime';
import { complete, type Draft, type RecordType, type RecordTypes } from '@yujing/schemas';
import type { Operation } from '../kill/operation.ts';
import type { Command } from '../kill/people.ts';
import { StoryReader } from './story-reader.ts';

export interface InProcessOptions {
  /** new and empty; closed with this */
  readonly engine: EmbeddedEngine;
  readonly keys: Keys;
  /** made once: compiling the packs takes longer than a run */
  readonly documents: ReturnType<typeof firstDocuments>;
  readonly roundRecords: number;
  readonly stages?: ReadonlyArray<Stage<unknown, unknown>> | undefined;
  /** `clock: wall` by this clock; `clock: door` without it */
  readonly wall?: Clock | undefined;
}

/** Quiet times are jumped over sooner than live, so that a day takes a second. */
const TICK_GAP_S = 60;

/** The records that commands of pages become. */
const RECORD_OF = { response: 'Response', contact: 'Contact', outcome: 'Outcome', decision: 'Decision' } as const;

interface Parts {
  readonly door: Door;
  readonly lockstep: Lockstep;
  readonly view: ChangeView;
  readonly folder: string;
  readonly letters: readonly DeadLetter[];
}

interface DeliveryBody {
  readonly order_id: string;
  readonly status: 'delivered';
  readonly device: string;
}

function makeLockstep(options: InProcessOptions, view: ChangeView, letters: DeadLetter[]): Lockstep {
  const { engine, roundRecords, stages, wall } = options;
  return new Lockstep({
    engine,
    stages: stages ?? PATH,
    codec: createLocalCodec(),
    documents: view,
    heads: view,
    deadLetters: { put: async (put) => void letters.push(...put) },
    clock: wall ?? systemClock(),
    mode: wall === undefined ? 'door' : 'wall',
    newId: randomUUID,
    settings: { roundRecords, visibleFlushMs: 0 },
  });
}

/** Door and path in this process, without console: what determinism is about, and nothing else. */
export class InProcess {
  /** records that a stage put aside */
  readonly letters: readonly DeadLetter[];
  /** what the case log said so far */
  readonly story: StoryReader;
  readonly #engine: EmbeddedEngine;
  readonly #door: Door;
  readonly #lockstep: Lockstep;
  readonly #view: ChangeView;
  readonly #running: Promise<void>;
  readonly #folder: string;
  readonly #wall: Clock | undefined;
  readonly #codec = createLocalCodec();

  private constructor({ engine, wall }: InProcessOptions, { door, lockstep, view, folder, letters }: Parts) {
    this.#engine = engine;
    this.#wall = wall;
    this.#door = door;
    this.#lockstep = lockstep;
    this.#view = view;
    this.#folder = folder;
    this.letters = letters;
    this.story = new StoryReader(engine);
    this.#running = lockstep.run();
  }

  static async open(options: InProcessOptions): Promise<InProcess> {
    const { engine, keys, documents, wall } = options;
    const codec = createLocalCodec();
    for (const document of documents) engine.appendNow('change', 0, document);
    await engine.flush();
    const view = await openChangeView(engine.outside, codec);
    const letters: DeadLetter[] = [];
    const lockstep = makeLockstep(options, view, letters);
    await lockstep.start();
    const folder = mkdtempSync(join(tmpdir(), 'yujing-determinism-'));
    const door = await openDoor({
      dataFolder: folder,
      keys,
      broker: engine.outside,
      codec,
      clock: wall === undefined ? 'door' : 'wall',
      release: (until) => lockstep.release(until),
      settings: { inventedMobiles: true, tickGapSeconds: TICK_GAP_S },
      ...(wall === undefined ? {} : { machine: wall }),
    });
    const parts = { door, lockstep, view, folder, letters };
    return new InProcess(options, parts);
  }

  async perform(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'persons': {
        const { refused } = await this.#door.register.put(operation.persons, 'town', this.#now());
        if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
        return;
      }
      case 'events':
        return this.#events(operation.events);
      case 'clock':
        return this.#door.release(operation.until);
      case 'command':
        return this.#command(operation.command);
    }
  }

  async close(): Promise<void> {
    await this.#door.close();
    await this.#lockstep.drain();
    await this.#lockstep.stop();
    await this.#running;
    await this.#view.close();
    await this.#engine.close();
    rmSync(this.#folder, { recursive: true });
  }

  #now(): number {
    return this.#wall?.now() ?? this.#door.now();
  }

  async #events(events: readonly unknown[]): Promise<void> {
    const items = events.map((json) => ({ json, fault: undefined, text: () => '' }));
    const { refused } = await this.#door.entrance.take(items, { source: 'town', isHistorical: false }, 'json');
    if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }

  /** Writes what the console writes for it. */
  async #command({ path, user, role, body }: Command): Promise<void> {
    const at = this.#now();
    this.story.readOn();
    if (path === 'deliveries') return this.#delivery(body as unknown as DeliveryBody, user, at);
    const type = RECORD_OF[path];
    const subject = known(this.story.subjects, String(body['case_id']));
    const own = { subject, by: user, role: role === 'officer' ? 'station' : 'analyst', at };
    const draft = { ...body, ...own } as unknown as Draft<RecordTypes[typeof type]>;
    await this.#append(type, subject, complete(type, draft));
  }

  async #delivery({ order_id, status, device }: DeliveryBody, officer: string, at: number): Promise<void> {
    const { subject, case_id, step } = known(this.story.orders, order_id);
    const about = { delivery_id: order_id, subject, case_id, order_id, step, officer } as const;
    const report = { channel: 'sse', status, device, attempt: 1, at, reported_by: 'device' } as const;
    await this.#append('Delivery', subject, complete('Delivery', { ...about, ...report }));
  }

  async #append<T extends RecordType>(type: T, subject: string, record: RecordTypes[T]): Promise<void> {
    const { outside } = this.#engine;
    const records = [{ key: subject, bytes: this.#codec.encode(type, record) }];
    await outside.append('case', new Map([[partitionOf(subject, outside.partitions('case')), records]]));
    await this.#lockstep.drain();
  }
}

function known<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new RangeError(`nobody said anything of ${name}`);
  return value;
}
