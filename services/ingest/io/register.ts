import { hash } from 'node:crypto';
import { isCoded } from '@yujing/runtime';
import { clearField, type ClearField } from '../event/draft.ts';
import { isRefusal, type Refusal } from '../event/refusal.ts';
import { endLink, linkTo, type Link, type PersonEntry } from '../identity/directory.ts';
import { readRegisterEntry, type PersonalRecord, type RegisterEntry } from '../identity/person.ts';
import type { Directory, Vault } from '../identity/ports.ts';

export interface RegisterAnswer {
  readonly accepted: number;
  readonly refused: ReadonlyArray<Refusal & { readonly index: number }>;
}

interface Tokens {
  readonly person: ClearField;
  readonly own: readonly ClearField[];
  readonly contacts: readonly ClearField[];
}

/** A register writes what it knows by law: not as certain as the person standing there. */
const CERTAINTY = 0.95;
/** Doors that write the same persons at once: each time one of them gets through. */
const TRIES = 8;

function tokensOf({ subjectId, numbers, accounts, contacts }: RegisterEntry): Tokens {
  return {
    person: clearField('person', subjectId, ''),
    own: [
      ...numbers.map((tel) => clearField('tel', tel, '')),
      ...accounts.map((acct) => clearField('account', acct, '')),
    ],
    contacts: contacts.map(({ tel }) => clearField('tel', tel, '')),
  };
}

/** Stable while the number stays: cards and audit name a contact by it. */
function contactId(person: string, tel: string): string {
  return hash('sha256', `${person}|${tel}`, 'hex').slice(0, 12);
}

function personalRecord(entry: RegisterEntry, tokens: Tokens): PersonalRecord {
  const { name, sex, language, hearing, address, home } = entry;
  const person = tokens.person.token;
  const own = entry.numbers.map((tel) => ({ contact_id: contactId(person, tel), relation: 'self' as const, tel }));
  const others = entry.contacts.map(({ relation, tel }) => ({ contact_id: contactId(person, tel), relation, tel }));
  const area = home?.area_zh ? { zh: home.area_zh, en: home.area_en ?? home.area_zh } : null;
  const certainty = address === null ? null : { zh: '登记住址', en: 'registered home' };
  return {
    name,
    sex,
    age_band: entry.ageBand,
    language,
    hearing,
    address,
    area,
    place_certainty: certainty,
    contacts: [...own, ...others],
  };
}

function personEntry(entry: RegisterEntry, tokens: Tokens, source: string, from: number): PersonEntry {
  const own = tokens.own.map(({ token }) => ({ token, relation: 'self' as const }));
  const contacts = tokens.contacts.map(({ token }, i) => ({ token, relation: entry.contacts[i]?.relation ?? 'other' }));
  return {
    person: tokens.person.token,
    home: entry.home,
    age_band: entry.ageBand,
    relations: [...own, ...contacts],
    valid_from: from,
    source,
    certainty: CERTAINTY,
  };
}

/** Tokens that a register gave the person so far. */
function ownNumbers(entry: PersonEntry | null): string[] {
  return (entry?.relations ?? []).filter(({ relation }) => relation === 'self').map(({ token }) => token);
}

/** Takes register entries: clear values to the vault, tokens and areas to the directory. */
export class Register {
  readonly #vault: Vault;
  readonly #directory: Directory;

  constructor(vault: Vault, directory: Directory) {
    this.#vault = vault;
    this.#directory = directory;
  }

  /** An entry replaces the one before of the same person; a number it no longer names is nobody's from then on. */
  async put(list: readonly unknown[], source: string, now: number): Promise<RegisterAnswer> {
    const refused: Array<Refusal & { index: number }> = [];
    const entries: RegisterEntry[] = [];
    for (const [index, json] of list.entries()) {
      const entry = readRegisterEntry(json);
      if (isRefusal(entry)) refused.push({ index, ...entry });
      else entries.push(entry);
    }
    const tokens = entries.map(tokensOf);
    await this.#vault.mint(tokens.flatMap(({ person, own, contacts }) => [person, ...own, ...contacts]));
    const persons = new Map(
      entries.map((entry, i) => [tokens[i]!.person.token, personalRecord(entry, tokens[i] as Tokens)]),
    );
    // The vault first: a card may then find more than the door knows, never less.
    await this.#vault.putPersons(persons);
    await this.#storeOnTop(() => this.#store(entries, tokens, source, now));
    return { accepted: entries.length, refused };
  }

  /** Another door may have written one of them in between: what it wrote is the ground of the next try. */
  async #storeOnTop(store: () => Promise<void>): Promise<void> {
    for (let left = TRIES; ; left--) {
      try {
        return await store();
      } catch (error) {
        if (left <= 1 || !isCoded(error) || error.code !== 'database_conflict') throw error;
      }
    }
  }

  async #store(
    entries: readonly RegisterEntry[],
    tokens: readonly Tokens[],
    source: string,
    now: number,
  ): Promise<void> {
    await this.#directory.load(
      tokens.flatMap(({ own }) => own.map(({ token }) => token)),
      tokens.map(({ person }) => person.token),
    );
    const before = tokens.map(({ person }) => this.#directory.entry(person.token));
    await this.#directory.load(before.flatMap(ownNumbers), []);
    const known = new Map<string, PersonEntry>();
    const links = new Map<string, readonly Link[]>();
    const linksOf = (token: string) => links.get(token) ?? this.#directory.links(token);
    // Nothing waits from here on: `put` writes on top of what the directory says now.
    for (const [i, entry] of entries.entries()) {
      const { person, own } = tokens[i] as Tokens;
      const from = entry.validFrom ?? now;
      const kept = new Set(own.map(({ token }) => token));
      for (const token of ownNumbers(known.get(person.token) ?? this.#directory.entry(person.token))) {
        if (!kept.has(token)) links.set(token, endLink(linksOf(token), from, person.token));
      }
      for (const token of kept) links.set(token, linkTo(linksOf(token), person.token, from));
      known.set(person.token, personEntry(entry, tokens[i] as Tokens, source, from));
    }
    await this.#directory.put([...known.values()], links);
  }
}
