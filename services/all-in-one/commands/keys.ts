import { runKeysCommand } from '@yujing/ingest';

export function runKeys(argv: readonly string[]): Promise<number> {
  return runKeysCommand(argv, {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    now: Date.now,
    dataFolder: process.env['YUJING_DATA'] ?? 'data',
  });
}
