/** Three precincts of an invented city. Division codes begin with 99, which no real division has. */
export interface Precinct {
  readonly station_code: string;
  readonly adcode: string;
  readonly area_zh: string;
  readonly area_en: string;
  /** housing estates */
  readonly estates: ReadonlyArray<readonly [zh: string, en: string]>;
}

export const PRECINCTS: readonly Precinct[] = [
  {
    station_code: 'qinghe',
    adcode: '990101',
    area_zh: '青禾街道',
    area_en: 'Qinghe',
    estates: [
      ['柳岸花园', 'Willow Bank Garden'],
      ['青禾新苑', 'Qinghe Court'],
    ],
  },
  {
    station_code: 'linhu',
    adcode: '990102',
    area_zh: '临湖街道',
    area_en: 'Linhu',
    estates: [
      ['望湖里', 'Lakeview Lane'],
      ['临湖公寓', 'Linhu Apartments'],
    ],
  },
  {
    station_code: 'shitang',
    adcode: '990103',
    area_zh: '石塘街道',
    area_en: 'Shitang',
    estates: [
      ['石塘新村', 'Shitang New Village'],
      ['采石坊', 'Quarry Yard'],
    ],
  },
];
