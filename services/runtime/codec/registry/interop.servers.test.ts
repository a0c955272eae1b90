import { registryInterop } from './fixtures/interop.ts';

registryInterop('a real server', () => {
  const url = process.env['YUJING_TEST_REGISTRY'];
  if (url === undefined) throw new Error('YUJING_TEST_REGISTRY is not set');
  return url;
});
