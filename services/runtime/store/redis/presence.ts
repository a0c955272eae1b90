import type { Argument, RedisClient } from './client.ts';
import { run, script } from './script.ts';

/** How long a console counts after its last beat; it beats each second. */
const EXPIRY_MS = 3_000;
/** The hash goes by itself when there is no console left. */
const KEY_EXPIRY_MS = 60_000;
const REFRESH_MS = 250;
/** Nobody asked for so long: it is not read any more. */
const IDLE_MS = 60_000;
const DEADLINE_DIGITS = 13;

/**
 * KEYS[1]  hash of the installation: console -> deadline (13 digits, ms of the server) and its users as JSON
 * ARGV[1]  console, ARGV[2] users as JSON, ARGV[3] expiry in ms, ARGV[4] expiry of the hash
 * Answers  1
 */
const BEAT = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
redis.call('HSET', KEYS[1], ARGV[1], string.format('%013.0f', now + ARGV[3]) .. ARGV[2])
for i = 1, #all, 2 do
  if all[i] ~= ARGV[1] and tonumber(string.sub(all[i + 1], 1, 13)) < now then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`);

/**
 * KEYS[1]  the same hash
 * Answers  the users of every console whose deadline has not passed, a JSON text each
 */
const WHO = script(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local fresh = {}
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  if tonumber(string.sub(value, 1, ${DEADLINE_DIGITS})) >= now then fresh[#fresh + 1] = string.sub(value, ${DEADLINE_DIGITS + 1}) end
end
return fresh
`);

/** Who has a page open, at whichever console. Consoles write it, `deliver` reads it. */
export interface Presence {
  /** To be called each second by every console with all who have a page open there. */
  beat(console: string, users: Iterable<string>): Promise<void>;
  /** This console is going: its users count no more. */
  leave(console: string): Promise<void>;
  /** Reads at once, and from then on every quarter of a second while somebody asks. */
  refresh(): Promise<void>;
  /** From what was read last; nobody is connected when that is older than a console's expiry. */
  isConnected(user: string): boolean;
}

type Ask = <T>(command: () => Promise<T>) => Promise<T>;

export class RedisPresence implements Presence {
  readonly #client: RedisClient;
  readonly #key: string;
  readonly #ask: Ask;
  #users: ReadonlySet<string> = new Set();
  #readAt = Number.NEGATIVE_INFINITY;
  #askedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #reading: Promise<void> | undefined;
  #closed = false;

  constructor(client: RedisClient, installation: string, ask: Ask) {
    this.#client = client;
    this.#key = `{${installation}/presence}`;
    this.#ask = ask;
  }

  async beat(console: string, users: Iterable<string>): Promise<void> {
    const args: Argument[] = [console, JSON.stringify([...users]), EXPIRY_MS, KEY_EXPIRY_MS];
    await this.#ask(() => run(this.#client, BEAT, [this.#key], args));
  }

  async leave(console: string): Promise<void> {
    await this.#ask(() => this.#client.call('hdel', [this.#key, console]));
  }

  refresh(): Promise<void> {
    this.#askedAt = performance.now();
    this.#timer ??= setInterval(() => this.#tick(), REFRESH_MS).unref();
    this.#reading ??= this.#read().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  isConnected(user: string): boolean {
    this.#askedAt = performance.now();
    if (this.#timer === undefined && !this.#closed) this.refresh().catch(() => undefined);
    return this.#askedAt - this.#readAt <= EXPIRY_MS && this.#users.has(user);
  }

  close(): void {
    this.#closed = true;
    this.#rest();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    if (performance.now() - this.#askedAt > IDLE_MS) this.#rest();
    // One that is under way or fails is enough: an old answer ends by itself.
    else
      this.#reading ??= this.#read()
        .catch(() => undefined)
        .finally(() => (this.#reading = undefined));
  }

  async #read(): Promise<void> {
    const fresh = (await this.#ask(() => run(this.#client, WHO, [this.#key], []))) as Buffer[];
    this.#users = new Set(fresh.flatMap((text) => JSON.parse(text.toString()) as string[]));
    this.#readAt = performance.now();
  }
}
