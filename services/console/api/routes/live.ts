import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpClient } from '../../live/client.ts';
import type { ConsoleContext } from '../context.ts';
import { described, EVERYBODY } from '../describe.ts';
import { viewerOf } from '../guard.ts';
import { Problem } from '../problem.ts';
import { oneOf, text } from '../schema/json-schema.ts';
import { SECURITY_HEADERS } from '../security/headers.ts';
import { ROLES } from '../viewer.ts';

const STREAMS = 2_000;
const RETRY_MS = 2_000;

/** An EventSource sends the id by itself; a page that was loaded anew may name it in the address. */
function lastEventId(request: FastifyRequest<{ Querystring: { last_event_id?: string } }>): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : request.query.last_event_id;
}

export function liveRoutes(app: FastifyInstance, context: ConsoleContext): void {
  const { hub, sessions, settings } = context;
  const options = described({
    tag: 'live',
    summary: 'Live stream (SSE): the data of each event is a LiveEvent, its name the kind; resumes by Last-Event-ID',
    summary_zh: '实时消息（SSE），断开后按 Last-Event-ID 接着发',
    roles: EVERYBODY,
    limit: 'live',
    query: { last_event_id: { ...text, maxLength: 256 }, role: oneOf(ROLES, 'demo: the role meant') },
    answer: 'LiveEvent',
    mediaType: 'text/event-stream',
    problems: ['too_many_streams'],
  });
  app.get<{ Querystring: { last_event_id?: string } }>(
    '/live',
    { ...options, exposeHeadRoute: false },
    async (request, reply: FastifyReply) => {
      const session = viewerOf(request);
      if (hub.clients >= (settings.liveStreams ?? STREAMS)) throw new Problem('too_many_streams');
      reply.hijack();
      reply.raw.writeHead(200, {
        ...SECURITY_HEADERS,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      reply.raw.write(`retry: ${RETRY_MS}\n\n`);
      const client = new HttpClient(reply.raw, session, () => sessions.isLive(session));
      reply.raw.on('close', () => hub.detach(client));
      reply.raw.on('error', () => hub.detach(client));
      try {
        await hub.attach(client, lastEventId(request));
      } catch (error) {
        // The answer has begun: all that is left is to end it, and the client comes back.
        request.log.warn({ error: (error as Error).name }, 'a live stream could not resume');
        client.end();
      }
    },
  );
}
