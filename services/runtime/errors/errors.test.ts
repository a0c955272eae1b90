import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERRORS } from './codes.ts';
import { errorsDocument } from './document.ts';
import { BrokerError, ConfigError, DataFolderError, fromPortable, isCoded, toPortable } from './errors.ts';

test('docs/reference/errors.md is fresh: run `npm run document`', () => {
  const file = new URL('../../../docs/reference/errors.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(errorsDocument());
});

test('codes are full words in snake case and stand once', () => {
  for (const [code, { message, action }] of Object.entries(ERRORS)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(message).not.toBe('');
    expect(action).toMatch(/\.$/);
    expect(errorsDocument().split(`| \`${code}\` |`)).toHaveLength(2);
  }
});

test('an error says its code, whether to retry, where and what to do', () => {
  const error = new BrokerError('position_out_of_range', { log: 'feed', partition: 3 });
  expect(error).toMatchObject({ name: 'BrokerError', code: 'position_out_of_range', retriable: false });
  expect(error.message).toBe('the position asked for is not in the log (log=feed, partition=3)');
  expect(error.action).toContain('Restore'.toLowerCase());
});

test('an error crosses threads with its class, code and facts', () => {
  const there = fromPortable(structuredClone(toPortable(new DataFolderError('folder_in_use', { pid: 7 }))));
  expect(there).toBeInstanceOf(DataFolderError);
  expect(isCoded(there) && [there.code, there.facts]).toEqual(['folder_in_use', { pid: 7 }]);
  const plain = fromPortable(structuredClone(toPortable(new RangeError('too far'))));
  expect([plain.name, plain.message, isCoded(plain)]).toEqual(['RangeError', 'too far', false]);
  expect(fromPortable(toPortable('thrown text')).message).toBe('not an error');
});

test('a configuration error says every setting, its source and what is allowed', () => {
  const error = new ConfigError([
    { setting: 'port', from: '--port', value: 'x', allowed: 'a whole number from 0 to 65535' },
    { setting: 'key', from: 'YUJING_KEY', allowed: 'a file of mode 0600' },
  ]);
  expect(error.message).toBe(
    'port (from --port) is "x": a whole number from 0 to 65535\nkey (from YUJING_KEY): a file of mode 0600',
  );
});
