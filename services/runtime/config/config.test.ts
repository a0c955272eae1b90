import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ConfigError } from '../errors/errors.ts';
import { printSettings, settingsDocument, settingsHelp } from './document.ts';
import { readSettings } from './read.ts';
import { EMBEDDED_SETTINGS } from './runtime-settings.ts';
import {
  choice,
  decimal,
  declareSettings,
  environmentName,
  flagName,
  list,
  path,
  text,
  toggle,
  whole,
  type Values,
} from './setting.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SETTINGS = declareSettings({
  httpPort: whole({ doc: 'port of the API', min: 0, max: 65_535, default: 8080 }),
  ackTimeoutMs: whole({ doc: 'time to acknowledge', min: 1, max: 600_000, unit: 'ms', default: 60_000 }),
  clock: choice({ doc: 'whose time', choices: ['wall', 'door'], default: 'wall' }),
  demo: toggle({ doc: 'run the town', default: false }),
  share: decimal({ doc: 'share of shadow', min: 0, max: 1, default: 0.5 }),
  keysFile: path({ doc: 'file of the keys', default: null }),
  brokers: list({ doc: 'addresses', default: [] }),
  password: text({ doc: 'password of the store', secret: true, default: null }),
});

function fileWith(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

function problemsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('names: one declaration gives flag, variable and file name', () => {
  expect([flagName('ackTimeoutMs'), environmentName('ackTimeoutMs')]).toEqual([
    '--ack-timeout-ms',
    'YUJING_ACK_TIMEOUT_MS',
  ]);
  expect(() => declareSettings({ ack_timeout_ms: whole({ doc: 'x', min: 0, max: 1, default: 0 }) })).toThrow(
    'camelCase',
  );
});

test('nothing given: defaults, with their types', () => {
  const { values, origins, positional, help, warnings } = readSettings(SETTINGS);
  const typed: Values<typeof SETTINGS> = values;
  const port: number = typed.httpPort;
  const keys: string | null = typed.keysFile;
  const clock: 'wall' | 'door' = typed.clock;
  expect([port, keys, clock, typed.demo, typed.share, typed.brokers]).toEqual([8080, null, 'wall', false, 0.5, []]);
  expect(new Set(Object.values(origins))).toEqual(new Set(['default']));
  expect([positional, help, warnings]).toEqual([[], false, []]);
});

test('flag before environment before file before default', () => {
  const file = fileWith('a.yaml', 'http_port: 1\nack_timeout_ms: 1\nshare: 0.25\nbrokers: [a:1, b:2]\ndemo: true\n');
  const { values, origins } = readSettings(SETTINGS, {
    argv: ['start', '--http-port', '3', '--no-demo', 'more', '--', '--http-port'],
    env: { YUJING_HTTP_PORT: '2', YUJING_ACK_TIMEOUT_MS: '2', YUJING_CLOCK: '', HOME: '/x' },
    file,
  });
  expect(values).toEqual({
    httpPort: 3,
    ackTimeoutMs: 2,
    clock: 'wall',
    demo: false,
    share: 0.25,
    keysFile: null,
    brokers: ['a:1', 'b:2'],
    password: null,
  });
  expect(origins).toMatchObject({
    httpPort: '--http-port',
    ackTimeoutMs: 'YUJING_ACK_TIMEOUT_MS',
    share: file,
    demo: '--no-demo',
    clock: 'default',
  });
});

test('arguments that are no flags come back; --config and JSON work; --flag=value too', () => {
  const file = fileWith('b.json', '{"http_port": 5, "demo": true}');
  const read = readSettings(SETTINGS, { argv: ['rules', 'lint', `--config=${file}`, '--keys-file=a=b', '--demo'] });
  expect(read.positional).toEqual(['rules', 'lint']);
  expect([read.values.httpPort, read.values.keysFile, read.values.demo]).toEqual([5, 'a=b', true]);
  expect(readSettings(SETTINGS, { env: { YUJING_CONFIG: file } }).values.httpPort).toBe(5);
  expect(readSettings(SETTINGS, { file: fileWith('empty.yaml', '') }).values.httpPort).toBe(8080);
});

test('a file that several commands share may hold what one of them has no use for, and no mistakes', () => {
  const file = fileWith('shared.yaml', 'http_port: 5\ndatabase_url: here\n');
  const alsoInFile = declareSettings({ databaseUrl: text({ doc: 'where', default: null }) });
  expect(readSettings(SETTINGS, { file, alsoInFile }).values).not.toHaveProperty('databaseUrl');
  expect(readSettings(SETTINGS, { file, alsoInFile }).values.httpPort).toBe(5);
  expect(problemsOf(() => readSettings(SETTINGS, { file: fileWith('d.yaml', 'database_ulr: x'), alsoInFile }))).toEqual(
    [`database_ulr (from ${join(folder, 'd.yaml')}): no such setting`],
  );
});

test('every mistake is said at once: which setting, from where, what is allowed', () => {
  const file = fileWith('c.yaml', 'share: 2\nhttp_prot: 1\nclock: {a: 1}\n');
  const problems = problemsOf(() =>
    readSettings(SETTINGS, {
      argv: ['--http-port', '70000', '--ack-timeout-m', '--brokers'],
      env: { YUJING_DEMO: 'perhaps' },
      file,
    }),
  );
  expect(problems.toSorted()).toEqual([
    '--ack-timeout-m (from the command line): no such setting; did you mean --ack-timeout-ms?',
    'brokers (from --brokers): texts with commas between them',
    `clock (from ${file}): one of wall, door`,
    'demo (from YUJING_DEMO) is "perhaps": true or false',
    'http_port (from --http-port) is "70000": a whole number from 0 to 65535',
    `http_prot (from ${file}): no such setting; did you mean http_port?`,
    `share (from ${file}) is "2": a number from 0 to 1`,
  ]);
});

test('a file that is not there or no YAML is said to be so', () => {
  const gone = join(folder, 'gone.yaml');
  expect(problemsOf(() => readSettings(SETTINGS, { file: gone }))).toEqual([
    `config (from ${gone}): a YAML or JSON file that can be read; there is none`,
  ]);
  const broken = fileWith('broken.yaml', 'clock: wall\nkeys_file: [hunter2');
  const [said = ''] = problemsOf(() => readSettings(SETTINGS, { file: broken }));
  expect(said).toContain('a YAML or JSON file that can be read; it has a mistake in line 2, column');
  expect(said).not.toContain('hunter2');
  expect(problemsOf(() => readSettings(SETTINGS, { file: fileWith('list.yaml', '- 1') }))[0]).toContain(
    'names with values',
  );
});

test('a setting without a default must be set, but not for --help', () => {
  const strict = declareSettings({
    door: text({ doc: 'id of this door', pattern: /^[a-z]+$/, allowed: 'small letters' }),
  });
  expect(problemsOf(() => readSettings(strict))).toEqual([
    'door (from nowhere): must be set by --door, YUJING_DOOR or door in the file: small letters',
  ]);
  expect(readSettings(strict, { argv: ['-h'] }).help).toBe(true);
  const door: string = readSettings(strict, { argv: ['--door', 'north'] }).values.door;
  expect(door).toBe('north');
});

test('a secret is shown nowhere', () => {
  const hidden = declareSettings({
    key: text({ doc: 'the key', secret: true, pattern: /^k/, allowed: 'a key', default: 'k-default' }),
  });
  const [problem] = problemsOf(() => readSettings(hidden, { env: { YUJING_KEY: 'wrong-secret' } }));
  expect(problem).toBe('key (from YUJING_KEY): a key');
  const read = readSettings(hidden, { env: { YUJING_KEY: 'k-secret' } });
  expect(read.values.key).toBe('k-secret');
  for (const shown of [
    printSettings(hidden, read),
    settingsHelp(hidden),
    settingsDocument([{ title: 'x', settings: hidden }]),
  ]) {
    expect(shown).not.toMatch(/k-secret|k-default/);
  }
});

test('a variable of the house that sets nothing is a warning', () => {
  const { warnings } = readSettings(SETTINGS, { env: { YUJING_HTTP_PROT: '1', YUJING_DATA: 'x' } });
  expect(warnings).toEqual([
    'YUJING_HTTP_PROT sets nothing here; did you mean YUJING_HTTP_PORT?',
    'YUJING_DATA sets nothing here',
  ]);
});

test('help and printout', () => {
  expect(settingsHelp(SETTINGS).split('\n').slice(0, 4)).toEqual([
    '  --http-port NUMBER        port of the API (default 8080; YUJING_HTTP_PORT)',
    '  --ack-timeout-ms NUMBER   time to acknowledge (default 60000 ms; YUJING_ACK_TIMEOUT_MS)',
    '  --clock wall|door         whose time (default wall; YUJING_CLOCK)',
    '  --demo                    run the town (default false; YUJING_DEMO)',
  ]);
  for (const line of settingsHelp(EMBEDDED_SETTINGS).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
  const read = readSettings(SETTINGS, { argv: ['--keys-file', 'k'] });
  expect(printSettings(SETTINGS, read)).toContain(
    'keys_file: k (--keys-file)\nbrokers:  (default)\npassword: not set (default)',
  );
});
