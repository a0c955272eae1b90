import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { StackError } from './stack-error.ts';

interface Pinned {
  readonly bytes: number;
  readonly sha256: string;
}

/** What stands in checksums.json: single jars, or an archive with what it unpacks to. */
export interface Artifact {
  readonly files?: Readonly<Record<string, Pinned>>;
  readonly archive?: Pinned & { readonly name: string };
  readonly unpacked?: Pinned & { readonly files: number };
}

export function rootOf(folder: string = import.meta.dirname): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : rootOf(dirname(folder));
}

export function pinnedArtifacts(): Readonly<Record<string, Artifact>> {
  return JSON.parse(readFileSync(join(rootOf(), 'test', 'stack', 'checksums.json'), 'utf8')) as Record<
    string,
    Artifact
  >;
}

export function pinned(name: string): Artifact {
  const artifact = pinnedArtifacts()[name];
  if (artifact !== undefined) return artifact;
  throw new StackError(`${name} is not among the versions pinned in test/stack/checksums.json`);
}

/** Where downloads are looked for, the first is where they go; `folder`: the one named on the command line. */
export function downloadFolders(folder?: string): string[] {
  const named = process.env['YUJING_STACK_DOWNLOADS'];
  if (named !== undefined && named !== '') return [named];
  return [...(folder === undefined ? [] : [join(folder, 'downloads')]), join(rootOf(), 'run', 'downloads')];
}

export function sha256Of(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Every file below, relative, in a fixed order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** One checksum for a whole folder: that of the list of its files' checksums. */
export function folderChecksum(folder: string): string {
  const hash = createHash('sha256');
  for (const file of filesBelow(folder)) hash.update(`${sha256Of(join(folder, file))}  ${file}\n`);
  return hash.digest('hex');
}

function fileProblem(path: string, name: string, { bytes, sha256 }: Pinned, isDeep: boolean): string | undefined {
  if (!existsSync(path)) return `${name} is missing`;
  const size = statSync(path).size;
  if (size !== bytes) return `${name} has ${size} bytes, not ${bytes}`;
  return isDeep && sha256Of(path) !== sha256 ? `${name} has another checksum` : undefined;
}

export function archiveProblem(path: string, archive: NonNullable<Artifact['archive']>): string | undefined {
  return fileProblem(path, archive.name, archive, true);
}

/** What is wrong with a downloaded folder. Sizes always; checksums only when `isDeep`: they take a second. */
export function problemsOf(artifact: Artifact, folder: string, isDeep: boolean): string[] {
  if (!existsSync(folder)) return [`${folder} is missing`];
  const present = filesBelow(folder);
  const { files, unpacked } = artifact;
  if (files !== undefined) {
    const wrong = Object.entries(files).map(([name, file]) => fileProblem(join(folder, name), name, file, isDeep));
    // The whole folder is the class path: a jar too many is a jar that runs.
    const strange = present.filter((name) => files[name] === undefined).map((name) => `${name} does not belong there`);
    return [...wrong.filter((problem) => problem !== undefined), ...strange];
  }
  if (unpacked === undefined) return [];
  const bytes = present.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  if (present.length !== unpacked.files || bytes !== unpacked.bytes) {
    return [`${present.length} files of ${bytes} bytes are there, not ${unpacked.files} of ${unpacked.bytes}`];
  }
  return isDeep && folderChecksum(folder) !== unpacked.sha256 ? ['the unpacked files have another checksum'] : [];
}

export interface FindOptions {
  readonly folders?: readonly string[];
  /** checksums too, not only sizes */
  readonly isDeep: boolean;
}

/** The folder of a downloaded artifact; says what to run when there is none, or when it is not what was pinned. */
export function findDownload(name: string, { folders = downloadFolders(), isDeep }: FindOptions): string {
  const artifact = pinned(name);
  const folder = folders.map((parent) => join(parent, name)).find((candidate) => existsSync(candidate));
  if (folder === undefined) {
    throw new StackError(
      `${name} is not here (looked in ${folders.join(', ')}). \`npm run stack -- --download\` fetches it with Maven; nothing is downloaded without being asked`,
    );
  }
  const [first, ...rest] = problemsOf(artifact, folder, isDeep);
  if (first === undefined) return folder;
  const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
  throw new StackError(
    `${folder} is not what was pinned: ${first}${more}. Remove it and run \`npm run stack -- --download\``,
  );
}
