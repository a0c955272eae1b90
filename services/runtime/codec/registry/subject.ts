import type { AvroRecord } from '@yujing/schemas';

/** RecordNameStrategy: one subject per record, whatever the topic; our logs hold many record types each. */
export function subjectOf(schema: AvroRecord): string {
  return schema.namespace === '' ? schema.name : `${schema.namespace}.${schema.name}`;
}

/** What is registered and looked up. Self-contained, so no reference is needed: registries check those differently. */
export function textOf(schema: AvroRecord): string {
  return JSON.stringify(schema);
}
