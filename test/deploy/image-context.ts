import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.ts';

/** .dockerignore as Docker reads it: the last line that fits decides; a folder stands for what is in it. */
function taken(lines: readonly string[], path: string): boolean {
  let isTaken = true;
  for (const line of lines) {
    const keeps = line.startsWith('!');
    if (patternOf(keeps ? line.slice(1) : line).test(path)) isTaken = keeps;
  }
  return isTaken;
}

function patternOf(line: string): RegExp {
  const text = line
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('**/', '\0')
    .replaceAll('*', '[^/]*')
    .replaceAll('\0', '(?:.*/)?');
  return new RegExp(`^${text}(?:/.*)?$`);
}

function ignoreLines(): string[] {
  return readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Folders that are made and never committed; what is left is what git knows, without asking it. */
const MADE = new Set(['.git', '.turbo', 'coverage', 'data', 'dist', 'node_modules', 'run', 'secrets']);

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) yield path;
    else if (!MADE.has(entry.name)) yield* filesBelow(path);
  }
}

/** Files that may be there, made by a run or drawn by hand, and must never go in. */
const NEVER = [
  '.env',
  '.git/config',
  'data/logs/feed/0.log',
  'data.keys.json',
  'deploy/secrets/yujing.yml',
  'run/stack/kafka/0.log',
  'node_modules/ajv/package.json',
  'services/console/node_modules/ajv/package.json',
  'services/all-in-one/dist/main.js',
  'services/all-in-one/.turbo/turbo-build.log',
  'test/deploy/project.ts',
];
const NEEDED = [
  'package-lock.json',
  'test/package.json',
  'deploy/docker/healthy.mjs',
  'services/all-in-one/yujing.mjs',
];

export function contextProblems(): string[] {
  const lines = ignoreLines();
  const files = [...filesBelow('')].filter((path) => taken(lines, path));
  const allowed = /^(rules|schemas|services)\/|^(\.npmrc|package(-lock)?\.json|tsconfig\.json|turbo\.json)$/;
  return [
    ...files.filter((path) => !allowed.test(path) && !NEEDED.includes(path)).map((path) => `${path} is not needed`),
    ...files.filter((path) => /\.test\.tsx?$|\.md$/.test(path)).map((path) => `${path} is no part of the image`),
    ...NEEDED.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
    ...NEVER.filter((path) => taken(lines, path)).map((path) => `${path} would go into the image`),
  ];
}
