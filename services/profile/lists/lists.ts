import type { List } from '@yujing/schemas';
import { ListIndex } from '@yujing/rules/language';

/** Lists that speak for a counterparty: on one of these, whatever else it stands on is a mistake of the other list. */
const GOOD = new Set(['good', 'government', 'bank', 'service']);
/** The lists a profile is looked up in. */
export class ProfileLists extends ListIndex {
  /** ids of the lists on which a counterparty stands at an instant; a good list silences the others */
  hits(counterparty: string, at: number): readonly string[] {
    const all = this.listsOf(counterparty, at);
    return all.some((id) => GOOD.has(id)) ? all.filter((id) => GOOD.has(id)) : all;
  }
}

export const NO_PROFILE_LISTS = new ProfileLists([]);

/** A list of the change log as rules and profiles ask it. */
export function listsOf(list: List): ProfileLists {
  const { id, entity, entries, until } = list;
  return new ProfileLists([{ id, entity, entries, until }]);
}
