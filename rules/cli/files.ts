import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceFile } from '../language/index.ts';

/** Where this package stands: the code runs from its sources and from dist. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('the rules package has no package.json above its code');
    folder = above;
  }
  return folder;
}

export function packsFolder(): string {
  return join(packageRoot(), 'packs');
}

/** The shipped packs, sorted by path; paths are relative to the packs folder. */
export function packFiles(): SourceFile[] {
  const root = packsFolder();
  return yamlFiles(root).map((path) => ({
    path: relative(root, path).split(sep).join('/'),
    text: readFileSync(path, 'utf8'),
  }));
}

/** Every .yaml and .yml file below a folder, sorted. */
export function yamlFiles(folder: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      found.push(...yamlFiles(path));
    else if (entry.isFile() && /\.ya?ml$/.test(entry.name)) found.push(path);
  }
  return found.sort();
}

export interface Collected {
  /** all files, those asked for and those they need */
  readonly files: readonly SourceFile[];
  /** paths of the files asked for */
  readonly asked: ReadonlySet<string>;
  /** folder that keeps versions.json, if one is known */
  readonly recordIn: string | undefined;
}

export class PathError extends Error {}

/**
 * The files of a command. Rules may read features that stand elsewhere: files inside the packs are compiled with all packs,
 * files outside with the shared features and lists; only what was asked for is reported.
 */
export function collect(paths: readonly string[], cwd: string, alone: boolean): Collected {
  const packs = packsFolder();
  if (paths.length === 0) {
    const files = read(yamlFiles(packs), cwd);
    return { files, asked: new Set(files.map((file) => file.path)), recordIn: packs };
  }
  const given = paths.flatMap((path) => expand(resolve(cwd, path), path));
  const asked = read([...new Set(given)].sort(), cwd);
  const inside = given.some((path) => path.startsWith(packs + sep));
  const needed = alone
    ? []
    : yamlFiles(packs).filter((path) => !given.includes(path) && (inside || dirname(path) === packs));
  const recordIn = given.every((path) => path.startsWith(packs + sep)) ? packs : folderWithRecord(paths, cwd);
  return { files: [...asked, ...read(needed, cwd)], asked: new Set(asked.map((file) => file.path)), recordIn };
}

function folderWithRecord(paths: readonly string[], cwd: string): string | undefined {
  const [only] = paths;
  if (paths.length !== 1 || only === undefined) return undefined;
  const folder = resolve(cwd, only);
  return statSync(folder).isDirectory() ? folder : undefined;
}

function expand(path: string, given: string): string[] {
  if (!existsSync(path)) throw new PathError(`there is no file or folder ${given}`);
  if (!statSync(path).isDirectory()) return [path];
  const found = yamlFiles(path);
  if (found.length === 0) throw new PathError(`no .yaml file below ${given}`);
  return found;
}

function read(paths: readonly string[], cwd: string): SourceFile[] {
  return paths.map((path) => {
    const near = relative(cwd, path).split(sep).join('/');
    return { path: near.startsWith('../../') ? path : near, text: readFileSync(path, 'utf8') };
  });
}
