import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Health } from './health.ts';
import { METRICS_TYPE } from './registry.ts';

export interface ObserveOptions {
  readonly health: Health;
  /** Prometheus text */
  readonly metrics: () => Promise<string>;
}

type Route = () => Answer | Promise<Answer>;

/** Path -> answer, for whichever server the process has. */
export function observeRoutes({ health, metrics }: ObserveOptions): Readonly<Record<string, Route>> {
  return {
    '/metrics': async () => ({ status: 200, body: await metrics(), contentType: METRICS_TYPE }),
    '/livez': () => health.livez(),
    '/readyz': () => health.readyz(),
    '/startedz': () => health.startedz(),
  };
}

export interface ObserveServer {
  readonly port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;

/** A small server for a process of one stage, which has no other. Without names of persons, but still not for the public. */
export async function serveObserve(
  options: ObserveOptions & { readonly port: number; readonly host?: string },
): Promise<ObserveServer> {
  const routes = observeRoutes(options);
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const route = routes[(request.url ?? '').split('?')[0] ?? ''];
      const send = ({ status, body, contentType }: Answer): void => {
        response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' });
        response.end(request.method === 'HEAD' ? undefined : body);
      };
      const plain = (status: number): void => send({ status, body: '', contentType: 'text/plain; charset=utf-8' });
      if (request.method !== 'GET' && request.method !== 'HEAD') plain(405);
      else if (route === undefined) plain(404);
      else Promise.resolve(route()).then(send, () => plain(500));
    },
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}
