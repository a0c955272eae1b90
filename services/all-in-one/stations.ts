import { onDuty, parsePrecincts, parseRoster, type PrecinctDocument, type RosterDocument } from '@yujing/case';
import type { DemoPerson, PrecinctName, Stations } from '@yujing/console';
import type { ChangeView } from '@yujing/runtime';

/** Roster and precincts as `change` has them now, for pages: who is where, and who is on duty. */
export class ChangeStations implements Stations {
  readonly #view: ChangeView;
  #roster: RosterDocument | undefined;
  #precincts: PrecinctDocument | undefined;

  private constructor(view: ChangeView) {
    this.#view = view;
  }

  static async open(view: ChangeView, failed: (error: unknown) => void): Promise<ChangeStations> {
    const stations = new ChangeStations(view);
    await stations.#read();
    view.onHead(() => void stations.#read().catch(failed));
    return stations;
  }

  precincts(): readonly PrecinctName[] {
    return Object.entries(this.#precincts?.precincts ?? {}).map(([code, { name_zh, name_en, area_zh, area_en }]) => ({
      code,
      name: { zh: name_zh, en: name_en },
      area: { zh: area_zh, en: area_en },
    }));
  }

  shift(user: string, now: number): { readonly on_duty: boolean; readonly until: number | null } | undefined {
    const found = this.#find(user);
    if (found === undefined || this.#roster === undefined) return undefined;
    const { officers, reserve } = onDuty(this.#roster, found, now);
    return { on_duty: officers.includes(user) || reserve.includes(user), until: null };
  }

  /** Everybody on the roster, for the demo's choice of roles. */
  demoPeople(): readonly DemoPerson[] {
    const people: DemoPerson[] = [
      { user: 'analyst-01', role: 'analyst', precinct: null },
      { user: 'commander-01', role: 'commander', precinct: null },
      { user: 'admin-01', role: 'admin', precinct: null },
    ];
    const seen = new Set<string>();
    // The town's stories begin where the fallback precinct is: its officer is the one whom the demo shows first.
    const { fallback } = this.#precincts ?? { fallback: '' };
    const precincts = Object.entries(this.#roster?.precincts ?? {}).sort(
      ([a], [b]) => Number(b === fallback) - Number(a === fallback),
    );
    for (const [precinct, { shifts }] of precincts) {
      for (const { officers, reserve, leader } of shifts) {
        for (const user of [...officers, ...reserve, ...(leader === null ? [] : [leader])]) {
          if (!seen.has(user)) people.push({ user, role: 'officer', precinct });
          seen.add(user);
        }
      }
    }
    return people;
  }

  #find(user: string): string | undefined {
    return this.demoPeople().find((person) => person.user === user)?.precinct ?? undefined;
  }

  async #read(): Promise<void> {
    const hashOf = (kind: 'roster' | 'precinct'): string | undefined => this.#view.head(kind)?.ref.split('#')[1];
    const [roster, precinct] = [hashOf('roster'), hashOf('precinct')];
    if (roster !== undefined) this.#roster = parseRoster((await this.#view.get('Roster', roster)).json);
    if (precinct !== undefined) this.#precincts = parsePrecincts((await this.#view.get('Precinct', precinct)).json);
  }
}
