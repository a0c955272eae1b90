import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRegistryCodec, registerSchemas } from '@yujing/runtime';

/*
 * What a schema registry costs a worker: time until its codec is ready, and memory, in fresh processes.
 *   npm run measure:registry            against YUJING_TEST_REGISTRY, whose subjects of this release are registered first
 */

const WAYS = {
  local: 'no registry: the ids of schemas/ids.json',
  cache: 'from a complete cache (the client is not loaded)',
  checked: 'the same, after the comparison in the background',
  asked: 'without a cache: every schema asked for',
  index: 'for comparison: the index of Confluent’s package, which we never load',
} as const;
type Way = keyof typeof WAYS;

interface Figures {
  readonly readyMs: number;
  readonly rssMb: number;
  readonly modules: number;
}

const RUNS = 5;
const url = process.env['YUJING_TEST_REGISTRY'];

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function measure(way: Way, ...cacheFile: string[]): Figures {
  const child = fileURLToPath(new URL('./footprint-child.js', import.meta.url));
  const runs = Array.from({ length: RUNS }, () => {
    const text = execFileSync(process.execPath, ['--expose-gc', child, way, url as string, ...cacheFile]);
    return JSON.parse(String(text)) as Figures;
  });
  const of = (name: keyof Figures): number => median(runs.map((run) => run[name]));
  return { readyMs: of('readyMs'), rssMb: of('rssMb'), modules: of('modules') };
}

if (url === undefined) {
  console.log('not run: YUJING_TEST_REGISTRY is not set');
  process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-footprint-'));
  try {
    await registerSchemas({ url });
    const cacheFile = join(folder, 'schemas.json');
    await openRegistryCodec({ url, cacheFile });
    console.log(`median of ${RUNS} processes\n\n| codec of a worker | ready ms | RSS MB | modules of the client |`);
    console.log('| --- | --- | --- | --- |');
    for (const [way, words] of Object.entries(WAYS)) {
      const { readyMs, rssMb, modules } = measure(way as Way, ...(way === 'asked' ? [] : [cacheFile]));
      console.log(`| ${words} | ${readyMs.toFixed(0)} | ${rssMb.toFixed(0)} | ${modules} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
