import type { ClearField } from '../event/draft.ts';
import { TwoGenerations } from './two-generations.ts';

/** Entries of the cache of known tokens: about 200 bytes each. */
const KNOWN_TOKENS = 200_000;

/** The tokens that this process has seen safe in the vault. A token never changes, so nobody has to tell of anything. */
export class KnownTokens {
  readonly #known = new TwoGenerations<string>(KNOWN_TOKENS);

  /** Fills in what is known; returns the rest. */
  recall(fields: Iterable<ClearField>): ClearField[] {
    const unknown: ClearField[] = [];
    for (const field of fields) {
      if (field.token !== '') continue;
      const token = this.#known.get(`${field.kind}\0${field.value}`);
      if (token === undefined) unknown.push(field);
      else field.token = token;
    }
    return unknown;
  }

  /** Only when the value is durable: another request must not use a token whose value is not safe yet. */
  learn({ kind, value, token }: ClearField): void {
    this.#known.set(`${kind}\0${value}`, token);
  }
}
