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
const FOR_EVER = Number.POSITIVE_INFINITY;

/** Membership both ways: is this one on the list, and on which lists is this one. A list past its end holds nobody. */
export class ListIndex implements Lists {
  readonly #lists = new Map<string, { readonly members: Set<string>; readonly until: number }>();
  readonly #listsOf = new Map<string, string[]>();

  constructor(documents: readonly ListDocument[]) {
    for (const { id, entries, until } of [...documents].sort((a, b) => (a.id < b.id ? -1 : 1))) {
      const members = this.#lists.get(id)?.members ?? new Set<string>();
      this.#lists.set(id, { members, until: until ?? FOR_EVER });
      for (const entry of entries) {
        if (members.has(entry)) continue;
        members.add(entry);
        this.#listsOf.set(entry, [...(this.#listsOf.get(entry) ?? []), id]);
      }
    }
  }

  has(list: string, value: string, at: number): boolean {
    const found = this.#lists.get(list);
    return found !== undefined && at < found.until && found.members.has(value);
  }

  /** ids of the lists on which a value stands */
  listsOf(value: string, at: number): readonly string[] {
    const all = this.#listsOf.get(value);
    return all === undefined ? NONE : all.filter((id) => at < (this.#lists.get(id)?.until ?? FOR_EVER));
  }
}
