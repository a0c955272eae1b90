import { RECORD_TYPES } from '@yujing/schemas';
import { registryContract } from './fixtures/contract.ts';

const url = process.env['YUJING_TEST_REGISTRY'];
if (url === undefined) throw new Error('YUJING_TEST_REGISTRY is not set');

registryContract('a real server', () => Promise.resolve({ url, types: RECORD_TYPES, close: () => Promise.resolve() }));
