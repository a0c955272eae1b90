import type { ClassicLevel } from 'classic-level';
import type { ClearField } from '../event/draft.ts';
import type { ClearKind } from '../identity/forms.ts';
import type { PersonalRecord } from '../identity/person.ts';
import type { ClearValue, Vault } from '../identity/ports.ts';
import { tokenOf, type TokenKey } from '../identity/tokens.ts';
import type { Keys } from './key-file.ts';
import { KnownTokens } from './known-tokens.ts';
import { SealedBox } from './sealed-box.ts';

export type IdentityLevel = ClassicLevel<string, Uint8Array>;

const VALUE = 'v:';
const PERSON = 'r:';

interface Candidate {
  readonly field: ClearField;
  /** under each live key, oldest first */
  readonly tokens: readonly string[];
}

/** The vault in the data folder. Every value and every person is encrypted on its own, bound to its token. */
export class LevelVault implements Vault {
  readonly #level: IdentityLevel;
  readonly #keys: readonly TokenKey[];
  readonly #box: SealedBox;
  readonly #known = new KnownTokens();

  constructor(level: IdentityLevel, keys: Keys) {
    this.#level = level;
    this.#keys = keys.tokens;
    this.#box = new SealedBox(keys.vault);
  }

  recall(fields: Iterable<ClearField>): ClearField[] {
    return this.#known.recall(fields);
  }

  async mint(fields: readonly ClearField[]): Promise<void> {
    const missing = this.recall(fields);
    if (missing.length === 0) return;
    const candidates = missing.map((field): Candidate => {
      return { field, tokens: this.#keys.map((key) => tokenOf(key, field.kind, field.value)) };
    });
    // A value keeps its first token for ever, so it is looked up under every live key before a new one is made.
    const found = await this.#level.getMany(candidates.flatMap(({ tokens }) => tokens.map((token) => VALUE + token)));
    const fresh = new Map<string, Buffer>();
    const live = this.#keys.length;
    for (const [i, { field, tokens }] of candidates.entries()) {
      const first = tokens.findIndex((_, version) => found[i * live + version] !== undefined);
      field.token = tokens[first < 0 ? live - 1 : first] as string;
      if (first < 0 && !fresh.has(field.token)) {
        fresh.set(field.token, this.#box.seal(field.token, `${field.kind}\0${field.value}`));
      }
    }
    if (fresh.size > 0) {
      // Op by op: a batch given as an array is copied twice on the way, which costs more than the writing.
      const batch = this.#level.batch();
      for (const [token, value] of fresh) batch.put(VALUE + token, value);
      await batch.write({ sync: true });
    }
    for (const { field } of candidates) this.#known.learn(field);
  }

  async reveal(token: string): Promise<ClearValue | null> {
    const sealed = await this.#level.get(VALUE + token);
    if (sealed === undefined) return null;
    const clear = this.#box.open(token, sealed);
    const border = clear.indexOf('\0');
    return { kind: clear.slice(0, border) as ClearKind, value: clear.slice(border + 1) };
  }

  async putPersons(records: ReadonlyMap<string, PersonalRecord>): Promise<void> {
    const batch = [...records].map(([person, record]) => {
      const key = PERSON + person;
      return { type: 'put', key, value: this.#box.seal(key, JSON.stringify(record)) } as const;
    });
    await this.#level.batch(batch, { sync: true });
  }

  async person(person: string): Promise<PersonalRecord | null> {
    const sealed = await this.#level.get(PERSON + person);
    return sealed === undefined ? null : (JSON.parse(this.#box.open(PERSON + person, sealed)) as PersonalRecord);
  }
}
