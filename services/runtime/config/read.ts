import { readFileSync } from 'node:fs';
import { parse, YAMLParseError } from 'yaml';
import { ConfigError, type SettingProblem } from '../errors/errors.ts';
import { environmentName, fileName, flagName, type Setting, type Settings, type Values } from './setting.ts';

export interface SettingSources {
  /** arguments behind the command */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** YAML or JSON; `--config` and YUJING_CONFIG name one too */
  readonly file?: string | undefined;
  /** what a file may hold that several commands share, and this one has no use for */
  readonly alsoInFile?: Settings | undefined;
}

export interface ReadSettings<S extends Settings> {
  readonly values: Values<S>;
  /** where each value came from: `--flag`, `YUJING_NAME`, the file's name, or `default` */
  readonly origins: Readonly<Record<keyof S, string>>;
  /** arguments that are no flags */
  readonly positional: readonly string[];
  readonly help: boolean;
  /** worth a line in the log, and no reason to stop */
  readonly warnings: readonly string[];
}

interface Given {
  readonly text: string;
  readonly from: string;
}

/** First source that names a setting wins: flag, environment, file, default. @throws ConfigError with all problems at once */
export function readSettings<S extends Settings>(settings: S, sources: SettingSources = {}): ReadSettings<S> {
  const problems: SettingProblem[] = [];
  const flags = readFlags(settings, sources.argv ?? [], problems);
  const environment = readEnvironment(settings, sources.env ?? {});
  const file = flags.given.get('config') ?? environment.given.get('config');
  const fromFile = readFile(settings, file?.text ?? sources.file, sources.alsoInFile ?? {}, problems);
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const [name, setting] of Object.entries(settings)) {
    const given = flags.given.get(name) ?? environment.given.get(name) ?? fromFile.get(name);
    values[name] = given === undefined ? setting.default : setting.parse(given.text);
    origins[name] = given?.from ?? 'default';
    if (values[name] !== undefined || flags.help) continue;
    problems.push(problem(name, setting, given));
  }
  if (problems.length > 0) throw new ConfigError(problems);
  const { positional, help } = flags;
  const { warnings } = environment;
  return { values: values as Values<S>, origins: origins as Record<keyof S, string>, positional, help, warnings };
}

function problem(name: string, { allowed, secret }: Setting<unknown>, given: Given | undefined): SettingProblem {
  const setting = fileName(name);
  if (given === undefined) {
    const ways = `${flagName(name)}, ${environmentName(name)} or ${setting} in the file`;
    return { setting, from: 'nowhere', allowed: `must be set by ${ways}: ${allowed}` };
  }
  return { setting, from: given.from, value: secret ? undefined : given.text, allowed };
}

interface Flags {
  readonly given: ReadonlyMap<string, Given>;
  readonly positional: readonly string[];
  readonly help: boolean;
}

function readFlags(settings: Settings, argv: readonly string[], problems: SettingProblem[]): Flags {
  const names = new Map(['config', ...Object.keys(settings)].map((name) => [flagName(name), name]));
  const given = new Map<string, Given>();
  const positional: string[] = [];
  let help = false;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i]!;
    if (argument === '--') {
      positional.push(...argv.slice(i + 1));
      break;
    }
    if (argument === '--help' || argument === '-h') help = true;
    else if (!argument.startsWith('--')) positional.push(argument);
    else {
      const [flag = '', ...assigned] = argument.split('=');
      const text = assigned.length > 0 ? assigned.join('=') : undefined;
      const isSwitch = (name: string | undefined): boolean => name !== undefined && settings[name]?.placeholder === '';
      const denied = names.get(flag.replace(/^--no-/, '--'));
      const name = names.get(flag);
      if (name === undefined && flag.startsWith('--no-') && isSwitch(denied))
        given.set(denied!, { text: 'false', from: flag });
      else if (name === undefined) problems.push(unknownFlag(flag, names));
      else if (text !== undefined) given.set(name, { text, from: flag });
      else if (isSwitch(name)) given.set(name, { text: 'true', from: flag });
      else if (argv[i + 1] === undefined || argv[i + 1]!.startsWith('--')) {
        problems.push({
          setting: fileName(name),
          from: flag,
          allowed: settings[name]?.allowed ?? 'the name of a file',
        });
      } else given.set(name, { text: argv[++i]!, from: flag });
    }
  }
  return { given, positional, help };
}

function unknownFlag(flag: string, names: ReadonlyMap<string, string>): SettingProblem {
  return { setting: flag, from: 'the command line', allowed: `no such setting${nearest(flag, [...names.keys()])}` };
}

function readEnvironment(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): { given: ReadonlyMap<string, Given>; warnings: string[] } {
  const names = new Map(['config', ...Object.keys(settings)].map((name) => [environmentName(name), name]));
  const given = new Map<string, Given>();
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    const name = names.get(variable);
    if (name !== undefined && text !== undefined && text !== '') given.set(name, { text, from: variable });
    // Other programs of the house may share the environment, so a stranger is no error.
    else if (name === undefined && variable.startsWith('YUJING_')) {
      warnings.push(`${variable} sets nothing here${nearest(variable, [...names.keys()])}`);
    }
  }
  return { given, warnings };
}

/** Place and kind of the mistake; the text of the file stays out of it, since it may hold secrets. */
function whyNot(error: unknown): string {
  if (error instanceof YAMLParseError) {
    const [start] = error.linePos ?? [];
    const place = start === undefined ? '' : ` in line ${start.line}, column ${start.col}`;
    return `; it has a mistake${place} (${error.code})`;
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return '; there is none';
  return code === undefined ? '' : `; reading it failed with ${code}`;
}

function readFile(
  settings: Settings,
  path: string | undefined,
  others: Settings,
  problems: SettingProblem[],
): Map<string, Given> {
  const given = new Map<string, Given>();
  if (path === undefined) return given;
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    problems.push({ setting: 'config', from: path, allowed: `a YAML or JSON file that can be read${whyNot(error)}` });
    return given;
  }
  if (content === null || content === undefined) return given;
  if (typeof content !== 'object' || Array.isArray(content)) {
    problems.push({ setting: 'config', from: path, allowed: 'names with values' });
    return given;
  }
  const names = new Map(Object.keys(settings).map((name) => [fileName(name), name]));
  const passedOver = new Set(Object.keys(others).map(fileName));
  for (const [key, value] of Object.entries(content)) {
    const name = names.get(key);
    const text = textOf(value);
    if (name === undefined && passedOver.has(key)) continue;
    if (name === undefined) {
      problems.push({ setting: key, from: path, allowed: `no such setting${nearest(key, [...names.keys()])}` });
    } else if (text === undefined) problems.push({ setting: key, from: path, allowed: settings[name]!.allowed });
    else given.set(name, { text, from: path });
  }
  return given;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(textOf);
  return parts.every((part) => part !== undefined && !part.includes(',')) ? parts.join(',') : undefined;
}

/** "; did you mean x?" when something is within two letters */
function nearest(wrong: string, known: readonly string[]): string {
  const [best] = known
    .map((name) => ({ name, distance: distance(wrong, name) }))
    .filter((entry) => entry.distance <= 2)
    .sort((a, b) => a.distance - b.distance);
  return best === undefined ? '' : `; did you mean ${best.name}?`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + same));
    }
    row = next;
  }
  return row[b.length]!;
}
