import { MessageChannel } from 'node:worker_threads';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { emptyDump } from '../../stand-in/dump.ts';
import { openPglite } from './pglite.ts';
import { openPgliteThread } from './pglite-thread.ts';
import { RemoteDatabase, serveDatabase } from './remote.ts';

test('calls over a port: rows, errors, transactions, the end', async () => {
  const { port1, port2 } = new MessageChannel();
  serveDatabase(port2, async () => openPglite({ dump: await emptyDump() }));
  const database = new RemoteDatabase(port1);
  await database.open();
  await database.query('CREATE TABLE seen (id int PRIMARY KEY, at bigint, name text)');
  await database.transaction([{ sql: 'INSERT INTO seen VALUES ($1, $2, $3)', values: [1, 1_795_327_200_000, '周'] }]);
  expect(await database.query('SELECT * FROM seen')).toEqual([{ id: 1, at: 1_795_327_200_000, name: '周' }]);
  await expect(database.query('SELECT * FROM nothing')).rejects.toThrow(/does not exist/);
  const half = [
    { sql: 'INSERT INTO seen VALUES (2, 2, $1)', values: ['x'] },
    { sql: 'INSERT INTO seen VALUES (1, 1, $1)', values: ['y'] },
  ];
  await expect(database.transaction(half)).rejects.toThrow(/duplicate key/);
  expect(await database.query('SELECT count(*) AS rows FROM seen')).toEqual([{ rows: 1 }]);
  await database.close();
  expect((await database.lost).message).toContain('ended');
  await expect(database.query('SELECT 1')).rejects.toThrow();
});

// Runs from dist, as every thread does: `npm test` builds first.
test('a thread that is killed in the middle loses nothing that was committed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-pglite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { folder: join(folder, 'read-model') };
  const first = await openPgliteThread(options);
  await first.query('CREATE TABLE rows (id int PRIMARY KEY)');
  for (let i = 0; i < 20; i++) await first.transaction([{ sql: 'INSERT INTO rows VALUES ($1)', values: [i] }]);
  const running = first.transaction([{ sql: 'INSERT INTO rows SELECT generate_series(100, 200000)' }]);
  await Promise.all([first.kill(), expect(running).rejects.toThrow()]);
  await first.lost;
  const second = await openPgliteThread(options);
  const [row] = await second.query(
    'SELECT count(*) FILTER (WHERE id < 20) AS kept, count(*) FILTER (WHERE id >= 100) AS torn FROM rows',
  );
  expect(row?.kept).toBe(20);
  expect([0, 199_901]).toContain(row?.torn);
  await second.close();
});
