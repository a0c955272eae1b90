import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createFollower, openPgliteThread, sqlSchema, type Database } from '@yujing/runtime';
import type { OpenAudit } from './api/audit/audit.ts';
import { AuditLog } from './api/audit/audit-log.ts';
import type { AuditEntry } from './api/audit/entry.ts';
import { CommandDesk } from './api/commands/desk.ts';
import { DEFAULT_CURRENCY, type ConsoleContext } from './api/context.ts';
import type { ConsoleDependencies, Follow } from './api/dependencies.ts';
import { Limiter } from './api/security/limits.ts';
import { SESSION_MS, sessionKey, Sessions } from './api/security/sessions.ts';
import { PrecinctsFile } from './api/security/users/precincts-file.ts';
import { SignIn } from './api/security/users/sign-in.ts';
import { Users } from './api/security/users/users.ts';
import { USERS_FILE } from './api/security/users/users-file.ts';
import { Hub } from './live/hub.ts';
import { Masks } from './live/masks.ts';
import { CaseMemory } from './live/memory.ts';
import { NO_METRICS, Totals, type ConsoleMetrics } from './metrics.ts';
import { ReadModel } from './views/read-model.ts';

/** Whether an officer's phone page is open right now; `deliver` asks before it says `sent`. */
export interface Connections {
  isConnected(user: string): boolean;
}

export interface Console {
  readonly context: ConsoleContext;
  readonly connections: Connections;
  /** resolves when lists can be read; the live stream does not wait for it */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

export interface ConsoleOptions extends ConsoleDependencies {
  /** what failed and is tried again; names only, never a value of a record */
  readonly failed?: (part: 'api' | 'live' | 'read-model', error: unknown) => void;
  /** stands in for PGlite in its thread (PostgreSQL, tests) */
  readonly openDatabase?: () => Promise<Database>;
  /** several consoles share the database that `openDatabase` opens: name of their installation */
  readonly installation?: string;
  /** where it is written down what people look up (`postgresAudit` for several consoles); a file in the data folder when not given */
  readonly openAudit?: OpenAudit;
  readonly heartbeatMs?: number;
  readonly metrics?: ConsoleMetrics;
}

const MEASURE_MS = 5_000;
/** Cases that the memory takes over from the tables at a start. */
const WARM_CASES = 2_000;

const follow: Follow = createFollower;

/** Opens everything the routes stand on. The data folder must be locked by the caller. */
export async function openConsole(options: ConsoleOptions): Promise<Console> {
  const { broker, codec, clock, identity, precision, advice, stations, settings, failed = () => {} } = options;
  const { installation } = options;
  const machineNow = options.machineNow ?? Date.now;
  const metrics = options.metrics ?? NO_METRICS;
  const now = (): number => clock.now();
  await mkdir(settings.dataFolder, { recursive: true });
  // First, since a users file that cannot be used ends the start.
  const users = settings.demo
    ? null
    : new Users(join(settings.dataFolder, USERS_FILE), machineNow, (error) => failed('api', error));
  const sessions = new Sessions(
    sessionKey(join(settings.dataFolder, 'console-session.key')),
    machineNow,
    ({ user, generation }) => (users === null ? generation === undefined : users.isCurrent(user, generation)),
  );
  const { openAudit = fileAudit(settings.dataFolder) } = options;
  const ended = (entry: AuditEntry): void => endSession(sessions, entry);
  const { audit, tail } = await openAudit({ now: machineNow, since: machineNow() - SESSION_MS, ended });
  // A cookie of a session that was ended stays worthless after a restart.
  for (const entry of tail) ended(entry);
  const signIn = users === null ? null : new SignIn({ users, audit, now: machineNow });

  const memory = new CaseMemory();
  const masks = new Masks(identity, machineNow);
  const sources = { broker, codec, follow: options.follow ?? follow };
  const currency = settings.currency ?? DEFAULT_CURRENCY;
  const hub = new Hub({
    ...sources,
    memory,
    masks,
    stations,
    currency,
    now,
    tellsTime: settings.clock === 'door',
    failed: (error) => failed('live', error),
    told: (kind) => metrics.count('live_events_total', { kind }),
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  });
  const folder = join(settings.dataFolder, 'read-model');
  const readModel = new ReadModel({
    ...sources,
    open: options.openDatabase ?? (() => openPgliteThread({ folder })),
    folder: options.openDatabase === undefined ? folder : undefined,
    failed: (error) => failed('read-model', error),
    shared: installation === undefined ? undefined : { prefix: sqlSchema(installation, 'read_model') },
  });
  await hub.start();
  const ready = readModel.start().then(() => warm(readModel, memory));
  // Whoever does not wait for it hears of a failure from the routes.
  ready.catch((error: unknown) => failed('read-model', error));

  const totals = new Totals(metrics);
  const desk = new CommandDesk({ broker, codec, memory, now });
  const limiter = new Limiter(machineNow);
  const parts = {
    memory,
    masks,
    hub,
    readModel,
    desk,
    sessions,
    signIn,
    limiter,
    audit,
    metrics,
    failed: (error: Error) => failed('api', error),
  };
  const context = { settings, broker, codec, now, machineNow, identity, precision, advice, stations, ...parts };
  const precincts = new PrecinctsFile(settings.dataFolder);
  const writePrecincts = (): void => precincts.write(stations.precincts().map(({ code }) => code));
  writePrecincts();
  const regularly = (): void => {
    void measure(metrics, totals, hub, readModel);
    try {
      writePrecincts();
    } catch (error) {
      failed('api', error);
    }
  };
  const timer = setInterval(regularly, MEASURE_MS).unref();
  return {
    context,
    connections: { isConnected: (user) => hub.isConnected(user) },
    ready,
    async close() {
      clearInterval(timer);
      await hub.close();
      await readModel.close();
      await audit.close();
    },
  };
}

async function measure(metrics: ConsoleMetrics, totals: Totals, hub: Hub, readModel: ReadModel): Promise<void> {
  metrics.set('live_streams_connections', {}, hub.clients);
  totals.tell('live_streams_dropped_total', hub.dropped);
  // The broker is closed first when the process ends.
  const state = await readModel.state().catch(() => undefined);
  if (state === undefined) return;
  metrics.set('read_model_lag_records', {}, state.lag);
  totals.tell('read_model_rows_total', state.rows);
  totals.tell('read_model_failures_total', state.failures);
}

async function warm(readModel: ReadModel, memory: CaseMemory): Promise<void> {
  for (const known of await readModel.cases.open(WARM_CASES)) memory.warm(known);
}

function fileAudit(folder: string): OpenAudit {
  return async ({ now }) => {
    const { log, tail } = await AuditLog.open(folder, now);
    return { audit: log, tail };
  };
}

function endSession(sessions: Sessions, { action, facts }: AuditEntry): void {
  if (action === 'session_ended') sessions.end({ id: String(facts.session), expires_at: Number(facts.expires_at) });
}
