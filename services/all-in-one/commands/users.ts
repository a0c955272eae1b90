import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askSecret, readPiped, runUsersCommand } from '@yujing/console';
import { DEMO_MARK } from '../demo-mark.ts';

export function runUsers(argv: readonly string[]): Promise<number> {
  const { stdin, stdout, stderr } = process;
  return runUsersCommand(argv, {
    out: (text) => void stdout.write(text),
    error: (text) => void stderr.write(text),
    now: Date.now,
    dataFolder: process.env['YUJING_DATA'] ?? 'data',
    isDemo: (folder) => existsSync(join(folder, DEMO_MARK)),
    ask: stdin.isTTY ? (prompt) => askSecret(stdin, prompt, (text) => void stderr.write(text)) : null,
    piped: () => readPiped(stdin),
  });
}
