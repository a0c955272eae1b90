import { openPostgres } from '@yujing/runtime';
import { sharedReadModelConformance } from '../stand-in/shared-read-models.ts';

const url = process.env.YUJING_TEST_POSTGRES ?? '';

sharedReadModelConformance('PostgreSQL', () => openPostgres({ url, poolSize: 3, applicationName: 'yujing-console' }));
