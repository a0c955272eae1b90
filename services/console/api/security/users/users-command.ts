import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROLES } from '../../viewer.ts';
import type { Role } from '../../views.ts';
import { generatePassword, hashPassword, passwordFault } from './password.ts';
import { knownPrecincts } from './precincts-file.ts';
import { SecretAborted } from './terminal.ts';
import { changeUsers, PRECINCT, readUsers, USER, USERS_FILE, UsersFileError, type User } from './users-file.ts';

/** Where the command reads and writes, and what it must be told from outside. */
export interface UsersIo {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  readonly now: () => number;
  /** the data folder unless `--data` names one */
  readonly dataFolder: string;
  /** is it a folder of the demo, where nobody needs a password? */
  readonly isDemo: (folder: string) => boolean;
  /** a line typed without echo; null: there is no terminal */
  readonly ask: ((prompt: string) => Promise<string>) | null;
  /** everything that is piped in, for --password-stdin */
  readonly piped: () => Promise<string>;
}

const HELP = `yujing users: who signs in to the pages with a password (the demo needs none)

  yujing users add USER --role ROLE [--precinct CODE]   asks for a password twice
  yujing users role USER ROLE [--precinct CODE]         another role; his sessions end
  yujing users password USER                            another password; his sessions end
  yujing users disable USER                             he cannot sign in; his sessions end
  yujing users enable USER
  yujing users list

  --role ROLE        officer, analyst, commander or admin
  --precinct CODE    of an officer: the precinct whose cases he sees
  --password-stdin   add, password: read the password from standard input
  --generate         add, password: make a password and print it this once
  --data DIR         the data folder
  --json             for programs
  --help

USER is the user id, not a name: letters, digits and . _ -, as officer-3107. An officer has the id under which he stands in
the roster. A password has at least 12 characters and is kept as its scrypt hash. A running yujing takes changes over within
a second. Exit codes: 0 done, 1 not done, 2 called wrongly.
`;

const OK = 0;
const FAILED = 1;
const USAGE = 2;

const OPTIONS = {
  role: { type: 'string' },
  precinct: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  generate: { type: 'boolean' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

/** Wrong words on the command line: said with the help, exit code 2. */
class UsageError extends Error {}
/** It cannot be done as things stand, exit code 1. */
class UsersError extends Error {}

interface Call {
  readonly words: readonly string[];
  readonly values: Values;
  readonly folder: string;
  readonly io: UsersIo;
}

/** What is said in the end; `password` only when it was made here. */
interface Done {
  readonly user: User;
  readonly text: string;
  readonly password?: string | undefined;
}

/** Options that each command takes beside --data, --json and --help. */
const TAKES: Readonly<Record<string, readonly (keyof Values)[]>> = {
  add: ['role', 'precinct', 'password-stdin', 'generate'],
  role: ['precinct'],
  password: ['password-stdin', 'generate'],
  disable: [],
  enable: [],
  list: [],
};
const WORDS: Readonly<Record<string, number>> = { add: 2, role: 3, password: 2, disable: 2, enable: 2, list: 1 };

function checkWords({ words, values }: Call): void {
  const [action = ''] = words;
  const takes = Object.hasOwn(TAKES, action) ? TAKES[action] : undefined;
  if (takes === undefined) throw new UsageError(`no such command: ${action}`);
  const most = WORDS[action] ?? 0;
  // The word itself is not repeated: it may be a password.
  if (words.length > most)
    throw new UsageError(
      `${action} takes ${most - 1} ${most === 2 ? 'word' : 'words'}. A password is never an argument`,
    );
  for (const name of Object.keys(values) as (keyof Values)[]) {
    if (!['data', 'json', 'help'].includes(name) && !takes.includes(name))
      throw new UsageError(`${action} does not take --${name}`);
  }
  if (values.generate === true && values['password-stdin'] === true)
    throw new UsageError('--generate and --password-stdin exclude each other');
}

function nameOf({ words: [, name] }: Call): string {
  if (name === undefined) throw new UsageError('USER is missing');
  if (!USER.test(name))
    throw new UsageError('USER is letters, digits and . _ -, at most 64, from a letter or digit on');
  return name;
}

function roleOf(role: string | undefined): Role {
  const found = ROLES.find((known) => known === role);
  if (found === undefined) throw new UsageError(`the role is one of ${ROLES.join(', ')}`);
  return found;
}

/** null for whoever works for all; an officer must have one that is adopted, as far as that is known here. */
function precinctOf(role: Role, { values, folder, io }: Call): string | null {
  const { precinct } = values;
  if (role !== 'officer') {
    if (precinct !== undefined) throw new UsageError('--precinct is for officers: every other role sees all precincts');
    return null;
  }
  const known = knownPrecincts(folder);
  const choice = known === undefined ? '' : ` (${known.join(', ')})`;
  if (precinct === undefined) throw new UsageError(`an officer needs --precinct CODE${choice}`);
  if (!PRECINCT.test(precinct)) throw new UsageError('CODE is letters, digits and . _ -, at most 64');
  if (known === undefined)
    io.error(`Warning: the precincts are known once yujing has started; ${precinct} was not checked.\n`);
  else if (!known.includes(precinct))
    throw new UsersError(`there is no precinct ${precinct}; there are: ${known.join(', ')}`);
  return precinct;
}

async function newPassword({ values, io }: Call): Promise<{ readonly password: string; readonly made: boolean }> {
  if (values.generate === true) return { password: generatePassword(), made: true };
  if (values['password-stdin'] !== true && io.ask === null)
    throw new UsageError('there is no terminal to ask for the password: use --password-stdin or --generate');
  const password = values['password-stdin'] === true ? await io.piped() : await (io.ask ?? io.piped)('Password: ');
  const fault = passwordFault(password);
  if (fault !== undefined) throw new UsersError(fault);
  if (values['password-stdin'] !== true && password !== (await io.ask?.('The same again: ')))
    throw new UsersError('the two are not the same: nothing was changed');
  return { password, made: false };
}

const fileOf = ({ folder }: Call): string => join(folder, USERS_FILE);

async function add(call: Call): Promise<Done> {
  const name = nameOf(call);
  const role = roleOf(call.values.role);
  const precinct = precinctOf(role, call);
  const free = (users: readonly User[]): void => {
    const other = users.find(({ user }) => user.toLowerCase() === name.toLowerCase());
    if (other !== undefined) throw new UsersError(`there is a user ${other.user} already`);
  };
  free(readUsers(fileOf(call)));
  const { password, made } = await newPassword(call);
  const hash = await hashPassword(password);
  const now = call.io.now();
  const user: User = { user: name, role, precinct, hash, created_at: now, disabled: false, generation: now };
  await changeUsers(fileOf(call), (users) => {
    free(users);
    return [...users, user];
  });
  const where = precinct === null ? '' : ` of ${precinct}`;
  return { user, text: `${name} can sign in as ${role}${where}.`, password: made ? password : undefined };
}

/** Every change makes a new generation, later than any before, so the sessions of the old one end. */
async function change(call: Call, next: (old: User) => Partial<User>): Promise<User> {
  const name = nameOf(call);
  let changed: User | undefined;
  await changeUsers(fileOf(call), (users) => {
    const old = known(users, name);
    changed = { ...old, ...next(old), generation: Math.max(old.generation + 1, call.io.now()) };
    return users.map((user) => (user === old ? (changed as User) : user));
  });
  return changed as unknown as User;
}

function known(users: readonly User[], name: string): User {
  const user = users.find((each) => each.user === name);
  if (user === undefined) throw new UsersError(`there is no user ${name}: yujing users list`);
  return user;
}

async function role(call: Call): Promise<Done> {
  const to = roleOf(call.words[2]);
  const precinct = precinctOf(to, call);
  const user = await change(call, () => ({ role: to, precinct }));
  return { user, text: `${user.user} is ${to} now; sessions from before have ended.` };
}

async function password(call: Call): Promise<Done> {
  known(readUsers(fileOf(call)), nameOf(call));
  const { password: secret, made } = await newPassword(call);
  const hash = await hashPassword(secret);
  const user = await change(call, () => ({ hash }));
  return {
    user,
    text: `${user.user} has a new password; sessions from before have ended.`,
    password: made ? secret : undefined,
  };
}

async function disable(call: Call): Promise<Done> {
  const user = await change(call, () => ({ disabled: true }));
  return { user, text: `${user.user} cannot sign in any more; his sessions have ended.` };
}

async function enable(call: Call): Promise<Done> {
  const user = await change(call, () => ({ disabled: false }));
  return { user, text: `${user.user} can sign in again.` };
}

const CHANGES: Readonly<Record<string, (call: Call) => Promise<Done>>> = { add, role, password, disable, enable };

/** Of a user, all but what could be tried against his password. */
function shown({ user, role: as, precinct, created_at, disabled }: User): Omit<User, 'hash' | 'generation'> {
  return { user, role: as, precinct, created_at, disabled };
}

function table(users: readonly User[]): string {
  if (users.length === 0) return 'There are no users yet: yujing users add USER --role ROLE\n';
  const rows = users.map(({ user, role: as, precinct, created_at, disabled }) => [
    user,
    as,
    precinct ?? '',
    new Date(created_at).toISOString(),
    disabled ? 'disabled' : 'can sign in',
  ]);
  const all = [['user', 'role', 'precinct', 'made', 'state'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lineOf = (row: readonly string[]): string => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ');
  return all.map((row) => `${lineOf(row).trimEnd()}\n`).join('');
}

async function act(call: Call): Promise<string> {
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  const [action = ''] = call.words;
  const run = CHANGES[action];
  if (run === undefined) {
    const users = readUsers(fileOf(call));
    return call.values.json === true ? json(users.map(shown)) : table(users);
  }
  const { user, text, password: made } = await run(call);
  if (call.values.json === true) return json({ ...shown(user), ...(made === undefined ? {} : { password: made }) });
  return made === undefined ? `${text}\n` : `${made}\n${text} The password is shown this once: hand it over now.\n`;
}

/** `yujing users ...`; resolves with the exit code. */
export async function runUsersCommand(argv: readonly string[], io: UsersIo): Promise<number> {
  try {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    if (values.help === true || positionals.length === 0) {
      io.out(HELP);
      return values.help === true ? OK : USAGE;
    }
    const call: Call = { words: positionals, values, folder: values.data ?? io.dataFolder, io };
    checkWords(call);
    if (!existsSync(call.folder))
      throw new UsersError(
        `there is no data folder at ${call.folder}: run yujing start --no-demo once, or give --data`,
      );
    if (io.isDemo(call.folder))
      throw new UsersError(`${call.folder} belongs to the demo, where roles need no password: give another --data`);
    io.out(await act(call));
    return OK;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS') === true;
    const isFailure = error instanceof UsersError || error instanceof UsersFileError || error instanceof SecretAborted;
    if (!isUsage && !isFailure) throw error;
    const text = error instanceof SecretAborted ? 'stopped: nothing was changed' : (error as Error).message;
    io.error(`${text}\n${isUsage ? `\n${HELP}` : ''}`);
    return isUsage ? USAGE : FAILED;
  }
}
