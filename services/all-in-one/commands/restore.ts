import { listSnapshots, openRedis, redisOptions, restoreSnapshot, type Snapshot, type Values } from '@yujing/runtime';
import { LARGE_SLOT_MS, RESTORE_SETTINGS } from '../cluster/snapshot-settings.ts';
import { sentenceOf } from '../until-stopped.ts';
import { progressLine } from './progress.ts';
import { settingsOf } from './run.ts';

const DOES = `puts a snapshot back into an empty store; the stages go on from its positions

  What stands in the logs after it is read again; what was said is said again under the same names and counts once.`;

export async function runRestore(argv: readonly string[]): Promise<number> {
  const read = settingsOf('yujing restore', DOES, RESTORE_SETTINGS, argv);
  if (typeof read === 'number') return read;
  const { values } = read;
  const snapshots = await listSnapshots(values.from);
  if (values.list) return list(snapshots, values.json);
  const chosen = choose(snapshots, values);
  if (chosen === undefined) return 1;
  try {
    await restore(chosen, values);
    return 0;
  } catch (error) {
    process.stderr.write(`${sentenceOf(error)}\n`);
    return 1;
  }
}

function choose(
  snapshots: readonly Snapshot[],
  { snapshot, from }: Values<typeof RESTORE_SETTINGS>,
): Snapshot | undefined {
  const whole = snapshots.filter(({ manifest }) => manifest !== undefined);
  const chosen = snapshot === null ? whole[0] : whole.find(({ name }) => name === snapshot);
  if (chosen !== undefined) return chosen;
  const what = snapshot === null ? 'no whole snapshot' : `no whole snapshot ${snapshot}`;
  process.stderr.write(`There is ${what} in ${from}: name the folder with --from DIR, and look with --list.\n`);
  return undefined;
}

async function restore({ name, folder }: Snapshot, values: Values<typeof RESTORE_SETTINGS>): Promise<void> {
  const { replace, json } = values;
  const bar = progressLine(!json);
  const store = await openRedis({ ...redisOptions(values), commandTimeoutMs: LARGE_SLOT_MS });
  try {
    const { totals } = await restoreSnapshot(store, folder, {
      replace,
      onProgress: ({ slot, done, total }) => bar.show(`${slot.stage}/${slot.partition}`, done, total),
    });
    bar.end();
    const { slots, entities } = totals;
    process.stdout.write(
      json
        ? `${JSON.stringify({ snapshot: name, slots, entities })}\n`
        : `${name} is restored: ${slots} slots, ${entities} entities. Start the stages: they read on from its positions.\n`,
    );
  } finally {
    await store.close();
  }
}

function list(snapshots: readonly Snapshot[], json: boolean): number {
  const rows = snapshots.map(({ name, manifest }) => ({ snapshot: name, ...(manifest?.totals ?? { damaged: true }) }));
  if (json) process.stdout.write(`${JSON.stringify({ snapshots: rows })}\n`);
  else if (rows.length === 0) process.stdout.write('There are no snapshots here.\n');
  else {
    for (const { name, manifest } of snapshots) {
      const { slots, entities, bytes } = manifest?.totals ?? {};
      process.stdout.write(
        `${name}  ${manifest === undefined ? 'damaged: no whole manifest' : `${slots} slots, ${entities} entities, ${bytes} bytes`}\n`,
      );
    }
  }
  return 0;
}
