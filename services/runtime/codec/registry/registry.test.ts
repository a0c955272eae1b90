import { RegistryStandIn } from './fixtures/registry-stand-in.ts';
import { registryContract } from './fixtures/contract.ts';

registryContract('the stand-in of the unit tests', async () => {
  const registry = await new RegistryStandIn().start();
  const types = ['Call', 'Case', 'Encounter', 'Tick', 'Warning'] as const;
  return { url: registry.url, types, close: () => registry.stop() };
});
