import { AGE_BAND_SYMBOLS, RELATION_SYMBOLS, type AgeBand, type Relation } from '@yujing/schemas';
import { refusal, type Refusal } from '../event/refusal.ts';
import { readTime, TIME_HINT } from '../event/time.ts';
import { accountForm, personForm, telForm } from './forms.ts';
import type { HomeArea } from './directory.ts';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export type ContactRelation = Exclude<Relation, 'UNKNOWN'>;

/** What the vault keeps of a person, encrypted as one value. Nothing else of a person is kept anywhere. */
export interface PersonalRecord {
  readonly name: string;
  readonly sex: 'female' | 'male' | null;
  readonly age_band: AgeBand | null;
  readonly language: Bilingual | null;
  readonly hearing: Bilingual | null;
  readonly address: string | null;
  readonly area: Bilingual | null;
  readonly place_certainty: Bilingual | null;
  readonly contacts: ReadonlyArray<{
    readonly contact_id: string;
    readonly relation: ContactRelation;
    readonly tel: string;
  }>;
}

/** One entry of a register, read and found good. */
export interface RegisterEntry {
  readonly subjectId: string;
  readonly name: string;
  readonly sex: 'female' | 'male' | null;
  readonly ageBand: AgeBand | null;
  readonly language: Bilingual | null;
  readonly hearing: Bilingual | null;
  readonly address: string | null;
  readonly home: HomeArea | null;
  readonly numbers: readonly string[];
  readonly accounts: readonly string[];
  readonly contacts: ReadonlyArray<{ readonly relation: ContactRelation; readonly tel: string }>;
  /** null: from now on */
  readonly validFrom: number | null;
}

const MAX_TEXT = 256;
const MAX_LIST = 32;
const SEXES = new Set(['female', 'male']);
const AGE_BANDS = new Set<string>(AGE_BAND_SYMBOLS.filter((symbol) => symbol !== 'UNKNOWN'));
const RELATIONS = new Set<string>(RELATION_SYMBOLS.filter((symbol) => symbol !== 'UNKNOWN' && symbol !== 'self'));

type Fields = Readonly<Record<string, unknown>>;

/** Thrown while reading one entry; caught by {@link readRegisterEntry}. */
class Fault extends Error {
  readonly refusal: Refusal;
  constructor(code: Refusal['code'], field: string, instead: string) {
    super(code);
    this.refusal = refusal(code, field, instead);
  }
}

function text(fields: Fields, name: string, path = name): string | null {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return null;
  if (typeof value !== 'string' || value.length > MAX_TEXT) {
    throw new Fault('wrong_type', path, `write a text of at most ${MAX_TEXT} characters`);
  }
  return value;
}

function needed(fields: Fields, name: string, path = name): string {
  const value = text(fields, name, path);
  if (value === null) throw new Fault('missing', path, 'write a text');
  return value;
}

function oneOf<T extends string>(fields: Fields, name: string, words: ReadonlySet<string>, path = name): T | null {
  const value = text(fields, name, path);
  if (value === null) return null;
  if (!words.has(value)) throw new Fault('unknown_symbol', path, `write one of ${[...words].join(', ')}`);
  return value as T;
}

function object(value: unknown, path: string): Fields | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) throw new Fault('wrong_type', path, 'write an object');
  return value as Fields;
}

function bilingual(fields: Fields, name: string): Bilingual | null {
  const both = object(fields[name], name);
  return both === null ? null : { zh: needed(both, 'zh', `${name}.zh`), en: needed(both, 'en', `${name}.en`) };
}

function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name] ?? [];
  if (!Array.isArray(value)) throw new Fault('wrong_type', name, 'write a list');
  if (value.length > MAX_LIST) throw new Fault('too_many', name, `at most ${MAX_LIST}`);
  return value;
}

function values(fields: Fields, name: string, form: (text: string) => string): string[] {
  const forms = list(fields, name).map((value) => {
    if (typeof value !== 'string' || value.length > MAX_TEXT)
      throw new Fault('wrong_type', name, 'write texts in quotes');
    return form(value);
  });
  return [...new Set(forms)].filter((value) => value !== '');
}

function home(fields: Fields): HomeArea | null {
  const area = object(fields.home, 'home');
  if (area === null) return null;
  const adcode = text(area, 'adcode', 'home.adcode');
  if (adcode !== null && !/^\d{6,12}$/.test(adcode)) throw new Fault('bad_form', 'home.adcode', 'write 6 to 12 digits');
  const station = text(area, 'station_code', 'home.station_code');
  if (station !== null && !/^[A-Za-z0-9._-]{1,32}$/.test(station)) {
    throw new Fault('bad_form', 'home.station_code', 'write letters, digits and . _ -');
  }
  return {
    adcode,
    station_code: station,
    area_zh: text(area, 'area_zh', 'home.area_zh'),
    area_en: text(area, 'area_en', 'home.area_en'),
  };
}

function contacts(fields: Fields): RegisterEntry['contacts'] {
  return list(fields, 'contacts').map((value) => {
    const contact = object(value, 'contacts');
    if (contact === null) throw new Fault('wrong_type', 'contacts', 'write objects {relation, tel}');
    const relation = oneOf<ContactRelation>(contact, 'relation', RELATIONS, 'contacts.relation');
    return { relation: relation ?? 'other', tel: telForm(needed(contact, 'tel', 'contacts.tel')) };
  });
}

function validFrom(fields: Fields): number | null {
  if (fields.valid_from === undefined || fields.valid_from === null) return null;
  const time = readTime(fields.valid_from);
  if (time === undefined) throw new Fault('bad_time', 'valid_from', TIME_HINT);
  return time;
}

/** Reads one entry of `PUT /v1/persons`. */
export function readRegisterEntry(json: unknown): RegisterEntry | Refusal {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refusal('not_an_object', '');
  const fields = json as Fields;
  try {
    return {
      subjectId: personForm(needed(fields, 'subject_id')),
      name: needed(fields, 'name'),
      sex: oneOf(fields, 'sex', SEXES),
      ageBand: oneOf(fields, 'age_band', AGE_BANDS),
      language: bilingual(fields, 'language'),
      hearing: bilingual(fields, 'hearing'),
      address: text(fields, 'address'),
      home: home(fields),
      numbers: values(fields, 'numbers', telForm),
      accounts: values(fields, 'accounts', accountForm),
      contacts: contacts(fields),
      validFrom: validFrom(fields),
    };
  } catch (error) {
    if (error instanceof Fault) return error.refusal;
    throw error;
  }
}
