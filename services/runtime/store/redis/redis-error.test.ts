import { expect, test } from 'vitest';
import { StoreError } from '../../errors/errors.ts';
import { storeError } from './redis-error.ts';

const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

test('what Redis and ioredis say becomes a code that callers decide by', () => {
  const means: Array<[Error, string, boolean]> = [
    [
      reply("OOM command not allowed when used memory > 'maxmemory'. script: x, on @user_script:18."),
      'store_memory_full',
      true,
    ],
    [reply('MISCONF Errors writing to the AOF file: No space left on device'), 'store_cannot_persist', true],
    [reply("READONLY You can't write against a read only replica."), 'store_not_ready', true],
    [reply('LOADING Redis is loading the dataset in memory'), 'store_not_ready', true],
    [reply('CLUSTERDOWN The cluster is down'), 'store_not_ready', true],
    [reply('NOAUTH Authentication required.'), 'store_access_denied', false],
    [reply('WRONGPASS invalid username-password pair or user is disabled.'), 'store_access_denied', false],
    [reply("NOPERM this user has no permissions to run the 'keys' command"), 'store_access_denied', false],
    [reply('ERR something new'), 'store_failed', true],
    [new Error('Command timed out'), 'store_failed', true],
    [new Error('Connection is closed.'), 'connection_lost', true],
    [Object.assign(new Error('x'), { name: 'MaxRetriesPerRequestError' }), 'connection_lost', true],
    [Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }), 'connection_lost', true],
  ];
  for (const [error, code, retriable] of means) expect(storeError(error)).toMatchObject({ code, retriable });
});

test('neither the arguments of a command nor what Redis quotes of them is kept', () => {
  const error = reply("ERR unknown command 'x', with args beginning with: 'of-a-person'");
  const coded = storeError(Object.assign(error, { command: { name: 'x', args: ['of-a-person'] } }), {
    stage: 'profile',
  });
  expect(coded.facts).toEqual({ stage: 'profile', reply: 'ERR' });
  expect(coded.cause).toBeUndefined();
  expect(`${coded.message}${coded.stack}`).not.toContain('of-a-person');
});

test('a coded error stays what it is', () => {
  const error = new StoreError('slot_not_empty');
  expect(storeError(error)).toBe(error);
});
