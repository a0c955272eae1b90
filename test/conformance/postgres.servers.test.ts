import { openPostgres } from '@yujing/runtime';
import { sharedDatabaseConformance } from './database.ts';

const url = process.env.YUJING_TEST_POSTGRES;
if (url === undefined) throw new Error('YUJING_TEST_POSTGRES is not set: run it by test/vitest.servers.config.ts');

sharedDatabaseConformance('PostgreSQL', async () => {
  const open = () => openPostgres({ url, applicationName: 'yujing-conformance' });
  let current = await open();
  return {
    database: current,
    another: open,
    async reopen() {
      await current.close();
      current = await open();
      return current;
    },
    close: () => current.close(),
  };
});
