import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../../errors/errors.ts';

export const MANIFEST = 'manifest.json';
const DRAFT = '.draft';
const DRAFT_IS_DEAD_MS = 6 * 3_600_000;
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;

export interface SnapshotSlot {
  readonly file: string;
  readonly stage: string;
  readonly log_id: string;
  readonly partition: number;
  readonly id: string;
  readonly position: number;
  readonly entities: number;
  readonly bytes: number;
}

export interface SnapshotManifest {
  readonly format: 'yujing-snapshot';
  readonly version: 1;
  readonly installation: string;
  /** UTC */
  readonly taken_at: string;
  readonly slots: readonly SnapshotSlot[];
  readonly totals: { readonly slots: number; readonly entities: number; readonly bytes: number };
}

export interface Snapshot {
  /** name of its folder: the time it was begun, UTC */
  readonly name: string;
  readonly folder: string;
  /** undefined: its manifest is missing or cannot be read */
  readonly manifest: SnapshotManifest | undefined;
}

/** A folder's name that sorts by time and stands on every file system. */
export function nameOf(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

export function draftOf(folder: string, name: string): string {
  return join(folder, name + DRAFT);
}

/** @throws StoreError snapshot_damaged */
export async function readManifest(folder: string): Promise<SnapshotManifest> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as SnapshotManifest;
    if (manifest.format === 'yujing-snapshot' && manifest.version === 1 && Array.isArray(manifest.slots))
      return manifest;
  } catch {
    // Missing, cut, or none of ours: one answer.
  }
  throw new StoreError('snapshot_damaged', { file: join(folder, MANIFEST), reason: 'manifest' });
}

/** Snapshots in a folder, the newest first. */
export async function listSnapshots(folder: string): Promise<Snapshot[]> {
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => NAME.test(name));
  return Promise.all(
    names
      .sort()
      .reverse()
      .map(async (name) => {
        const path = join(folder, name);
        return { name, folder: path, manifest: await readManifest(path).catch(() => undefined) };
      }),
  );
}

/** From here on the draft is a snapshot, also after a power cut. */
export async function publish(draft: string, folder: string, name: string): Promise<void> {
  await syncFolder(draft);
  await rename(draft, join(folder, name));
  await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync();
  await handle.close();
}

/** Keeps the newest `keep` that are whole, and removes older ones and drafts of runs that died. */
export async function removeOld(folder: string, keep: number): Promise<void> {
  const snapshots = await listSnapshots(folder);
  const kept = snapshots.filter(({ manifest }) => manifest !== undefined).slice(0, keep);
  const oldest = kept.at(-1)?.name ?? '';
  // One that is damaged goes when it is older than all that are kept: until then somebody may look at it.
  const old = snapshots.filter(({ name }) => kept.length === keep && name < oldest).map(({ folder: path }) => path);
  for (const name of await readdir(folder)) {
    if (!name.endsWith(DRAFT)) continue;
    const path = join(folder, name);
    if (Date.now() - (await stat(path)).mtimeMs > DRAFT_IS_DEAD_MS) old.push(path);
  }
  for (const path of old) await rm(path, { recursive: true, force: true });
}
