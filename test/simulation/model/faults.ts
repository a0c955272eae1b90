import type { Random } from '../random.ts';

/** Everything that can go wrong from outside. Each seed switches a random subset on, each to a random degree. */
export const FAULTS = [
  'crash',
  'zombie',
  'rewind',
  'wipe',
  'appendDelayed',
  'appendNotWritten',
  'appendAnswerLost',
  'appendRepeated',
  'commitDelayed',
  'commitAnswerLost',
  'readFails',
  'evict',
  'adopt',
  'list',
  'deploy',
  'grow',
  'poison',
] as const;
export type Fault = (typeof FAULTS)[number];

export class Faults {
  readonly #degree: Record<Fault, number>;
  /** nothing goes wrong any more: the schedule comes to its end */
  over = false;

  constructor(degree: Record<Fault, number>) {
    this.#degree = degree;
  }

  static draw(
    random: Random,
    only: readonly Fault[] | undefined,
    always: readonly Fault[] = [],
    never: readonly Fault[] = [],
  ): Faults {
    const degree = {} as Record<Fault, number>;
    for (const fault of FAULTS) {
      const drawn = random.chance(0.55) ? random.next() : 0;
      const on = only === undefined ? drawn : only.includes(fault) ? drawn : 0;
      degree[fault] = never.includes(fault) ? 0 : always.includes(fault) ? Math.max(0.5, on) : on;
    }
    return new Faults(degree);
  }

  degree(fault: Fault): number {
    return this.over ? 0 : this.#degree[fault];
  }

  /** which were on at all in this seed */
  get on(): Fault[] {
    return FAULTS.filter((fault) => this.#degree[fault] > 0);
  }
}
