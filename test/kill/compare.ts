import type { CaseLog, PersonLog, Said } from './case-log.ts';

const SHOWN_CHARACTERS = 1_200;
const NOBODY: PersonLog = { stamped: [], named: new Map() };

function isSame(a: Said | undefined, b: Said | undefined): boolean {
  return a?.type === b?.type && Buffer.compare(a?.bytes ?? Buffer.alloc(0), b?.bytes ?? Buffer.alloc(0)) === 0;
}

/** The fields that differ, each as one says and the other. */
function show(a: Said | undefined, b: Said | undefined): string {
  if (a === undefined || b === undefined || a.type !== b.type) return `${text(a)} <> ${text(b)}`;
  const [one, other] = [a.value as Readonly<Record<string, unknown>>, b.value as Readonly<Record<string, unknown>>];
  const fields = Object.keys(one).filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]));
  const parts = fields.map((name) => `${name}: ${JSON.stringify(one[name])} <> ${JSON.stringify(other[name])}`);
  return `${a.type} ${parts.join('; ')}`.slice(0, SHOWN_CHARACTERS);
}

function text(said: Said | undefined): string {
  return said === undefined ? 'nothing' : `${said.type} ${JSON.stringify(said.value)}`.slice(0, SHOWN_CHARACTERS / 2);
}

function comparePerson(key: string, expected: PersonLog, found: PersonLog): string[] {
  const differences: string[] = [];
  const length = Math.max(expected.stamped.length, found.stamped.length);
  for (let index = 0; index < length; index++) {
    const [a, b] = [expected.stamped[index], found.stamped[index]];
    if (isSame(a, b)) continue;
    differences.push(`${key} output ${index}: ${show(a, b)}`);
    break;
  }
  for (const name of new Set([...expected.named.keys(), ...found.named.keys()])) {
    const [a, b] = [expected.named.get(name), found.named.get(name)];
    if (!isSame(a, b)) differences.push(`${key} ${name}: ${show(a, b)}`);
  }
  return differences;
}

/**
 * Person by person: the outputs of the stages must be the same bytes in the same order; of what is told apart by its content
 * (commands, deliveries, deadlines, adoptions), the same set with the same bytes. Returns what differs, nothing when all is well.
 */
export function compareCaseLogs(expected: CaseLog, found: CaseLog): string[] {
  const keys = new Set([...expected.persons.keys(), ...found.persons.keys()]);
  return [...keys].flatMap((key) =>
    comparePerson(key, expected.persons.get(key) ?? NOBODY, found.persons.get(key) ?? NOBODY),
  );
}
