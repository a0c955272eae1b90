import { afterAll, beforeAll } from 'vitest';
import { registryInterop } from './fixtures/interop.ts';
import { RegistryStandIn } from './fixtures/registry-stand-in.ts';

const registry = new RegistryStandIn();
beforeAll(async () => {
  await registry.start();
});
afterAll(() => registry.stop());
registryInterop('the stand-in', () => registry.url);
