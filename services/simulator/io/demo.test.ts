import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DoorEvent } from '../city/event.ts';
import { everydayMinute } from '../city/everyday.ts';
import { createTown } from '../city/town.ts';
import { programmeMinute } from '../stories/programme.ts';
import { runDemo } from './demo.ts';

const BEGIN = Date.UTC(2026, 10, 21, 6, 0, 0);
const MINUTE_MS = 60_000;

/** A door that refuses to work the first time, to see that the same events come again. */
async function openFakeDoor() {
  const persons: unknown[] = [];
  const bodies: DoorEvent[][] = [];
  let failures = 1;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      if (request.headers.authorization !== 'Bearer demo-key') response.writeHead(401).end();
      else if (request.method === 'PUT') {
        persons.push(...(JSON.parse(text) as unknown[]));
        response.end('{}');
      } else if (failures-- > 0) response.writeHead(503, { 'retry-after': '0' }).end();
      else {
        bodies.push(
          text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as DoorEvent),
        );
        response.writeHead(202).end(JSON.stringify({ accepted: 1, duplicates: 0, refused: [] }));
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { persons, bodies, url: `http://127.0.0.1:${port}`, close: () => server.close() };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !condition(); i++) await wait(20);
  expect(condition()).toBe(true);
}

test('the demo registers the town, then tells the golden story as it would have come', async () => {
  const door = await openFakeDoor();
  const stop = new AbortController();
  let now = BEGIN;
  const demo = runDemo({ url: door.url, key: 'demo-key', now: () => now, signal: stop.signal, residents: 20 });
  await until(() => door.bodies.length > 0);
  expect(door.persons).toHaveLength(23);
  const first = door.bodies[0]!.filter(({ id }) => id.startsWith('fake-police'));
  expect(first).toMatchObject([{ phase: 'answered' }, { phase: 'in_progress' }]);
  expect(Date.parse(first[0]!.occurred_at)).toBe(BEGIN - 270_000);
  now = BEGIN + 50_000;
  const all = () => door.bodies.flat();
  await until(() =>
    all().some((event) => event.type === 'transaction' && event.kind === 'self_move' && event.id.startsWith('fake')),
  );
  expect(new Set(all().map(({ id }) => id)).size).toBe(all().length);
  stop.abort();
  await demo;
  door.close();
});

test('a minute of the town is the same for the same run, and shares no id with another run', () => {
  const town = createTown({ seed: 1, residents: 30 });
  const traffic = { callsPerMinute: 10, paymentsPerMinute: 10 };
  const minute = (run: string) => everydayMinute(town, traffic, run, BEGIN);
  expect(JSON.stringify(minute('a'))).toBe(JSON.stringify(minute('a')));
  const ids = new Set(minute('a').map(({ event }) => event.id));
  expect(ids.size).toBe(minute('a').length);
  for (const { event } of minute('b')) expect(ids.has(event.id)).toBe(false);
  expect(/1[3-9]\d{9}/.test(JSON.stringify(minute('a').map(({ event }) => event)))).toBe(false);
});

test('the programme has a fraud and look-alikes in every quarter of an hour, with ids of their own', () => {
  const town = createTown({ seed: 1, residents: 30 });
  const programme = { town, traffic: { callsPerMinute: 1, paymentsPerMinute: 1 }, begin: BEGIN, run: 'r1' };
  const events = Array.from({ length: 60 }, (_, minute) => programmeMinute(programme, minute)).flat();
  const ids = events.map(({ event }) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
  const stories = new Set(ids.filter((id) => !id.startsWith('day-')).map((id) => id.split('-').slice(0, 2).join('-')));
  expect(stories.size).toBeGreaterThan(4);
  expect(events[0]!.at_ms).toBeGreaterThanOrEqual(BEGIN - 5 * MINUTE_MS);
});
