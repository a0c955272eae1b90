import { createHash } from 'node:crypto';
import { Lru } from '../../live/lru.ts';
import type { CommandAnswer } from '../views.ts';

interface Entry {
  readonly digest: string;
  readonly user: string;
  readonly answer: Promise<CommandAnswer>;
}

const KEPT = 20_000;

/** What makes two sendings of an id the same command. */
export function digestOf(user: string, type: string, body: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([user, type, body]))
    .digest('hex');
}

/** Commands taken lately: one that is sent again is answered as before and not written twice. */
export class Ledger {
  readonly #entries = new Lru<string, Entry>(KEPT);

  /** undefined: the id stands for another command. A sending that failed is forgotten, so that the next one is tried. */
  async once(
    command_id: string,
    user: string,
    digest: string,
    append: () => Promise<CommandAnswer>,
  ): Promise<CommandAnswer | undefined> {
    const known = this.#entries.get(command_id);
    if (known !== undefined) return known.digest === digest ? known.answer : undefined;
    const entry = { digest, user, answer: append() };
    this.#entries.set(command_id, entry);
    try {
      return await entry.answer;
    } catch (error) {
      if (this.#entries.get(command_id) === entry) this.#entries.delete(command_id);
      throw error;
    }
  }

  /** who gave this command; undefined: not taken by this process lately */
  authorOf(command_id: string): string | undefined {
    return this.#entries.get(command_id)?.user;
  }
}
