import type { IdentityReader } from '../api/dependencies.ts';
import type { MaskedPerson } from '../api/views.ts';
import { Lru } from './lru.ts';

const KEPT = 10_000;
/** A corrected register shows within this time. */
const FRESH_MS = 60_000;

interface Kept {
  readonly person: MaskedPerson | null;
  readonly at: number;
}

/** Masked names, kept for a minute: the live stream names each case many times. */
export class Masks {
  readonly #identity: Pick<IdentityReader, 'masked'>;
  readonly #now: () => number;
  readonly #kept = new Lru<string, Kept>(KEPT);

  constructor(identity: Pick<IdentityReader, 'masked'>, now: () => number) {
    this.#identity = identity;
    this.#now = now;
  }

  async of(subjects: Iterable<string>): Promise<ReadonlyMap<string, MaskedPerson>> {
    const now = this.#now();
    const found = new Map<string, MaskedPerson>();
    const asked: string[] = [];
    for (const subject of new Set(subjects)) {
      const kept = this.#kept.get(subject);
      if (kept === undefined || now - kept.at > FRESH_MS) asked.push(subject);
      else if (kept.person !== null) found.set(subject, kept.person);
    }
    for (const [subject, person] of await Promise.all(asked.map((subject) => this.#ask(subject)))) {
      if (person === undefined) continue;
      this.#kept.set(subject, { person, at: now });
      if (person !== null) found.set(subject, person);
    }
    return found;
  }

  /** undefined: no answer; it is asked again next time. A vault that fails costs the names, never the warning. */
  async #ask(subject: string): Promise<readonly [string, MaskedPerson | null | undefined]> {
    try {
      return [subject, await this.#identity.masked(subject)];
    } catch {
      return [subject, undefined];
    }
  }

  async one(subject: string): Promise<MaskedPerson | undefined> {
    return (await this.of([subject])).get(subject);
  }
}
