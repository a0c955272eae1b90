import { classifyNumber, WITHHELD } from '../number-class/number-class.ts';
import { clearOf, type Draft } from './draft.ts';
import type { ReadOptions } from './kind.ts';

/** Class, country and area of the other number. Our prefix table comes first; what the source says fills its gaps. */
export function classifyPeer(draft: Draft, options: ReadOptions): void {
  const peer = clearOf(draft, 'peer_tel');
  const facts = peer === undefined ? WITHHELD : classifyNumber(peer.value, options.numbers);
  const { record } = draft;
  if (record.peer_number_class === null || facts.of !== 'unknown') record.peer_number_class = facts.of;
  if ('peer_country' in record) {
    record.peer_country = facts.country ?? record.peer_country;
    record.peer_area = facts.area ?? record.peer_area;
  }
}
