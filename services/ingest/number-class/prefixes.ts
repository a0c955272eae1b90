import type { NumberClass } from '@yujing/schemas';

/** Short numbers of the state. 96110 is the anti-fraud line, so it stands here and not with the services on 96. */
export const STATE_NUMBERS: ReadonlySet<string> = new Set(
  '110 119 120 122 96110 12110 12119 12120 12121 12122 12123 12301 12306 12309 12313 12315 12321 12328 12329 12333 12337 12338 12339 12345 12348 12350 12355 12356 12360 12361 12363 12365 12366 12367 12368 12369 12371 12377 12378 12379 12381 12388 12389 12393 12395'.split(
    ' ',
  ),
);

/**
 * Service numbers, by prefix, and how long such a number may be. 100xx (operators) and 106 (gateways of bulk messages) have no
 * class of their own in the vocabulary; they stand with the national services on 95, which no outcome may ever list.
 */
export const SERVICE_PREFIXES: ReadonlyArray<readonly [prefix: string, min: number, max: number, of: NumberClass]> = [
  ['400', 10, 10, 'svc_400_800'],
  ['800', 10, 10, 'svc_400_800'],
  ['95', 5, 8, 'svc_95'],
  ['96', 5, 8, 'svc_96'],
  ['100', 5, 8, 'svc_95'],
  ['106', 8, 20, 'svc_95'],
];

/** Eleven digits from 1: first hit wins, so the longer prefixes of a range stand before it. */
export const MOBILE_PREFIXES: ReadonlyArray<readonly [prefix: string, of: NumberClass]> = [
  ['1349', 'satellite'],
  ['1740', 'satellite'],
  ['174', 'mobile_mno'],
  ['162', 'mobile_mvno'],
  ['165', 'mobile_mvno'],
  ['167', 'mobile_mvno'],
  ['170', 'mobile_mvno'],
  ['171', 'mobile_mvno'],
  ['140', 'iot'],
  ['141', 'iot'],
  ['144', 'iot'],
  ['146', 'iot'],
  ['148', 'iot'],
  ['13', 'mobile_mno'],
  ['14', 'mobile_mno'],
  ['15', 'mobile_mno'],
  ['16', 'mobile_mno'],
  ['17', 'mobile_mno'],
  ['18', 'mobile_mno'],
  ['19', 'mobile_mno'],
];

/** Area codes (without the leading 0) of the municipalities, provincial capitals and the cities of our samples -> division code. */
export const AREA_CODES: ReadonlyMap<string, string> = new Map([
  ['10', '110000'],
  ['20', '440100'],
  ['21', '310000'],
  ['22', '120000'],
  ['23', '500000'],
  ['24', '210100'],
  ['25', '320100'],
  ['27', '420100'],
  ['28', '510100'],
  ['29', '610100'],
  ['311', '130100'],
  ['351', '140100'],
  ['371', '410100'],
  ['431', '220100'],
  ['451', '230100'],
  ['471', '150100'],
  ['512', '320500'],
  ['519', '320400'],
  ['531', '370100'],
  ['551', '340100'],
  ['571', '330100'],
  ['573', '330400'],
  ['574', '330200'],
  ['577', '330300'],
  ['591', '350100'],
  ['731', '430100'],
  ['755', '440300'],
  ['771', '450100'],
  ['791', '360100'],
  ['851', '520100'],
  ['871', '530100'],
  ['891', '540100'],
  ['898', '460100'],
  ['931', '620100'],
  ['951', '640100'],
  ['971', '630100'],
  ['991', '650100'],
]);

/** Calling code -> country. +1 and +7 are shared, so they name none. */
export const COUNTRIES: ReadonlyMap<string, string> = new Map(
  '20EG 27ZA 30GR 31NL 32BE 33FR 34ES 36HU 39IT 40RO 41CH 43AT 44GB 45DK 46SE 47NO 48PL 49DE 51PE 52MX 54AR 55BR 56CL 57CO 60MY 61AU 62ID 63PH 64NZ 65SG 66TH 81JP 82KR 84VN 86CN 90TR 91IN 92PK 93AF 94LK 95MM 98IR 234NG 233GH 254KE 251ET 351PT 353IE 358FI 380UA 420CZ 850KP 852HK 853MO 855KH 856LA 880BD 886TW 960MV 966SA 971AE 972IL 973BH 974QA 975BT 976MN 977NP 992TJ 993TM 994AZ 995GE 996KG 998UZ'
    .split(' ')
    .map((entry) => [entry.slice(0, -2), entry.slice(-2)] as const),
);
