import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../../stand-in/console.ts';
import { emptyDump } from '../../stand-in/dump.ts';
import { parseStream } from '../../stand-in/listener.ts';
import { caseOf, orderOf } from '../../stand-in/records.ts';

let trial: Trial;
let port = 0;

beforeAll(async () => {
  trial = await openTrial({ dump: await emptyDump(), heartbeatMs: 60 });
  await trial.app.listen({ port: 0, host: '127.0.0.1' });
  port = (trial.app.server.address() as AddressInfo).port;
});
afterAll(() => trial.close());

interface Stream {
  readonly headers: IncomingMessage['headers'];
  readonly status: number | undefined;
  text: string;
  isOpen: boolean;
  close(): void;
}

function listen(cookie: string, headers: Record<string, string> = {}, query = ''): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = get(
      { port, host: '127.0.0.1', path: `/api/live${query}`, headers: { cookie, ...headers } },
      (answer) => {
        const stream = {
          headers: answer.headers,
          status: answer.statusCode,
          text: '',
          isOpen: true,
          close: () => request.destroy(),
        };
        answer.setEncoding('utf8').on('data', (text: string) => {
          stream.text += text;
        });
        answer.on('close', () => {
          stream.isOpen = false;
        });
        answer.on('error', () => {});
        resolve(stream);
      },
    );
    request.on('error', reject);
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await sleep(5);
}

const news = (stream: Stream) => parseStream(stream.text).heard.filter(({ event }) => event.kind !== 'time');

test('a stream over HTTP: headers, retry, heartbeat, events as described', async () => {
  const stream = await listen(await trial.signIn('officer'));
  expect(stream.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-content-type-options': 'nosniff',
  });
  expect(trial.console.connections.isConnected('officer-3107')).toBe(true);
  trial.broker.put('Order', orderOf('zhou', 'officer-3107'));
  trial.broker.put('Case', caseOf('zhou', { officer: 'officer-3107' }));
  await until(() => news(stream).length === 2);
  await until(() => parseStream(stream.text).comments > 1);
  expect(stream.text.startsWith('retry: 2000\n\n')).toBe(true);
  const isLiveEvent = trial.contract.component('LiveEvent');
  for (const { event } of parseStream(stream.text).heard)
    expect(isLiveEvent(event), JSON.stringify(isLiveEvent.errors)).toBe(true);
  expect(news(stream).map(({ event }) => event.kind)).toEqual(['order', 'case']);
  stream.close();
  await until(() => !trial.console.connections.isConnected('officer-3107'));
  expect(trial.console.connections.isConnected('officer-3107')).toBe(false);
});

test('it resumes by the header of an EventSource, and by the address of a page loaded anew', async () => {
  const cookie = await trial.signIn('analyst');
  const first = await listen(cookie);
  trial.broker.put('Case', caseOf('lin'));
  await until(() => news(first).length === 1);
  first.close();
  trial.broker.put('Case', caseOf('lin', { revision: 2 }));
  const id = news(first)[0]?.id ?? '';
  for (const again of [
    await listen(cookie, { 'last-event-id': id }),
    await listen(cookie, {}, `?last_event_id=${id}`),
  ]) {
    await until(() => news(again).length === 1);
    expect(news(again)).toEqual([
      expect.objectContaining({ event: expect.objectContaining({ case: expect.objectContaining({ revision: 2 }) }) }),
    ]);
    again.close();
  }
});

test('a session that ends takes its stream with it', async () => {
  const cookie = await trial.signIn('officer', 'officer-3112');
  const stream = await listen(cookie);
  await trial.call(cookie, { method: 'DELETE', url: '/api/session' });
  await until(() => !stream.isOpen);
  expect(stream.isOpen).toBe(false);
});

test('after an event the lists have it', async () => {
  const cookie = await trial.signIn('analyst');
  const stream = await listen(cookie);
  for (let i = 0; i < 20; i++) {
    trial.broker.put('Case', caseOf(`quick ${i}`));
    await until(() => news(stream).length === i + 1);
    const { body } = await trial.call(cookie, { url: '/api/queue' });
    const listed = body.groups.flatMap(({ cases }: { cases: { case_id: string }[] }) =>
      cases.map(({ case_id }) => case_id),
    );
    expect(listed).toContain(caseOf(`quick ${i}`).case_id);
  }
  stream.close();
});

test('without a session there is no stream, and HEAD does not hang', async () => {
  expect((await trial.call('', { url: '/api/live' })).code).toBe('not_signed_in');
  const head = await trial.app.inject({
    method: 'HEAD',
    url: '/api/live',
    headers: { cookie: await trial.signIn('analyst') },
  });
  expect(head.statusCode).toBe(404);
});

test('closing the server ends the streams', async () => {
  const other = await openTrial({ sql: false });
  await other.app.listen({ port: 0, host: '127.0.0.1' });
  const address = other.app.server.address() as AddressInfo;
  const cookie = await other.signIn('analyst');
  const ended = new Promise((resolve) => {
    get({ port: address.port, host: '127.0.0.1', path: '/api/live', headers: { cookie } }, (answer) =>
      answer.resume().on('close', resolve),
    );
  });
  await until(() => other.console.context.hub.clients === 1);
  await other.close();
  await ended;
});
