import { refusal, type Refusal } from './refusal.ts';

const NO_CLOUD_EVENT = refusal('not_an_object', '', 'write a CloudEvent: {specversion, id, source, type, time, data}');
const VERSION = refusal('unknown_version', 'specversion', 'write "1.0"');
const NO_DATA = refusal('missing', 'data', 'write the fields of the event as a JSON object');
const NO_SOURCE = refusal('missing', 'source', 'write the source of the key');

/** The plain form of a structured CloudEvent: its head over the fields of its data. */
export function unwrapCloudEvent(json: unknown): { readonly event: unknown } | Refusal {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return NO_CLOUD_EVENT;
  const { specversion, id, source, type, time, data } = json as Record<string, unknown>;
  if (specversion !== '1.0') return VERSION;
  if (typeof source !== 'string') return NO_SOURCE;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return NO_DATA;
  const fields = data as Record<string, unknown>;
  return { event: { ...fields, type, id, source, occurred_at: time ?? fields.occurred_at } };
}
