import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { brokersIn, kafkaBrokers, postgresAnswers, redisAnswers } from './answers.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

async function saying(answer: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as { port: number }).port;
}

function metadata(...ids: readonly number[]): Buffer {
  const text = (value: string): Buffer => {
    const bytes = Buffer.alloc(2 + value.length);
    bytes.writeInt16BE(value.length);
    bytes.write(value, 2);
    return bytes;
  };
  const whole = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const brokers = ids.flatMap((id) => [whole(id), text('127.0.0.1'), whole(9092), Buffer.from([0xff, 0xff])]);
  const body = Buffer.concat([whole(1), whole(0), whole(ids.length), ...brokers, text('cluster'), whole(1), whole(0)]);
  return Buffer.concat([whole(body.length), body]);
}

test('brokers in an answer of Kafka, whole or in pieces', async () => {
  const bytes = metadata(1, 3);
  expect(brokersIn(bytes)).toEqual([1, 3]);
  for (let length = 0; length < bytes.length; length++) expect(brokersIn(bytes.subarray(0, length))).toBeUndefined();
  const port = await saying((socket) => {
    socket.write(bytes.subarray(0, 9));
    setTimeout(() => socket.end(bytes.subarray(9)), 20);
  });
  expect(await kafkaBrokers(port)).toEqual([1, 3]);
});

test('Redis that still loads its file is not ready; one that asks for a password is', async () => {
  const answers = async (line: string): Promise<boolean> => {
    server?.close();
    return redisAnswers(await saying((socket) => socket.end(`${line}\r\n`)));
  };
  expect(await answers('+PONG')).toBe(true);
  expect(await answers('-NOAUTH Authentication required.')).toBe(true);
  expect(await answers('-LOADING Redis is loading the dataset in memory')).toBe(false);
});

test('PostgreSQL that recovers answers with an error', async () => {
  expect(await postgresAnswers(await saying((socket) => socket.end('R\0\0\0\x08\0\0\0\0')), 'u')).toBe(true);
  server?.close();
  expect(await postgresAnswers(await saying((socket) => socket.end('E\0\0\0\x10S57P03')), 'u')).toBe(false);
});

test('a port that hangs up or is closed is an error, not a wait', async () => {
  const port = await saying((socket) => socket.destroy());
  await expect(redisAnswers(port)).rejects.toThrow();
  await new Promise((resolve) => server!.close(resolve));
  await expect(redisAnswers(port)).rejects.toThrow('ECONNREFUSED');
});
