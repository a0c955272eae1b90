import { createHash } from 'node:crypto';
import type { RecordType } from '@yujing/schemas';
import type { EntityCodec, StageContext } from '@yujing/runtime';

/** The fields a toy needs of each record; names are those of the real records where they mean the same. */
export interface ToyRecords {
  Call: { event_id: string; counterparty: string; subject: string; accepted_at: number };
  Listed: { listed_id: string; counterparty: string; at: number };
  Tick: { door: string; time: number; origin: number };
  Encounter: {
    event_id: string;
    counterparty: string;
    subject: string;
    origin: number;
    at: number;
    n: number;
    listed: string;
    version: number;
  };
  Exposure: { exposure_id: string; subject: string; counterparty: string };
  Warning: { warning_id: string; subject: string; by: string; version: number };
  Case: { case_id: string; subject: string; status: 'open' | 'closed' };
  Order: { order_id: string; case_id: string; subject: string; level: number };
  Escalation: { order_id: string; subject: string; level: number; offset: number };
  Reanalysis: { warning_id: string; case_id: string; subject: string };
  Decision: { command_id: string; subject: string; action: 'ack' | 'note' | 'close'; order_id: string };
  Applied: { command_id: string; subject: string };
  Refused: { command_id: string; subject: string };
  Delivery: { order_id: string; subject: string; level: number; at: number };
  Due: { subject: string; due_at: number; at: number };
}

export type ToyType = keyof ToyRecords;
export type ToyDocument = { readonly version: number };

/** A toy's record, which the ports carry under the type of the real one. */
export function toy<T extends ToyType>(record: { readonly value: unknown }, _type: T): ToyRecords[T] {
  return record.value as ToyRecords[T];
}

export function emit<T extends ToyType>(
  context: Pick<StageContext<unknown, unknown>, 'emit'>,
  type: T & RecordType,
  key: string,
  value: ToyRecords[T],
): void {
  context.emit(type, key, value as never);
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

export function jsonCodec<Entity>(empty: () => Entity): EntityCodec<Entity> {
  return {
    empty,
    encode: (entity) => Buffer.from(JSON.stringify(entity)),
    decode: (bytes) => JSON.parse(Buffer.from(bytes).toString()) as Entity,
  };
}
