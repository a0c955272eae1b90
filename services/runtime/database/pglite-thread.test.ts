import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPgliteThread } from './pglite-thread.ts';

// Runs from dist, as every thread does: `npm test` builds first. The port itself: test/conformance/database.test.ts.
test('a thread that is killed in the middle loses nothing that was committed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-pglite-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const options = { folder: join(folder, 'read-model') };
  const first = await openPgliteThread(options);
  await first.query('CREATE TABLE rows (id int PRIMARY KEY)');
  for (let i = 0; i < 20; i++) await first.transaction([{ sql: 'INSERT INTO rows VALUES ($1)', values: [i] }]);
  const running = first.transaction([{ sql: 'INSERT INTO rows SELECT generate_series(100, 200000)' }]);
  await Promise.all([first.kill(), expect(running).rejects.toMatchObject({ code: 'database_ended', retriable: true })]);
  expect(await first.lost).toMatchObject({ code: 'database_ended' });
  const second = await openPgliteThread(options);
  const [row] = await second.query(
    'SELECT count(*) FILTER (WHERE id < 20) AS kept, count(*) FILTER (WHERE id >= 100) AS torn FROM rows',
  );
  expect(row?.kept).toBe(20);
  expect([0, 199_901]).toContain(row?.torn);
  await second.close();
});
