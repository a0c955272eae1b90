import { createRequire } from 'node:module';
import { createLocalCodec, openRegistryCodec } from '@yujing/runtime';

// One worker of footprint.ts: opens its codec one way, says what that took, ends.
const [way = '', url = '', cacheFile] = process.argv.slice(2);
const require = createRequire(import.meta.url);

if (way === 'local') createLocalCodec();
else if (way === 'index') {
  createLocalCodec();
  const name: string = '@confluentinc/schemaregistry';
  await import(name);
} else {
  const codec = await openRegistryCodec({ url, cacheFile, checkAfterMs: way === 'checked' ? 0 : 3_600_000 });
  if (way === 'checked') {
    const alive = setInterval(() => {}, 1_000);
    await codec.checked;
    clearInterval(alive);
  }
}
// Since the process began, with the modules of the runtime.
const readyMs = performance.now();
const collect = (globalThis as { gc?: () => void }).gc;
collect?.();
collect?.();
const modules = Object.keys(require.cache).filter((file) => /axios|schemaregistry|azure|aws|google|smithy/.test(file));
console.log(JSON.stringify({ readyMs, rssMb: process.memoryUsage().rss / 1e6, modules: modules.length }));
process.exit(0);
