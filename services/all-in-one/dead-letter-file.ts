import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DeadLetters } from '@yujing/runtime';

/**
 * Records that a stage put aside, one JSON line each, synced before the commit that moves past them. A letter may come again
 * after a crash; whoever reads takes (log id, partition, offset, stage) once. Payloads hold tokens, never clear values.
 */
export function deadLetterFile(file: string): DeadLetters {
  return {
    async put(letters) {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      const handle = await open(file, 'a', 0o600);
      try {
        const lines = letters.map(({ bytes, ...letter }) =>
          JSON.stringify({ ...letter, bytes: Buffer.from(bytes).toString('base64') }),
        );
        await handle.write(`${lines.join('\n')}\n`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}
