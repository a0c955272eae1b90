import { parseArgs } from 'node:util';
import { runDemo } from './io/demo.ts';

const { values } = parseArgs({
  options: { url: { type: 'string' }, key: { type: 'string' }, seed: { type: 'string' } },
});
if (values.url === undefined || values.key === undefined) {
  console.error('usage: main.js --url http://127.0.0.1:PORT --key KEY [--seed TEXT]');
  process.exit(2);
}
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort());
const seed = values.seed === undefined ? {} : { seed: values.seed };
await runDemo({ url: values.url, key: values.key, now: Date.now, signal: stop.signal, log: console.log, ...seed });
