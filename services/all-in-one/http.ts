import Fastify, { type FastifyInstance } from 'fastify';
import { consolePlugin, type Console } from '@yujing/console';
import type { Door } from '@yujing/ingest';
import { observeRoutes, type ObserveOptions } from '@yujing/runtime';
import { certificateOf, whyNotListening } from './before-start.ts';
import { answerWithoutRoute, badAddress } from './no-route.ts';

const ANSWER_WITHIN_MS = 3_000;

export interface AppParts {
  readonly tls: { readonly tlsCert: string | null; readonly tlsKey: string | null };
  readonly console?: Console | undefined;
  readonly door?: Door | undefined;
  /** absent: the process has a port of its own for it */
  readonly observe?: ObserveOptions;
}

/** The HTTP server of a process: the door, the pages or both, and what watches it. */
export function buildApp({ tls, console: pages, door, observe }: AppParts): FastifyInstance {
  const https = certificateOf(tls);
  const app = Fastify({
    forceCloseConnections: 'idle',
    ...(https === null ? {} : { https }),
    frameworkErrors: badAddress,
  } as object) as FastifyInstance;
  answerWithoutRoute(app);
  if (door !== undefined) app.register((scope) => door.plugin(scope));
  if (pages !== undefined) app.register(consolePlugin, { context: pages.context });
  for (const [route, answer] of Object.entries(observe === undefined ? {} : observeRoutes(observe))) {
    app.get(route, async (_request, reply) => {
      const { status, body, contentType } = await answer();
      return reply.code(status).type(contentType).header('cache-control', 'no-store').send(body);
    });
  }
  return app;
}

/** Live streams end at once, requests under way are answered; what hangs on is cut. */
export async function closeApp(app: FastifyInstance, pages?: Console): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), ANSWER_WITHIN_MS);
  try {
    await pages?.context.hub.close();
    await app.close();
  } finally {
    clearTimeout(cut);
  }
}

export interface Address {
  readonly port: number;
  readonly host: string;
  readonly tlsCert: string | null;
}

/** @throws StartError when the address cannot be had */
export async function listen(app: FastifyInstance, { port, host, tlsCert }: Address): Promise<string> {
  await app.listen({ port, host }).catch((error: unknown) => {
    throw whyNotListening(error, { port, host });
  });
  const address = app.server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${tlsCert === null ? 'http' : 'https'}://${shown}:${actual}/`;
}
