import { createHash } from 'node:crypto';
import type { Argument, RedisClient } from './client.ts';

export interface Script {
  readonly text: string;
  readonly sha: string;
}

export function script(text: string): Script {
  return { text, sha: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script by its hash; a server that does not have it (restarted, failed over) gets the text, once. */
export async function run(
  client: RedisClient,
  { text, sha }: Script,
  keys: readonly string[],
  args: readonly Argument[],
): Promise<unknown> {
  try {
    return await client.callBuffer('evalsha', [sha, keys.length, ...keys, ...args]);
  } catch (error) {
    // Nothing of it was executed, so it is no repeat.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return client.callBuffer('eval', [text, keys.length, ...keys, ...args]);
  }
}
