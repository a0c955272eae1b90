import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock, type Broker, type Clock, type Codec } from '@yujing/runtime';
import { ClassicLevel } from 'classic-level';
import type { FastifyInstance } from 'fastify';
import { DOOR_DEFAULTS, type DoorSettings } from '../config.ts';
import type { Directory, IdentityStores, Vault } from '../identity/ports.ts';
import { createIdentityReader, type IdentityReader } from '../identity/reader.ts';
import { NO_METRICS, type DoorMetrics } from '../metrics.ts';
import { ApiKeys } from './api-keys.ts';
import { DeadLetters } from './dead-letters.ts';
import { eventTime, wallTime } from './door-time.ts';
import { Entrance } from './entrance.ts';
import { readFeedEnd } from './feed-end.ts';
import { FeedWriter } from './feed-writer.ts';
import { derivedKey, type Keys } from './key-file.ts';
import { openLevelIdentity } from './level-identity.ts';
import { doorPlugin } from './plugin.ts';
import { Register } from './register.ts';
import { RememberedIds, type DoorLevel } from './remembered-ids.ts';

export interface DoorOptions {
  /** the door keeps `identity/`, `door/`, `dead-letters/` and `api-keys.json` in it */
  readonly dataFolder: string;
  /** where `api-keys.json` lies when several doors share it; the data folder when not given */
  readonly apiKeysFolder?: string;
  readonly keys: Keys;
  /** closed with the door; in the data folder when not given */
  readonly identity?: IdentityStores;
  /** `outside` of the embedded engine, or a remote one: append resolves when durable */
  readonly broker: Broker;
  readonly codec: Codec;
  readonly clock: 'wall' | 'door';
  /** `clock: door`: lets the path go on to the instant; resolves when it has */
  readonly release?: (until: number) => Promise<void>;
  readonly settings?: Partial<DoorSettings>;
  readonly metrics?: DoorMetrics;
  /** the machine's time; a test gives its own */
  readonly machine?: Pick<Clock, 'now'>;
}

/** The door of an installation: its routes, and what others may ask of it. */
export interface Door {
  /** `app.register(door.plugin)` */
  plugin(app: FastifyInstance): Promise<void>;
  readonly entrance: Entrance;
  readonly register: Register;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly identity: IdentityReader;
  readonly deadLetters: DeadLetters;
  readonly apiKeys: ApiKeys;
  /** the door's time, for commands of people with `clock: door` */
  now(): number;
  /** `clock: door`: what `POST /v1/clock` does; resolves when the path has come to the instant */
  release(until: number): Promise<void>;
  /** events on their way into the log */
  waiting(): number;
  /** DoorClosed, then the log, then the stores; within about ten seconds */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 5000;
const TIME_KEY = 'time';

async function openDoorLevel(folder: string): Promise<DoorLevel> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const level = new ClassicLevel<string, Uint8Array>(folder, { valueEncoding: 'view' });
  await level.open();
  return level;
}

async function readTimeOf(level: DoorLevel): Promise<number> {
  const bytes = await level.get(TIME_KEY);
  return bytes === undefined ? 0 : Number(Buffer.from(bytes).toString());
}

/** Puts a door together. */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const settings: DoorSettings = { ...DOOR_DEFAULTS, ...options.settings };
  const metrics = options.metrics ?? NO_METRICS;
  const machine = options.machine ?? systemClock();
  const stores = options.identity ?? (await openLevelIdentity(join(options.dataFolder, 'identity'), options.keys));
  const { vault, directory } = stores;
  const doorLevel = await openDoorLevel(join(options.dataFolder, 'door'));
  const { broker, codec } = options;
  const { door, tickGapSeconds } = settings;
  const end = options.clock === 'door' ? await readFeedEnd(broker, codec, door) : undefined;
  const time = end === undefined ? wallTime(machine, await readTimeOf(doorLevel)) : eventTime(end.time);
  const { rememberedMs } = settings.lateness;
  const ids = await RememberedIds.open(doorLevel, { rememberedMs, maxIds: settings.rememberedIds, metrics });
  const deadLetters = await DeadLetters.open(
    join(options.dataFolder, 'dead-letters'),
    derivedKey(options.keys, 'dead-letters'),
    { ...settings.deadLetters, now: () => machine.now() },
  );
  const register = new Register(vault, directory);
  const apiKeys = new ApiKeys(join(options.apiKeysFolder ?? options.dataFolder, 'api-keys.json'), () => machine.now());
  // Not synced: after a power cut the feed itself may have lost as much.
  const onTick = (tick: number): void => void doorLevel.put(TIME_KEY, Buffer.from(String(tick))).catch(() => undefined);
  const goingOn = end === undefined ? { onTick } : { end };
  const writer = new FeedWriter({ broker, codec, time, metrics, door, tickGapSeconds, ...goingOn });
  const explicitAcceptedAt = options.clock === 'door';
  const entrance = new Entrance({ settings, writer, vault, directory, ids, deadLetters, metrics, explicitAcceptedAt });
  writer.open();
  const release = async (until: number): Promise<void> => {
    writer.advance(until);
    await writer.flushed();
    await options.release?.(until);
  };
  const dependencies = {
    settings,
    entrance,
    register,
    metrics,
    authenticate: (key: string) => apiKeys.authenticate(key),
    clock: () => ({ kind: options.clock, now: time.now() }),
    release,
    monotonic: () => performance.now(),
  };
  const closeAll = async (): Promise<void> => {
    await writer.close(CLOSE_WITHIN_MS);
    await doorLevel.close();
    await stores.close();
  };
  let closing: Promise<void> | undefined;
  return {
    plugin: (app) => doorPlugin(app, dependencies),
    entrance,
    register,
    vault,
    directory,
    identity: createIdentityReader(vault),
    deadLetters,
    apiKeys,
    now: () => time.now(),
    release,
    waiting: () => writer.waiting,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
