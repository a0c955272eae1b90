import { DatabaseError } from '@yujing/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DoorSettings } from '../config.ts';
import { isTooDeep, MEDIA_TYPES, readBody, type MediaType } from '../event/body.ts';
import { readTime, TIME_HINT } from '../event/time.ts';
import type { DoorMetrics } from '../metrics.ts';
import type { ApiKey, KeyRole } from './api-keys.ts';
import { DoorBusy, type Entrance } from './entrance.ts';
import { sendProblem, type ProblemName } from './problem.ts';
import type { Register } from './register.ts';
import { TokenBucket } from './token-bucket.ts';

/** Everything the HTTP door stands on. */
export interface DoorDependencies {
  readonly settings: DoorSettings;
  readonly entrance: Pick<Entrance, 'take'>;
  readonly register: Pick<Register, 'put'>;
  readonly metrics: DoorMetrics;
  /** the grant of a key, null when it is not good */
  authenticate(key: string): ApiKey | null;
  /** what the door's clock says */
  clock(): { readonly kind: 'wall' | 'door'; readonly now: number };
  /** `clock: door`: ticks up to the instant are durable and the path may go so far; resolves when it has */
  release(until: number): Promise<void>;
  /** ms of a clock that does not jump, for rates */
  monotonic(): number;
}

const ALLOWED: Readonly<Record<'events' | 'persons' | 'clock', readonly KeyRole[]>> = {
  events: ['source', 'demo'],
  persons: ['register', 'demo'],
  clock: ['demo'],
};

const FASTIFY_PROBLEMS: Readonly<Record<string, ProblemName>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'bad_media_type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'too_large',
  FST_ERR_CTP_EMPTY_TYPE: 'bad_media_type',
};

const RETRY_AFTER_S = 1;

function keyOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (typeof authorization === 'string' && /^bearer /i.test(authorization)) return authorization.slice(7).trim();
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : undefined;
}

function mediaOf(request: FastifyRequest): MediaType | undefined {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(MEDIA_TYPES, type) ? MEDIA_TYPES[type] : undefined;
}

function parseJson(body: Buffer): unknown {
  if (isTooDeep(body)) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

class DoorRoutes {
  readonly #door: DoorDependencies;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(door: DoorDependencies) {
    this.#door = door;
  }

  async events(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const grant = this.#grant(request, reply, 'events');
    if (grant === null) return reply;
    const media = mediaOf(request);
    const encoding = request.headers['content-encoding'];
    if (media === undefined || (encoding !== undefined && encoding !== 'identity'))
      return this.#problem(reply, 'bad_media_type');
    const { settings, entrance } = this.#door;
    const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0);
    const items = readBody(body, media, { maxItems: settings.items, maxItemBytes: settings.itemBytes });
    if (typeof items === 'string') return this.#problem(reply, items);
    const wait = this.#bucket(grant).take(items.length, this.#door.monotonic());
    if (wait > 0) return this.#problem(reply.header('retry-after', wait), 'too_fast');
    const answer = await entrance.take(items, { source: grant.source, isHistorical: grant.historical }, media);
    const isNothing = answer.refused.length > 0 && answer.accepted === 0 && answer.duplicates === 0;
    return isNothing ? this.#problem(reply, 'nothing_accepted', { ...answer }) : reply.code(202).send(answer);
  }

  async persons(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const grant = this.#grant(request, reply, 'persons');
    if (grant === null) return reply;
    if (mediaOf(request) !== 'json') return this.#problem(reply, 'bad_media_type');
    const list = parseJson(request.body as Buffer);
    if (!Array.isArray(list)) return this.#problem(reply, 'bad_json', { detail: 'write a JSON array of persons' });
    if (list.length > this.#door.settings.items) return this.#problem(reply, 'too_many_items');
    const answer = await this.#door.register.put(list, grant.source, this.#door.clock().now);
    this.#door.metrics.count('persons_registered_total', answer.accepted);
    const isNothing = answer.refused.length > 0 && answer.accepted === 0;
    return isNothing ? this.#problem(reply, 'nothing_accepted', { ...answer }) : reply.code(200).send(answer);
  }

  async clock(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const grant = this.#grant(request, reply, 'clock');
    if (grant === null) return reply;
    if (this.#door.clock().kind === 'wall') return this.#problem(reply, 'clock_is_wall');
    const body = parseJson(request.body as Buffer) as { readonly until?: unknown } | null | undefined;
    const until = readTime(body?.until);
    if (until === undefined) return this.#problem(reply, 'bad_request', { detail: `until: ${TIME_HINT}` });
    await this.#door.release(until);
    return reply.code(200).send({ now: this.#door.clock().now });
  }

  /** Whatever goes wrong is answered here; the text of an error may hold anything, so it stays inside. */
  failed(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    // The database of the identities is away: as when the log is.
    const isBusy = error instanceof DoorBusy || (error instanceof DatabaseError && error.retriable);
    if (isBusy) return this.#problem(reply.header('retry-after', RETRY_AFTER_S), 'busy');
    const { code, statusCode } = error as { readonly code?: string; readonly statusCode?: number };
    const known = FASTIFY_PROBLEMS[code ?? ''];
    if (known !== undefined) return this.#problem(reply, known);
    if (statusCode !== undefined && statusCode < 500) return this.#problem(reply, 'bad_request');
    const { name, stack } = error instanceof Error ? error : new Error('not an error');
    request.log.error({ error: name, at: stack?.split('\n')[1]?.trim() }, 'the door failed');
    return this.#problem(reply.header('retry-after', RETRY_AFTER_S), 'failed');
  }

  #grant(request: FastifyRequest, reply: FastifyReply, what: keyof typeof ALLOWED): ApiKey | null {
    const key = keyOf(request);
    const grant = key === undefined ? null : this.#door.authenticate(key);
    if (grant === null) {
      this.#problem(reply.header('www-authenticate', 'Bearer'), key === undefined ? 'no_key' : 'bad_key');
      return null;
    }
    if (ALLOWED[what].includes(grant.role)) return grant;
    this.#problem(reply, 'not_allowed');
    return null;
  }

  #bucket(grant: ApiKey): TokenBucket {
    let bucket = this.#buckets.get(grant.id);
    if (bucket === undefined) {
      const { perSecond, burst } = this.#door.settings.rate;
      bucket = new TokenBucket(perSecond, burst, this.#door.monotonic());
      this.#buckets.set(grant.id, bucket);
    }
    return bucket;
  }

  #problem(reply: FastifyReply, name: ProblemName, members?: Parameters<typeof sendProblem>[2]): FastifyReply {
    this.#door.metrics.count('requests_refused_total', 1, name);
    return sendProblem(reply, name, members);
  }
}

/** The door's routes as a fastify plugin: `app.register(doorPlugin, dependencies)`. */
export async function doorPlugin(app: FastifyInstance, dependencies: DoorDependencies): Promise<void> {
  const routes = new DoorRoutes(dependencies);
  // Bodies are read by the door itself: the framework's parsers know neither NDJSON nor a bound on depth.
  app.removeAllContentTypeParsers();
  const options = { parseAs: 'buffer', bodyLimit: dependencies.settings.bodyBytes } as const;
  app.addContentTypeParser(Object.keys(MEDIA_TYPES), options, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => routes.failed(error, request, reply));
  const { bodyBytes: bodyLimit } = dependencies.settings;
  app.post('/v1/events', { bodyLimit }, (request, reply) => routes.events(request, reply));
  app.put('/v1/persons', { bodyLimit }, (request, reply) => routes.persons(request, reply));
  app.post('/v1/clock', { bodyLimit: 1024 }, (request, reply) => routes.clock(request, reply));
}
