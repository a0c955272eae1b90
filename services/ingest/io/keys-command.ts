import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiKeyError, ApiKeys, KEY_ROLES, type ApiKey, type KeyRole } from './api-keys.ts';

/** Where a command writes, and what it must be told from outside. */
export interface CommandIo {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly now: () => number;
  /** the data folder unless `--data` names one */
  readonly dataFolder: string;
}

const HELP = `yujing keys: the keys with which sources speak to the door

  yujing keys add SOURCE [--role source|register|demo] [--historical]
  yujing keys rotate KEY_ID [--overlap HOURS]     the old key works on for the overlap (24)
  yujing keys revoke KEY_ID                       ends a key at once
  yujing keys list

  --data FOLDER   the data folder
  --json          for programs
  --help

A key is shown once, when it is made; the folder keeps its hash only. The door takes changes over within a second.
`;

const HOUR_MS = 3_600_000;
const DEFAULT_OVERLAP_HOURS = 24;
const OK = 0;
const FAILED = 1;
const USAGE = 2;

const ACTIONS: readonly string[] = ['add', 'rotate', 'revoke', 'list'];

const OPTIONS = {
  role: { type: 'string' },
  historical: { type: 'boolean' },
  overlap: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

/** Wrong words on the command line: said with the help, exit code 2. */
class UsageError extends Error {}

function roleOf({ role = 'source' }: Values): KeyRole {
  if (!KEY_ROLES.includes(role as KeyRole)) throw new UsageError(`--role is one of ${KEY_ROLES.join(', ')}`);
  return role as KeyRole;
}

function overlapOf({ overlap }: Values): number {
  const hours = overlap === undefined ? DEFAULT_OVERLAP_HOURS : Number(overlap);
  if (!Number.isFinite(hours) || hours < 0) throw new UsageError('--overlap is a number of hours, 0 or more');
  return hours * HOUR_MS;
}

function named(name: string | undefined, what: string): string {
  if (name === undefined) throw new UsageError(`${what} is missing`);
  return name;
}

function stateOf({ expires_at }: ApiKey, now: number): string {
  if (expires_at === null) return 'live';
  return expires_at > now ? `live until ${new Date(expires_at).toISOString()}` : 'ended';
}

function table(keys: readonly ApiKey[], now: number): string {
  if (keys.length === 0) return 'There are no keys yet: yujing keys add SOURCE\n';
  const rows = keys.map((key) => {
    const role = key.historical ? `${key.role}, historical` : key.role;
    return [key.id, key.source, role, new Date(key.created_at).toISOString(), stateOf(key, now)];
  });
  const all = [['key id', 'source', 'role', 'made', 'state'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function act(keys: ApiKeys, words: readonly string[], values: Values, io: CommandIo): string {
  const [action, name] = words;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  if (action === 'list') {
    const list = keys.list();
    return values.json ? json(list.map(({ hash: _, ...key }) => key)) : table(list, io.now());
  }
  if (action === 'revoke') {
    keys.revoke(named(name, 'KEY_ID'));
    return values.json ? json({ id: name, revoked: true }) : `${name} has ended.\n`;
  }
  const made =
    action === 'add'
      ? keys.add(named(name, 'SOURCE'), roleOf(values), values.historical ?? false)
      : keys.rotate(named(name, 'KEY_ID'), overlapOf(values));
  return values.json ? json(made) : `${made.key}\nKey ${made.id}. It is shown this once: hand it to the source now.\n`;
}

/** `yujing keys ...`; resolves with the exit code. */
export async function runKeysCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    if (values.help || positionals.length === 0) {
      io.out(HELP);
      return values.help ? OK : USAGE;
    }
    const [action = ''] = positionals;
    if (!ACTIONS.includes(action)) throw new UsageError(`no such command: ${action}`);
    const folder = values.data ?? io.dataFolder;
    if (!existsSync(folder))
      throw new ApiKeyError(`there is no data folder at ${folder}: start yujing once, or give --data`);
    io.out(act(new ApiKeys(join(folder, 'api-keys.json'), io.now), positionals, values, io));
    return OK;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    if (!isUsage && !(error instanceof ApiKeyError)) throw error;
    io.error(`${(error as Error).message}\n${isUsage ? `\n${HELP}` : ''}`);
    return isUsage ? USAGE : FAILED;
  }
}
