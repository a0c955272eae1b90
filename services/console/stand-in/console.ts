import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import type { DemoPerson, IdentityReader } from '../api/dependencies.ts';
import { consolePlugin } from '../api/plugin.ts';
import type { Role } from '../api/views.ts';
import type { ConsoleMetrics } from '../metrics.ts';
import { openConsole, type Console, type ConsoleOptions } from '../open.ts';
import { type Database, openPglite } from '@yujing/runtime';
import { Contract } from './contract.ts';
import { StandInBroker } from './log.ts';
import { START } from './records.ts';

export const PEOPLE: readonly DemoPerson[] = [
  { user: 'officer-3107', role: 'officer', precinct: 'qinghe' },
  { user: 'officer-3112', role: 'officer', precinct: 'qinghe' },
  { user: 'officer-3207', role: 'officer', precinct: 'linhu' },
  { user: 'analyst-1', role: 'analyst', precinct: null },
  { user: 'commander-1', role: 'commander', precinct: null },
  { user: 'admin-1', role: 'admin', precinct: null },
];

const NO_DATABASE: Database = {
  query: async () => [],
  transaction: async () => {},
  close: async () => {},
  lost: new Promise(() => {}),
};

const NAME = { zh: '青禾派出所', en: 'Qinghe Station' };

/** One invented person for every subject. */
export function standInIdentity(): IdentityReader & { cleared: string[] } {
  const masked = {
    name_masked: '周█敏',
    sex: 'female',
    age_band: 'senior',
    language: { zh: '说方言，懂普通话', en: 'Dialect, follows Mandarin' },
    hearing: null,
    area: { zh: '青禾街道', en: 'Qinghe' },
  } as const;
  const cleared: string[] = [];
  return {
    cleared,
    async masked() {
      return { ...masked, contacts: [{ contact_id: 'c1', relation: 'self' }] };
    },
    async clear(subject) {
      cleared.push(subject);
      const contacts = [{ contact_id: 'c1', relation: 'self', tel: '+8612000000001' }];
      return { ...masked, name: '周慧敏', address: '柳岸花园 12幢2单元602', place_certainty: null, contacts };
    },
  };
}

export interface Answer {
  readonly status: number;
  // Tests look into it; what it may hold is checked against the document already.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  /** of a problem */
  readonly code: string | undefined;
  readonly headers: Record<string, unknown>;
}

export interface Trial {
  readonly app: FastifyInstance;
  readonly broker: StandInBroker;
  readonly console: Console;
  readonly contract: Contract;
  readonly identity: ReturnType<typeof standInIdentity>;
  readonly folder: string;
  readonly clock: { now(): number; at: number };
  /** a cookie of this person */
  signIn(role: Role, user?: string): Promise<string>;
  /** throws when the answer is not as the API's document says */
  call(cookie: string, options: InjectOptions): Promise<Answer>;
  /** resolves when the hub has seen all that stands in the log */
  seen(): Promise<void>;
  close(): Promise<void>;
}

export interface TrialOptions {
  readonly broker?: StandInBroker;
  readonly dump?: Blob | undefined;
  /** false: a database that holds nothing, for what needs no lists; PGlite costs half a second */
  readonly sql?: boolean;
  readonly folder?: string;
  readonly settings?: Partial<ConsoleOptions['settings']>;
  readonly heartbeatMs?: number;
  readonly metrics?: ConsoleMetrics;
  /** false: do not wait for the read model */
  readonly waits?: boolean;
}

/** The console over a stand-in log: fastify, hub, read model in memory. */
export async function openTrial(options: TrialOptions = {}): Promise<Trial> {
  const broker = options.broker ?? new StandInBroker();
  const identity = standInIdentity();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'yujing-console-'));
  const clock = {
    at: START + 1_000,
    now(): number {
      return this.at;
    },
  };
  const opened = await openConsole({
    broker,
    codec: broker.codec,
    clock,
    identity,
    precision: { precisionRows: () => [], odds: (of) => ({ of, real: 6, labelled: 10, enough: false }) },
    advice: () => ({
      say: [{ zh: '您没有犯事。', en: 'You are not in trouble.' }],
      check: [],
      never: { zh: '别让她转钱', en: 'Never move money' },
    }),
    stations: {
      precincts: () => [
        { code: 'qinghe', name: NAME, area: { zh: '青禾街道', en: 'Qinghe' } },
        { code: 'linhu', name: { zh: '临湖派出所', en: 'Linhu Station' }, area: { zh: '临湖街道', en: 'Linhu' } },
      ],
      shift: () => ({ on_duty: true, until: START + 3_600_000 }),
    },
    settings: { demo: true, demoPeople: PEOPLE, clock: 'wall', dataFolder: folder, ...options.settings },
    openDatabase: async () => (options.sql === false ? NO_DATABASE : openPglite({ dump: options.dump })),
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  });
  if (options.waits !== false) await opened.ready;
  const app = fastify();
  await app.register(consolePlugin, { context: opened.context });
  await app.ready();
  const contract = new Contract((await app.inject('/openapi.json')).json() as object);
  const headers = { 'x-yujing-client': 'test' };
  return {
    app,
    broker,
    console: opened,
    contract,
    identity,
    folder,
    clock,
    async signIn(role, user) {
      const payload = { role, ...(user === undefined ? {} : { user }) };
      const answer = await app.inject({ method: 'POST', url: '/api/session', headers, payload });
      return [answer.headers['set-cookie']].flat()[0]?.split(';')[0] ?? '';
    },
    async call(cookie, request) {
      const answer = await app.inject({ ...request, headers: { ...headers, cookie, ...request.headers } });
      const body = answer.body === '' ? null : answer.json();
      const wrong = contract.check(String(request.method ?? 'GET'), String(request.url), answer.statusCode, body);
      if (wrong !== undefined) throw new Error(wrong);
      return { status: answer.statusCode, body, code: body?.code, headers: answer.headers };
    },
    async seen() {
      const ends = await Promise.all([...Array(broker.partitions()).keys()].map((p) => broker.range('case', p)));
      const goal = ends.map(({ high }) => high);
      while (!goal.every((end, p) => (opened.context.hub.vector[p] ?? 0) >= end)) await sleep(2);
    },
    async close() {
      await app.close();
      await opened.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
