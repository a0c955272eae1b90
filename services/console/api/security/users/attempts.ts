import { isIPv6 } from 'node:net';
import { Lru } from '../../../live/lru.ts';

/** Tries without a wait, then 1 s, 2 s, 4 s ... up to the longest wait. A station shares one address, so it has more. */
const RULES = {
  user: { free: 5, longest_s: 300 },
  address: { free: 30, longest_s: 60 },
} as const;
type Kind = keyof typeof RULES;

const FORGOTTEN_MS = 15 * 60_000;
const KEPT = 10_000;

interface Count {
  readonly failures: number;
  readonly at: number;
  /** no try before this */
  readonly until: number;
}

/** Failed sign-ins per user and per address. A try counts as failed until it succeeds, so that many at once gain nothing. */
export class Attempts {
  readonly #now: () => number;
  readonly #counts = new Lru<string, Count>(KEPT);

  constructor(now: () => number) {
    this.#now = now;
  }

  /** 0: go ahead; else the seconds to wait */
  take(user: string, address: string): number {
    const keys = [`user ${user}`, `address ${networkOf(address)}`] as const;
    const until = Math.max(...keys.map((key) => this.#counts.get(key)?.until ?? 0));
    const wait = until - this.#now();
    if (wait > 0) return Math.ceil(wait / 1000);
    this.#fail('user', keys[0]);
    this.#fail('address', keys[1]);
    return 0;
  }

  /** An address keeps its other failures: one known password must not buy tries at others. */
  succeeded(user: string, address: string): void {
    this.#counts.delete(`user ${user}`);
    const key = `address ${networkOf(address)}`;
    const count = this.#counts.get(key);
    if (count !== undefined) this.#counts.set(key, { ...count, failures: count.failures - 1, until: 0 });
  }

  #fail(kind: Kind, key: string): void {
    const { free, longest_s } = RULES[kind];
    const now = this.#now();
    const before = this.#counts.get(key);
    const failures = (before === undefined || before.at < now - FORGOTTEN_MS ? 0 : before.failures) + 1;
    const wait_s = failures < free ? 0 : Math.min(longest_s, 2 ** Math.min(failures - free, 20));
    this.#counts.set(key, { failures, at: now, until: now + wait_s * 1000 });
  }
}

/** One household of IPv6 has 2^64 addresses: they count as one. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::', 2);
  const left = head.split(':').filter((group) => group !== '');
  const right = tail.split(':').filter((group) => group !== '');
  const zeros = address.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : [];
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
