import type { ConsoleSettings, DemoPerson } from './dependencies.ts';
import type { Role } from './views.ts';

/** The first of a role is taken when nobody is named. The officers are those of the demo's roster. */
const PEOPLE: readonly DemoPerson[] = [
  { user: 'officer-3107', role: 'officer', precinct: 'qinghe' },
  { user: 'analyst-1', role: 'analyst', precinct: null },
  { user: 'commander-1', role: 'commander', precinct: null },
  { user: 'admin-1', role: 'admin', precinct: null },
];

export function demoPeople({ demoPeople: people = PEOPLE }: ConsoleSettings): readonly DemoPerson[] {
  return people;
}

export function demoPerson(settings: ConsoleSettings, role: Role, user: string | undefined): DemoPerson | undefined {
  return demoPeople(settings).find((person) => person.role === role && (user === undefined || person.user === user));
}
