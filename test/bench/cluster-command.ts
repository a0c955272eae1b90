import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { BIN, cleanEnvironment } from '../acceptance/command-line.ts';

/** Runs `yujing` as an operator does. Answers what it printed. @throws with what it said when it failed */
export async function runYujing(words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, ...words], { env: cleanEnvironment() });
  return stdout;
}
