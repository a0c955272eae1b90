import { expect, test } from 'vitest';
import { HELP, readArguments } from './arguments.ts';

test('nothing said: start, as the folder has it', () => {
  expect(readArguments([])).toEqual({
    command: 'start',
    download: false,
    onlyDownload: false,
    nodes: undefined,
    kafka: undefined,
    registry: undefined,
    portShift: undefined,
    folder: undefined,
    yes: false,
    json: false,
    help: false,
  });
});

test('everything said', () => {
  const words = 'reset --yes --json --nodes 3 --kafka 3.9.2 --registry 2.6.13.Final --port-shift 10000 --folder /x';
  expect(readArguments(words.split(' '))).toMatchObject({
    command: 'reset',
    nodes: 3,
    kafka: '3.9.2',
    registry: '2.6.13.Final',
    portShift: 10_000,
    folder: '/x',
    yes: true,
    json: true,
  });
  expect(readArguments(['--download', '--only-download'])).toMatchObject({ download: true, onlyDownload: true });
});

test('a mistake is a sentence', () => {
  const said = (...words: string[]): string => {
    try {
      readArguments(words);
    } catch (error) {
      return (error as Error).message;
    }
    return 'no mistake';
  };
  expect(said('launch')).toBe('the command is "launch"; it may be start or status or stop or reset');
  expect(said('stop', 'redis')).toBe('"redis" is one word too many');
  expect(said('--nodes', '2')).toBe('--nodes is "2"; it may be 1 or 3');
  expect(said('--kafka', '4.4.0')).toContain('it may be 4.3.1 or 3.9.2');
  expect(said('--port-shift', '-1')).toContain("'--port-shift");
  expect(said('--port-shift', '60000')).toContain('from 0 to 56000');
  expect(said('--only-download')).toBe('--only-download goes with --download');
  expect(said('--folder', '')).toBe('--folder needs the name of a folder');
  expect(said('--nodez', '3')).toBe("Unknown option '--nodez'");
});

test('--help tells of every option', () => {
  for (const name of [
    'download',
    'only-download',
    'nodes',
    'kafka',
    'registry',
    'port-shift',
    'folder',
    'yes',
    'json',
  ]) {
    expect(HELP).toContain(`--${name}`);
  }
});
