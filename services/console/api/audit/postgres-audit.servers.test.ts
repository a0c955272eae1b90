import { openPostgres } from '@yujing/runtime';
import { sharedAuditConformance } from '../../stand-in/shared-audits.ts';

const url = process.env.YUJING_TEST_POSTGRES ?? '';

sharedAuditConformance('PostgreSQL', () => openPostgres({ url, poolSize: 2, applicationName: 'yujing-console' }));
