import type { RefusalCode } from './event/refusal.ts';

/** What the door counts. Never labelled by a number, account or name. */
export const DOOR_COUNTS = {
  events_accepted: 'events let in',
  events_duplicate: 'events that were there before',
  events_refused: 'events refused, by code',
  events_late: 'events let in late or in retrospect',
  fields_ignored: 'fields nobody knows',
  bodies_refused: 'bodies refused whole, by problem',
  records_appended: 'records durable in the feed',
  append_retries: 'appends that were tried again',
  values_minted: 'values that were new to the vault',
  ids_forgotten: 'event ids forgotten before their time, for want of memory',
  dead_letters_lost: 'refused events that could not be kept',
  persons_registered: 'register entries taken',
} as const;

export type DoorCount = keyof typeof DOOR_COUNTS;

/** A port, so that the pure parts and tests need no registry of metrics. */
export interface DoorMetrics {
  count(name: DoorCount, by: number, label?: RefusalCode | string): void;
}

export const NO_METRICS: DoorMetrics = { count: () => undefined };
