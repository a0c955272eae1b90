import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { importsOf, root, sourceFiles } from './source-files.ts';

/** Who may import whom (docs/path.md): schemas <- rules, runtime <- stages <- all-in-one <- test. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  schemas: [],
  rules: ['schemas'],
  'services/runtime': ['schemas'],
  'services/ingest': ['schemas', 'services/runtime'],
  'services/profile': ['schemas', 'rules', 'services/runtime'],
  'services/detect': ['schemas', 'rules', 'services/runtime'],
  'services/case': ['schemas', 'rules', 'services/runtime'],
  'services/deliver': ['schemas', 'services/runtime'],
  'services/learn': ['schemas', 'rules', 'services/runtime'],
  'services/console': ['schemas', 'services/runtime'],
  'services/simulator': ['schemas'],
};

/** Packages with a price or a danger stand behind one folder each. */
const ONE_FOLDER: Record<string, string> = {
  kafkajs: 'services/runtime/broker/kafka',
  ioredis: 'services/runtime/store/redis',
  avsc: 'services/runtime/codec',
  '@confluentinc/schemaregistry': 'services/runtime/codec',
  '@electric-sql/pglite': 'services/runtime/database',
  pg: 'services/runtime/database',
  '@bufbuild/cel': 'rules/language',
};

/** Folders without IO: no client, no clock, no random, no network, no file system. */
const PURE = [
  'rules/language',
  'services/ingest/call',
  'services/ingest/sms',
  'services/ingest/transaction',
  'services/ingest/domain-visit',
  'services/ingest/incident',
  'services/ingest/mapping',
  'services/profile/counterparty',
  'services/profile/lists',
  'services/detect/subject',
  'services/detect/score',
  'services/detect/judge',
  'services/case/reanalyse',
  'services/case/dispatch',
  'services/case/feedback',
  'services/learn/precision',
  'services/simulator/city',
  'services/simulator/stories',
  'schemas/meaning',
];

const files = sourceFiles();
const packageOf = (file: string): string =>
  file.startsWith('services/') ? file.split('/').slice(0, 2).join('/') : (file.split('/')[0] ?? '');
const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

function targetOf(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.'))
    return relative(root, resolve(root, dirname(file), specifier))
      .split(sep)
      .join('/');
  const own = /^@yujing\/([a-z-]+)/.exec(specifier)?.[1];
  if (own === undefined) return undefined;
  return own === 'schemas' || own === 'rules' || own === 'test' ? own : `services/${own}`;
}

test('imports point one way', () => {
  const wrong: string[] = [];
  for (const file of files) {
    const from = packageOf(file);
    const allowed = MAY_IMPORT[from];
    if (allowed === undefined) continue; // all-in-one and test may import all
    for (const specifier of importsOf(file)) {
      const target = targetOf(file, specifier);
      if (target === undefined) continue;
      const to = packageOf(target);
      if (to !== from && !allowed.includes(to)) wrong.push(`${file} imports ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('a stage is reached through the root of its package', () => {
  const wrong: string[] = [];
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = targetOf(file, specifier) ?? '';
        if (packageOf(target) !== packageOf(file)) wrong.push(`${file} reaches into ${specifier}`);
      } else if (/^@yujing\/[a-z-]+\/./.test(specifier) && specifier !== '@yujing/rules/language') {
        wrong.push(`${file} reaches into ${specifier}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('each heavy package is imported in one folder', () => {
  const wrong: string[] = [];
  for (const file of files) {
    if (packageOf(file) === 'test' || isTest(file)) continue;
    for (const specifier of importsOf(file)) {
      for (const [name, folder] of Object.entries(ONE_FOLDER)) {
        if ((specifier === name || specifier.startsWith(`${name}/`)) && !file.startsWith(`${folder}/`)) {
          wrong.push(`${file} imports ${specifier}, which belongs to ${folder}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('pure folders touch nothing outside', () => {
  const wrong: string[] = [];
  const banned =
    /\b(Date\.now\(|new Date\(\)|Math\.random\(|randomUUID\(|randomBytes\(|performance\.now\(|fetch\(|setTimeout\(|process\.env)/;
  const modules = /^(node:(fs|net|http|https|child_process|worker_threads|os|dgram|timers)|pino|prom-client|fastify)/;
  for (const file of files) {
    if (!PURE.some((folder) => file.startsWith(`${folder}/`)) || isTest(file)) continue;
    const found = banned.exec(readFileSync(join(root, file), 'utf8'));
    if (found) wrong.push(`${file}: ${found[0]}`);
    for (const specifier of importsOf(file)) if (modules.test(specifier)) wrong.push(`${file} imports ${specifier}`);
  }
  expect(wrong).toEqual([]);
});

test('no file is longer than 500 lines, and nearly all are under 350', () => {
  const lines = files.map((file) => ({ file, count: readFileSync(join(root, file), 'utf8').split('\n').length }));
  expect(lines.filter((entry) => entry.count > 501)).toEqual([]);
  const sorted = lines.map((entry) => entry.count).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length * 0.95)] ?? 0).toBeLessThanOrEqual(350);
});

test('names: kebab-case files, no folder called utils, helpers, common or misc', () => {
  const wrong = files.filter((file) => {
    const parts = file.split('/');
    const name = parts.pop() ?? '';
    return (
      !/^[a-z0-9]+(-[a-z0-9]+)*(\.servers|\.long)?(\.test|\.d|\.config)?\.(ts|tsx|mjs)$/.test(name) ||
      parts.some((part) => /^(utils?|helpers?|common|misc|lib|src)$/.test(part))
    );
  });
  expect(wrong).toEqual([]);
});

test('types generated from Avro are fresh', () => {
  execFileSync(process.execPath, [join(root, 'schemas/generate.mjs'), '--check'], { stdio: 'pipe' });
});

test('the top level is what the customer fixed', () => {
  const fixed = [
    'services',
    'schemas',
    'rules',
    'deploy',
    'test',
    'docker-compose.yml',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'turbo.json',
  ];
  const beside = ['README.md', 'docs', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE'];
  const made = ['node_modules', 'data', 'data.keys.json', 'run', 'dist', 'coverage'];
  const found = readdirSync(root).filter((name) => !name.startsWith('.'));
  expect(found.filter((name) => ![...fixed, ...beside, ...made].includes(name))).toEqual([]);
  for (const name of [
    'services',
    'schemas',
    'rules',
    'test',
    'package.json',
    'tsconfig.json',
    'turbo.json',
    'README.md',
    'docs',
  ]) {
    expect(existsSync(join(root, name)), name).toBe(true);
  }
});

test('every service has an index and a README; a stage names its folders in words of the domain', () => {
  const services = readdirSync(join(root, 'services'));
  for (const service of services) {
    expect(existsSync(join(root, 'services', service, 'index.ts')), `services/${service}/index.ts`).toBe(true);
    expect(existsSync(join(root, 'services', service, 'README.md')), `services/${service}/README.md`).toBe(true);
  }
});
