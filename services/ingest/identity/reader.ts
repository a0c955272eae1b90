import type { Bilingual, PersonalRecord } from './person.ts';
import type { ClearValue, Vault } from './ports.ts';

/** Stands for masked characters, however many there are; the pages draw it as a block. */
export const MASK = '\u2588';

/** The shapes of services/console/api/views.ts; stages may not import each other, so the types meet by structure. */
export interface MaskedPerson {
  readonly name_masked: string;
  readonly sex: 'female' | 'male' | null;
  readonly age_band: string | null;
  readonly language: Bilingual | null;
  readonly hearing: Bilingual | null;
  readonly area: Bilingual | null;
  readonly contacts: ReadonlyArray<{ readonly contact_id: string; readonly relation: string }>;
}

export interface OpenedPerson extends MaskedPerson {
  readonly name: string;
  readonly address: string | null;
  readonly place_certainty: Bilingual | null;
  readonly contacts: ReadonlyArray<{ readonly contact_id: string; readonly relation: string; readonly tel: string }>;
}

/** What the console may ask of the register. The caller writes `Opened` before it shows clear text. */
export interface IdentityReader {
  masked(personToken: string): Promise<MaskedPerson | null>;
  clear(personToken: string): Promise<OpenedPerson | null>;
  /** the number, account or id behind any token */
  clearValue(token: string): Promise<ClearValue | null>;
}

/** First and last character stand; of a name of two, only the first, or the mask would hide nothing. */
export function maskName(name: string): string {
  const characters = [...name.trim()];
  const first = characters[0] ?? '';
  return characters.length < 3 ? `${first}${MASK}` : `${first}${MASK}${characters.at(-1)}`;
}

function masked(record: PersonalRecord): MaskedPerson {
  const { name, sex, age_band, language, hearing, area, contacts } = record;
  return {
    name_masked: maskName(name),
    sex,
    age_band,
    language,
    hearing,
    area,
    contacts: contacts.map(({ contact_id, relation }) => ({ contact_id, relation })),
  };
}

export function createIdentityReader(vault: Pick<Vault, 'person' | 'reveal'>): IdentityReader {
  return {
    async masked(personToken) {
      const record = await vault.person(personToken);
      return record === null ? null : masked(record);
    },
    async clear(personToken) {
      const record = await vault.person(personToken);
      if (record === null) return null;
      const { name, address, place_certainty, contacts } = record;
      return { ...masked(record), name, address, place_certainty, contacts };
    },
    clearValue: (token) => vault.reveal(token),
  };
}
