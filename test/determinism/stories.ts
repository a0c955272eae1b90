import { createLocalCodec, type Broker } from '@yujing/runtime';
import { readCaseLog, type CaseLog, type PersonLog } from '../kill/case-log.ts';
import { compareCaseLogs } from '../kill/compare.ts';

/** Everything the path says of each person, in both logs. */
export interface Stories {
  readonly encounters: CaseLog;
  readonly cases: CaseLog;
}

const MOST = 10_000;

/** What happened to each person, with the partition of the counterparty left out: it hangs on how many there are. */
async function readEncounters(broker: Broker): Promise<CaseLog> {
  const codec = createLocalCodec();
  const persons = new Map<string, PersonLog>();
  let total = 0;
  for (let partition = 0; partition < broker.partitions('encounter'); partition++) {
    const { high } = await broker.range('encounter', partition);
    const reader = await broker.read('encounter', partition, 0);
    for (let position = 0; position < high;) {
      for (const { offset, key, bytes } of await reader.poll(MOST)) {
        position = offset + 1;
        const { type, value } = codec.decode(bytes);
        if (type !== 'Encounter') continue;
        const log: PersonLog = persons.get(key) ?? { stamped: [], named: new Map() };
        persons.set(key, log);
        const said = { ...value, origin: 0 };
        log.stamped.push({ type, value: said, bytes: codec.encode('Encounter', said) });
        total++;
      }
    }
    await reader.close();
  }
  return { persons, records: total, repeats: 0 };
}

/** Records without a person, `Adopt`, belong to partitions. */
function ofPersons(log: CaseLog): CaseLog {
  return { ...log, persons: new Map([...log.persons].filter(([key]) => key !== '')) };
}

export async function readStories(broker: Broker): Promise<Stories> {
  return { encounters: await readEncounters(broker), cases: ofPersons(await readCaseLog(broker)) };
}

/** What differs, person by person; nothing when the stories are the same bytes. */
export function compareStories(expected: Stories, found: Stories): string[] {
  return [...compareCaseLogs(expected.encounters, found.encounters), ...compareCaseLogs(expected.cases, found.cases)];
}
