import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ConsoleContext } from './context.ts';
import { Problem } from './problem.ts';
import type { LimitName } from './security/limits.ts';
import { isKnownHost, isOurs } from './security/origin.ts';
import type { Session } from './security/sessions.ts';
import type { Role } from './views.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** who may call; absent: anybody, signed in or not */
    roles?: readonly Role[];
    limit?: LimitName;
  }
  interface FastifyRequest {
    session: Session | null;
  }
}

export const ROLE_HEADER = 'x-yujing-role';
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** @throws Problem not_signed_in */
export function viewerOf(request: FastifyRequest): Session {
  if (request.session === null) throw new Problem('not_signed_in');
  return request.session;
}

/** Pages of a demo in one browser each name their role; an EventSource can do so in its address only. */
function roleMeant({ headers, query }: FastifyRequest): string | undefined {
  const named = headers[ROLE_HEADER] ?? (query as { readonly role?: unknown }).role;
  return typeof named === 'string' ? named : undefined;
}

/** In the order in which it costs least: host, origin, who it is, how often, whether he may. */
export function guard(app: FastifyInstance, context: ConsoleContext): void {
  const { settings, sessions, limiter } = context;
  app.decorateRequest('session', null);
  app.addHook('onRequest', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.header('cache-control', 'no-store');
    if (settings.demo && !isKnownHost(request.headers.host, settings.hostNames ?? [])) throw new Problem('wrong_host');
    if (!SAFE.has(request.method) && !isOurs(request.headers)) throw new Problem('other_origin');
    const session = sessions.read(request.headers.cookie, settings.demo ? roleMeant(request) : undefined) ?? null;
    request.session = session;
    const { roles, limit = 'read' } = request.routeOptions.config;
    const wait = limiter.take(limit, session === null ? `@${request.ip}` : session.user);
    if (wait > 0) throw new Problem('too_fast', { retryAfterS: wait });
    if (roles === undefined) return;
    if (!roles.includes(viewerOf(request).role)) throw new Problem('role_not_allowed');
  });
}
