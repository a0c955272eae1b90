import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../../../errors/errors.ts';
import { decodeHead } from '../../head-codec.ts';
import type { Slot } from '../../store.ts';
import type { RedisStore } from '../redis-store.ts';
import type { SlotCopy } from '../slot-copy.ts';
import {
  draftOf,
  MANIFEST,
  nameOf,
  publish,
  readManifest,
  removeOld,
  type Snapshot,
  type SnapshotManifest,
  type SnapshotSlot,
} from './folder.ts';
import { checkSlotFile, readSlotFile, writeSlotFile, type SlotHeader } from './slot-file.ts';

/** fields of a slot that are no entity: `id` and `head` */
const OWN_FIELDS = 2;
const KEEP = 48;

export interface SnapshotProgress {
  readonly slot: Slot;
  readonly done: number;
  readonly total: number;
  readonly entities: number;
}

type SnapshotStore = Pick<RedisStore, 'installation' | 'slots' | 'snapshot' | 'restore' | 'removeLeftovers' | 'head'>;

export interface SnapshotOptions {
  /** newest snapshots that stay */
  readonly keep?: number | undefined;
  readonly now?: (() => Date) | undefined;
  readonly onProgress?: ((progress: SnapshotProgress) => void) | undefined;
}

/**
 * Writes every slot of the installation into a folder of its own under `folder`. Each slot is of one moment; slots need not be
 * of the same one, because each holds its own position and the stamps of what it has taken.
 * @throws StoreError snapshot_empty: an empty store must not push good snapshots out
 */
export async function takeSnapshot(
  store: SnapshotStore,
  folder: string,
  options: SnapshotOptions = {},
): Promise<Snapshot & { readonly manifest: SnapshotManifest }> {
  const { keep = KEEP, now = () => new Date(), onProgress } = options;
  const takenAt = now();
  const name = nameOf(takenAt);
  const draft = draftOf(folder, name);
  await store.removeLeftovers();
  const slots: Slot[] = [];
  for await (const slot of store.slots()) slots.push(slot);
  slots.sort((a, b) => a.stage.localeCompare(b.stage) || a.logId.localeCompare(b.logId) || a.partition - b.partition);
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const written: SnapshotSlot[] = [];
    for (const [index, slot] of slots.entries()) {
      const copy = await store.snapshot(slot);
      if (copy === undefined) continue;
      const entry = await writeCopy(draft, slot, copy);
      written.push(entry);
      onProgress?.({ slot, done: index + 1, total: slots.length, entities: entry.entities });
    }
    if (written.length === 0) throw new StoreError('snapshot_empty');
    const manifest = manifestOf(store.installation, takenAt, written);
    await writeFile(join(draft, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
    await publish(draft, folder, name);
    await removeOld(folder, keep);
    return { name, folder: join(folder, name), manifest };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function writeCopy(draft: string, slot: Slot, copy: SlotCopy): Promise<SnapshotSlot> {
  const { stage, logId, partition } = slot;
  const file = `${stage}.${logId}.${partition}.slot.gz`;
  try {
    const { id, position } = decodeHead(copy.head);
    const { fields, bytes } = await writeSlotFile(join(draft, file), { slot, id, position }, copy.batches());
    return { file, stage, log_id: logId, partition, id, position, entities: fields - OWN_FIELDS, bytes };
  } finally {
    await copy.close();
  }
}

function manifestOf(installation: string, takenAt: Date, slots: readonly SnapshotSlot[]): SnapshotManifest {
  const sum = (figure: (slot: SnapshotSlot) => number): number =>
    slots.reduce((total, slot) => total + figure(slot), 0);
  return {
    format: 'yujing-snapshot',
    version: 1,
    installation,
    taken_at: takenAt.toISOString(),
    slots,
    totals: { slots: slots.length, entities: sum(({ entities }) => entities), bytes: sum(({ bytes }) => bytes) },
  };
}

export interface RestoreOptions {
  /** what is in the store may be replaced: stop the stages first */
  readonly replace?: boolean | undefined;
  readonly onProgress?: ((progress: SnapshotProgress) => void) | undefined;
}

/**
 * Puts a snapshot (`folder` is its own) into the store, slot by slot, each at once. Before anything is written every file is
 * read to its end and compared with its digest and the manifest, and no slot may be there already.
 * @throws StoreError snapshot_damaged, slot_not_empty
 */
export async function restoreSnapshot(
  store: SnapshotStore,
  folder: string,
  { replace = false, onProgress }: RestoreOptions = {},
): Promise<SnapshotManifest> {
  const manifest = await readManifest(folder);
  const files: Array<SlotHeader & { readonly path: string; readonly fields: number }> = [];
  for (const entry of manifest.slots) {
    const path = join(folder, entry.file);
    const header = await checkSlotFile(path);
    if (header.id !== entry.id || header.fields !== entry.entities + OWN_FIELDS)
      throw new StoreError('snapshot_damaged', { file: path, reason: 'another than the manifest says' });
    files.push({ ...header, path });
  }
  if (!replace) for (const { slot } of files) await checkEmpty(store, slot);
  await store.removeLeftovers();
  for (const [index, { slot, path, fields }] of files.entries()) {
    await store.restore(slot, readSlotFile(path), { replace });
    onProgress?.({ slot, done: index + 1, total: files.length, entities: fields - OWN_FIELDS });
  }
  return manifest;
}

async function checkEmpty(store: SnapshotStore, slot: Slot): Promise<void> {
  const { head } = await store.head(slot);
  if (head !== undefined) throw new StoreError('slot_not_empty', { stage: slot.stage, partition: slot.partition });
}
