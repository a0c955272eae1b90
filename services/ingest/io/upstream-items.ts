import { isUtf8 } from 'node:buffer';
import { isCoded, type UpstreamBatch, type UpstreamRecord } from '@yujing/runtime';
import type { BodyItem } from '../event/body.ts';
import { isRefusal, refusal, type Refusal } from '../event/refusal.ts';
import { applyMapping } from '../mapping/apply.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { readJsonRow } from '../mapping/read-row.ts';

/** Decodes an Avro message with its 5-byte registry header. @throws for what it cannot; coded and retriable: try again */
export type AvroDecoder = (message: Buffer) => unknown;

export interface ItemOptions {
  readonly mapping: Mapping;
  readonly maxBytes: number;
  readonly decodeAvro?: AvroDecoder | undefined;
}

/** What a batch is for the door, and what was refused before it got there. */
export interface BatchItems {
  readonly items: readonly BodyItem[];
  readonly refused: readonly Refusal[];
}

const TOO_LONG = refusal('too_large', '', 'write shorter messages');
const NO_VALUE = refusal('missing', '', 'the message has no value');
const NO_AVRO = refusal('bad_form', '', 'write Avro with the header of the schema registry, of a schema it knows');

/** The dead letter holds what came; bytes that are no text as base64. */
function textOf(value: Buffer | null): string {
  if (value === null) return '';
  return isUtf8(value) ? value.toString() : `base64:${value.toString('base64')}`;
}

async function rowOf(value: Buffer | null, options: ItemOptions): Promise<{ readonly row: unknown } | Refusal> {
  const { mapping, maxBytes, decodeAvro } = options;
  if (mapping.format !== 'avro' || decodeAvro === undefined) return readJsonRow(value, maxBytes);
  if (value === null) return NO_VALUE;
  if (value.length > maxBytes) return TOO_LONG;
  try {
    return { row: await decodeAvro(value) };
  } catch (error) {
    if (isCoded(error) && error.retriable) throw error;
    return NO_AVRO;
  }
}

/** The same for every reading of a message; the time sets a topic apart from one of its name that was deleted before. */
function idOf({ topic, partition }: UpstreamBatch, { offset, timestamp }: UpstreamRecord): string {
  return `${topic}/${partition}/${offset}@${timestamp}`;
}

/** Messages to events: one or two of each, or one that is refused, with the place where it lies. */
export async function itemsOf(batch: UpstreamBatch, options: ItemOptions): Promise<BatchItems> {
  const items: BodyItem[] = [];
  const refused: Refusal[] = [];
  for (const record of batch.records) {
    const place = `${batch.topic}/${batch.partition}/${record.offset}`;
    const text = (): string => textOf(record.value);
    const read = await rowOf(record.value, options);
    const made = isRefusal(read) ? read : applyMapping(options.mapping, read.row, idOf(batch, record));
    if (isRefusal(made)) {
      refused.push(made);
      items.push({ json: undefined, fault: made, text, place });
    } else for (const json of made) items.push({ json, fault: undefined, text, place });
  }
  return { items, refused };
}
