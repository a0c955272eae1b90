import type { EntityKind } from '@yujing/schemas';
import type { Lists } from './frame.ts';

/** A list as it was adopted. */
export interface ListDocument {
  readonly id: string;
  readonly entity: EntityKind;
  readonly entries: readonly string[];
  readonly until: number | null;
}

const NONE: readonly string[] = [];

/** Membership both ways: is this one on the list, and on which lists is this one. */
export class ListIndex implements Lists {
  readonly #members = new Map<string, Set<string>>();
  readonly #listsOf = new Map<string, string[]>();

  constructor(documents: readonly ListDocument[]) {
    for (const { id, entries } of [...documents].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const members = this.#members.get(id) ?? new Set<string>();
      this.#members.set(id, members);
      for (const entry of entries) {
        if (members.has(entry)) continue;
        members.add(entry);
        this.#listsOf.set(entry, [...(this.#listsOf.get(entry) ?? []), id]);
      }
    }
  }

  has(list: string, value: string): boolean {
    return this.#members.get(list)?.has(value) ?? false;
  }

  /** ids of the lists on which a value stands */
  listsOf(value: string): readonly string[] {
    return this.#listsOf.get(value) ?? NONE;
  }
}
