import { connect } from 'node:net';

const ANSWER_MS = 2_000;

/** Sends one request and collects the answer until `take` has what it needs. */
async function ask<T>(port: number, request: Buffer, take: (bytes: Buffer) => T | undefined): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request));
    const end = (error: Error | undefined, value?: T): void => {
      socket.destroy();
      if (error === undefined) resolve(value as T);
      else reject(error);
    };
    socket.setTimeout(ANSWER_MS, () => end(new Error(`no answer on port ${port} within ${ANSWER_MS} ms`)));
    socket.on('error', end);
    socket.on('close', () => end(new Error(`port ${port} hung up`)));
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const value = take(bytes);
      if (value !== undefined) end(undefined, value);
    });
  });
}

/** Redis answers PING, also when it asks who we are; while it loads its file it is not ready. */
export async function redisAnswers(port: number): Promise<boolean> {
  const line = await ask(port, Buffer.from('PING\r\n'), (bytes) =>
    bytes.includes('\r\n') ? bytes.toString('latin1') : undefined,
  );
  return line.startsWith('+PONG') || line.startsWith('-NOAUTH');
}

const POSTGRES_PROTOCOL = 196_608; // 3.0

/** PostgreSQL lets a user in; while it recovers it answers with an error instead. */
export async function postgresAnswers(port: number, user: string): Promise<boolean> {
  const words = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const request = Buffer.alloc(8 + words.length);
  request.writeInt32BE(request.length, 0);
  request.writeInt32BE(POSTGRES_PROTOCOL, 4);
  words.copy(request, 8);
  return (await ask(port, request, (bytes) => (bytes.length > 0 ? bytes.toString('latin1', 0, 1) : undefined))) === 'R';
}

export async function registryAnswers(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(ANSWER_MS) });
  await answer.arrayBuffer();
  return answer.ok;
}

const METADATA = { key: 3, version: 5 };
const CLIENT = 'yujing-stack';

function metadataRequest(): Buffer {
  const body = Buffer.alloc(4 + 2 + 2 + 4 + 2 + CLIENT.length + 4 + 1);
  let at = body.writeInt32BE(body.length - 4, 0);
  at = body.writeInt16BE(METADATA.key, at);
  at = body.writeInt16BE(METADATA.version, at);
  at = body.writeInt32BE(1, at);
  at = body.writeInt16BE(CLIENT.length, at);
  at += body.write(CLIENT, at);
  at = body.writeInt32BE(0, at); // no topics: only who is there
  body.writeInt8(0, at); // and none created
  return body;
}

/** Ids of the brokers in a Metadata answer of version 5; undefined: more bytes are to come. */
export function brokersIn(bytes: Buffer): number[] | undefined {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) return undefined;
  const ids: number[] = [];
  let at = 4 + 4 + 4; // length, correlation, throttle time
  const count = bytes.readInt32BE(at);
  at += 4;
  const skipText = (): void => {
    at += 2 + Math.max(0, bytes.readInt16BE(at));
  };
  for (let i = 0; i < count; i++) {
    ids.push(bytes.readInt32BE(at));
    at += 4;
    skipText(); // host
    at += 4; // port
    skipText(); // rack
  }
  return ids;
}

/** Brokers that take part, as the one at this port sees it. */
export async function kafkaBrokers(port: number): Promise<number[]> {
  return ask(port, metadataRequest(), brokersIn);
}
