import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '@yujing/runtime';
import { expect, test } from 'vitest';

const CHILD = fileURLToPath(new URL('./kill-child.mjs', import.meta.url));
const BUILT = fileURLToPath(new URL('../../services/runtime/dist/index.js', import.meta.url));
const SLOT = { stage: 'kill', logId: 'x', partition: 0 };

/** Runs the child until it acknowledged `count` more, then kills it. Answers the largest number it acknowledged. */
async function runAndKill(folder: string, count: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    lines += chunk.split('\n').length - 1;
    if (lines >= count) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_code, how) => resolve(how)));
  expect(signal).toBe('SIGKILL');
  // The last line may have been cut by the kill.
  return Math.max(...text.slice(0, text.lastIndexOf('\n')).split('\n').map(Number));
}

test('kill -9 in the middle of the work loses nothing that was acknowledged, and tears nothing', async () => {
  if (!existsSync(BUILT)) throw new Error('the child runs from dist: `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), 'yujing-kill-'));
  for (const count of [200, 1_500, 700, 2_300]) {
    const acknowledged = await runAndKill(folder, count);
    const engine = await openEmbedded({ folder, now: Date.now, verify: true });
    const keys = engine.readMerged('feed', 0, 1_000_000).map(({ key }) => Number(key));
    expect(keys.length).toBeGreaterThan(acknowledged);
    // Every record once, in order: the child went on exactly where its state said.
    expect(keys.every((key, order) => key === order)).toBe(true);
    expect((await engine.store.head(SLOT)).head?.position).toBe(keys.length);
    const last = keys.length - 1;
    const { entities } = await engine.store.load(SLOT, [`e${last % 50}`, `e${(last - 7) % 50}`]);
    expect(entities.map(String)).toEqual([`${last}`, `${last - 7}`]);
    await engine.close();
  }
  rmSync(folder, { recursive: true });
});
