import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';

/** The project's root: this code runs from its sources and from dist. */
export const root = ((): string => {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'turbo.json'))) folder = dirname(folder);
  return folder;
})();

export function textOf(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** YAML with its merge keys carried out, as Compose and Prometheus read it. */
export function yamlOf(path: string): unknown {
  return parse(textOf(path), { merge: true }) as unknown;
}

/** Names of the files of a folder, with the folder before them. */
export function filesOf(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${folder}/${name}`);
}
