import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

// Below the range from which the system draws ports of outgoing connections: a server that is killed and started again
// must find its port free, whatever its clients did meanwhile.
const LOWEST = 21_000;
const HIGHEST = 32_000;
const TRIES = 200;
const given = new Set<number>();

export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A port that nobody listens on; never the same twice in one process. */
export async function freePort(): Promise<number> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (given.has(port) || !(await isPortFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`no free port found between ${LOWEST} and ${HIGHEST} in ${TRIES} tries`);
}
