import { inventedAccount, inventedMobile } from '../city/numbers.ts';
import { PRECINCTS, type Precinct } from '../city/precincts.ts';
import { randomOf } from '../city/random.ts';
import { homeIn, type RegisterEntry, type Resident } from '../city/town.ts';

interface Cast {
  readonly subject_id: string;
  readonly name: string;
  readonly sex: 'female' | 'male';
  readonly age_band: 'adult' | 'senior';
  readonly precinct: number;
  readonly address: string;
  readonly dialect?: boolean;
  readonly balance_minor: number;
}

const CAST: readonly Cast[] = [
  {
    subject_id: 'P-DEMO-01',
    name: '周澜敏',
    sex: 'female',
    age_band: 'adult',
    precinct: 0,
    address: '柳岸花园12幢2单元602',
    dialect: true,
    balance_minor: 49_000_000,
  },
  {
    subject_id: 'P-DEMO-02',
    name: '韩屿汀',
    sex: 'male',
    age_band: 'adult',
    precinct: 1,
    address: '望湖里7幢1单元304',
    balance_minor: 12_800_000,
  },
  {
    subject_id: 'P-DEMO-03',
    name: '赵芷棠',
    sex: 'female',
    age_band: 'adult',
    precinct: 2,
    address: '石塘新村3幢1单元203',
    balance_minor: 9_600_000,
  },
];

function person(cast: Cast, index: number): Resident {
  const { precinct, dialect, ...facts } = cast;
  const random = randomOf('cast', cast.subject_id);
  return {
    ...facts,
    ...(dialect === true ? { language: { zh: '说方言，懂普通话', en: 'Dialect, follows Mandarin' } } : {}),
    home: homeIn(PRECINCTS[precinct] as Precinct),
    numbers: [inventedMobile(index + 1)],
    accounts: [inventedAccount(random), inventedAccount(random), inventedAccount(random)],
    contacts: [{ relation: 'family', tel: inventedMobile(1000 + index) }],
  };
}

/** The people of the stories: the golden one is the first. */
export const DEMO_PEOPLE: readonly Resident[] = CAST.map(person);

/** Their register entries, for `PUT /v1/persons`. */
export function demoRegister(): RegisterEntry[] {
  return DEMO_PEOPLE.map(({ balance_minor: _, ...entry }) => entry);
}
