import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { askSecret, readPiped, runUsersCommand } from '@yujing/console';
import { runKeysCommand } from '@yujing/ingest';
import { runRulesCommand, terminalIo } from '@yujing/rules';
import { DEMO_MARK } from '../demo-mark.ts';
import { runReplay } from './replay.ts';
import { runStart } from './start.ts';

export interface Command {
  readonly summary: string;
  run(argv: readonly string[]): Promise<number>;
}

export const COMMANDS: Readonly<Record<string, Command>> = {
  start: {
    summary: 'run everything on this machine: door, path, console and, unless --no-demo, the invented town',
    run: runStart,
  },
  rules: { summary: 'lint and test rule files', run: (argv) => runRulesCommand([...argv], terminalIo()) },
  replay: {
    summary: 'put the recorded logs of a data folder through the stages again and compare, byte for byte',
    run: runReplay,
  },
  keys: { summary: 'add, list, rotate and revoke the API keys of sources', run: keys },
  users: { summary: 'who signs in to the pages: add, list, role, password, disable, enable', run: users },
};

function keys(argv: readonly string[]): Promise<number> {
  return runKeysCommand(argv, {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
    now: Date.now,
    dataFolder: process.env['YUJING_DATA'] ?? 'data',
  });
}

function users(argv: readonly string[]): Promise<number> {
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

const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));

export const USAGE = `Yujing 预警: a fraud early-warning stream processor

  yujing COMMAND [options]     (npx --no yujing ..., or npm start)

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`)
  .join('\n')}

yujing COMMAND --help tells its options. Exit codes: 0 done, 1 failed or found something, 2 called wrongly.
`;
