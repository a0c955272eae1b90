import type { ClearField } from '../event/draft.ts';
import type { ClearKind } from './forms.ts';
import type { Link, PersonEntry } from './directory.ts';
import type { PersonalRecord } from './person.ts';

export interface ClearValue {
  readonly kind: ClearKind;
  readonly value: string;
}

/** Clear values behind tokens: the only place that can turn one back. Embedded: `io/level-vault.ts`; cluster: `io/postgres-vault.ts`. */
export interface Vault {
  /** Fills in the tokens known in this process; returns the fields whose token is not known yet. */
  recall(fields: Iterable<ClearField>): ClearField[];
  /** Gives every field its token. A new value is durable in the vault when this resolves: no token is ever without its value. */
  mint(fields: readonly ClearField[]): Promise<void>;
  /** The clear value behind a token, null for a token of nobody. */
  reveal(token: string): Promise<ClearValue | null>;
  putPersons(records: ReadonlyMap<string, PersonalRecord>): Promise<void>;
  person(person: string): Promise<PersonalRecord | null>;
}

/** Which number and account belongs to whom, and where persons live: tokens and areas only. */
export interface Directory {
  /** Loads what the door is about to ask, so that `links` and `entry` answer without waiting. */
  load(tokens: Iterable<string>, persons: Iterable<string>): Promise<void> | undefined;
  /** as loaded; unknown tokens have no links */
  links(token: string): readonly Link[];
  /** as loaded; null for persons in no register */
  entry(person: string): PersonEntry | null;
  read(person: string): Promise<PersonEntry | null>;
  /**
   * Writes persons, and the links of their numbers and accounts, on top of what `links` and `entry` say at this moment:
   * nothing may be waited for between reading them and this call.
   */
  put(entries: readonly PersonEntry[], links: ReadonlyMap<string, readonly Link[]>): Promise<void>;
}

/** Vault and directory as one installation has them; they live and end together. */
export interface IdentityStores {
  readonly vault: Vault;
  readonly directory: Directory;
  close(): Promise<void>;
}
