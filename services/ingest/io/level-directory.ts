import type { Link, PersonEntry } from '../identity/directory.ts';
import type { Directory } from '../identity/ports.ts';
import type { IdentityLevel } from './level-vault.ts';
import { TwoGenerations } from './two-generations.ts';

const ENTRY = 'p:';
const LINKS = 'l:';
const NO_LINKS: readonly Link[] = [];
/** Entries of each cache; what is not in a register is remembered as well, so that it is asked once. */
const CACHED = 100_000;

/** The directory in the data folder: JSON, because it holds nothing clear. */
export class LevelDirectory implements Directory {
  readonly #level: IdentityLevel;
  readonly #links = new TwoGenerations<readonly Link[]>(CACHED);
  readonly #entries = new TwoGenerations<{ readonly entry: PersonEntry | null }>(CACHED);

  constructor(level: IdentityLevel) {
    this.#level = level;
  }

  load(tokens: Iterable<string>, persons: Iterable<string>): Promise<void> | undefined {
    const missing: string[] = [];
    for (const token of tokens) if (this.#links.get(token) === undefined) missing.push(LINKS + token);
    for (const person of persons) if (this.#entries.get(person) === undefined) missing.push(ENTRY + person);
    return missing.length === 0 ? undefined : this.#fetch([...new Set(missing)]);
  }

  async #fetch(keys: readonly string[]): Promise<void> {
    const found = await this.#level.getMany([...keys]);
    for (const [i, key] of keys.entries()) {
      const bytes = found[i];
      const json: unknown = bytes === undefined ? null : JSON.parse(Buffer.from(bytes).toString());
      const name = key.slice(ENTRY.length);
      // What `put` wrote in the meantime is newer than what was fetched.
      if (key.startsWith(LINKS)) {
        if (this.#links.get(name) === undefined) this.#links.set(name, (json as Link[] | null) ?? NO_LINKS);
      } else if (this.#entries.get(name) === undefined) this.#entries.set(name, { entry: json as PersonEntry | null });
    }
  }

  links(token: string): readonly Link[] {
    return this.#links.get(token) ?? NO_LINKS;
  }

  entry(person: string): PersonEntry | null {
    return this.#entries.get(person)?.entry ?? null;
  }

  async read(person: string): Promise<PersonEntry | null> {
    await this.load([], [person]);
    return this.entry(person);
  }

  async put(entries: readonly PersonEntry[], links: ReadonlyMap<string, readonly Link[]>): Promise<void> {
    const json = (key: string, value: unknown) => {
      return { type: 'put', key, value: Buffer.from(JSON.stringify(value)) } as const;
    };
    const batch = [...links].map(([token, list]) => json(LINKS + token, list));
    batch.push(...entries.map((entry) => json(ENTRY + entry.person, entry)));
    await this.#level.batch(batch, { sync: true });
    for (const [token, list] of links) this.#links.set(token, list);
    for (const entry of entries) this.#entries.set(entry.person, { entry });
  }
}
