import { inventedName } from './names.ts';
import { inventedAccount, inventedMobile } from './numbers.ts';
import { PRECINCTS, type Precinct } from './precincts.ts';
import { randomOf, type Random } from './random.ts';

/** An entry of `PUT /v1/persons`. */
export interface RegisterEntry {
  readonly subject_id: string;
  readonly name: string;
  readonly sex: 'female' | 'male';
  readonly age_band: 'minor' | 'adult' | 'senior';
  readonly language?: { readonly zh: string; readonly en: string };
  readonly hearing?: { readonly zh: string; readonly en: string };
  readonly address: string;
  readonly home: {
    readonly adcode: string;
    readonly station_code: string;
    readonly area_zh: string;
    readonly area_en: string;
  };
  readonly numbers: readonly string[];
  readonly accounts: readonly string[];
  readonly contacts: ReadonlyArray<{ readonly relation: 'family' | 'work' | 'other'; readonly tel: string }>;
}

/** Somebody who lives in the town; everything about them is in their register entry. */
export interface Resident extends RegisterEntry {
  /** what they have, in fen */
  readonly balance_minor: number;
}

export interface Town {
  readonly seed: string;
  readonly residents: readonly Resident[];
  /** accounts of shops, and numbers of couriers and of service desks */
  readonly shops: readonly string[];
  readonly couriers: readonly string[];
  readonly services: readonly string[];
}

export interface TownOptions {
  readonly seed: string | number;
  readonly residents?: number;
}

/** Numbers of residents begin here; the people of the stories have the ones below (stories/people.ts). */
const FIRST_RESIDENT_NUMBER = 10_000_000;
const FIRST_COURIER_NUMBER = 800_000_000;
const FIRST_SERVICE_NUMBER = 900_000_000;
const SHOPS = 24;
const COURIERS = 8;
const SERVICES = 6;

const DIALECT = { zh: '说方言，懂普通话', en: 'Dialect, follows Mandarin' };
const HARD_OF_HEARING = { zh: '听力不好，请说慢些', en: 'Hard of hearing, speak slowly' };

export function homeIn({ adcode, station_code, area_zh, area_en }: Precinct): RegisterEntry['home'] {
  return { adcode, station_code, area_zh, area_en };
}

function ageBand(random: Random): RegisterEntry['age_band'] {
  const draw = random.next();
  if (draw < 0.05) return 'minor';
  return draw < 0.8 ? 'adult' : 'senior';
}

function resident(seed: string, index: number): Resident {
  const random = randomOf(seed, 'resident', index);
  const precinct = random.pick(PRECINCTS);
  const [estate] = random.pick(precinct.estates);
  const age = ageBand(random);
  const address = `${estate}${random.between(1, 30)}幢${random.between(1, 4)}单元${random.between(1, 9)}0${random.between(2, 4)}`;
  return {
    subject_id: `P-${String(index + 1).padStart(4, '0')}`,
    name: inventedName(random),
    sex: random.chance(0.5) ? 'female' : 'male',
    age_band: age,
    ...(age === 'senior' && random.chance(0.4) ? { language: DIALECT } : {}),
    ...(age === 'senior' && random.chance(0.2) ? { hearing: HARD_OF_HEARING } : {}),
    address,
    home: homeIn(precinct),
    numbers: [inventedMobile(FIRST_RESIDENT_NUMBER + index)],
    accounts: [inventedAccount(random), inventedAccount(random), inventedAccount(random)],
    contacts: [],
    balance_minor: random.between(2_000, 300_000) * 100,
  };
}

/** Neighbours in the list are family in twos; every fifth has a colleague. */
function withContacts(residents: readonly Resident[]): Resident[] {
  return residents.map((one, index) => {
    const family = residents[index % 2 === 0 ? index + 1 : index - 1];
    const work = index % 5 === 0 ? residents[(index + 7) % residents.length] : undefined;
    const contacts: Array<RegisterEntry['contacts'][number]> = [];
    if (family?.numbers[0] !== undefined) contacts.push({ relation: 'family', tel: family.numbers[0] });
    if (work?.numbers[0] !== undefined && work !== one) contacts.push({ relation: 'work', tel: work.numbers[0] });
    return { ...one, contacts };
  });
}

function numbers(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => inventedMobile(first + i));
}

/** The same seed gives the same town. */
export function createTown({ seed, residents = 200 }: TownOptions): Town {
  const name = String(seed);
  const random = randomOf(name, 'shops');
  return {
    seed: name,
    residents: withContacts(Array.from({ length: residents }, (_, index) => resident(name, index))),
    shops: Array.from({ length: SHOPS }, () => inventedAccount(random)),
    couriers: numbers(FIRST_COURIER_NUMBER, COURIERS),
    services: numbers(FIRST_SERVICE_NUMBER, SERVICES),
  };
}

/** The town's register, as the door takes it. */
export function registerOf(residents: readonly Resident[]): RegisterEntry[] {
  return residents.map(({ balance_minor: _, ...entry }) => entry);
}
