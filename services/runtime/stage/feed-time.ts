import type { AnyDecoded } from '../codec/index.ts';

/** Door time of a record of the feed; undefined for what belongs to no time (`Adopt`) and passes at once. */
export function feedTime(decoded: AnyDecoded): number | undefined {
  switch (decoded.type) {
    case 'Call':
    case 'Sms':
    case 'Transaction':
    case 'DomainVisit':
    case 'Incident':
    case 'Touch':
      return decoded.value.accepted_at;
    case 'Tick':
      return decoded.value.time;
    case 'DoorOpen':
    case 'DoorClosed':
    case 'Linked':
    case 'Listed':
      return decoded.value.at;
    default:
      return undefined;
  }
}
