import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = findRoot(import.meta.dirname);

/** from source and from dist alike */
function findRoot(folder: string): string {
  return existsSync(join(folder, 'turbo.json')) ? folder : findRoot(dirname(folder));
}

/** YUJING_BIN: another build of the command under test */
export const BIN = process.env['YUJING_BIN'] ?? join(root, 'services', 'all-in-one', 'yujing.mjs');

/** The machine's environment without what would set something here. */
export function cleanEnvironment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('YUJING_'));
  return { ...Object.fromEntries(own), ...more };
}

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
  readonly took_ms: number;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** a command that does not end by then is killed: its code is null */
  readonly withinMs?: number;
}

/** Runs `yujing ...` to its end, as somebody types it. */
export async function yujing(argv: readonly string[], options: RunOptions = {}): Promise<Said> {
  const { environment, cwd, withinMs = 20_000 } = options;
  const begin = performance.now();
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: cleanEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const said = { out: '', error: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString()));
  const late = setTimeout(() => child.kill('SIGKILL'), withinMs);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearTimeout(late);
  return { code, ...said, took_ms: performance.now() - begin };
}
