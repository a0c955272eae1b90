import type { RecordType } from '@yujing/schemas';
import { RegistryError } from '../../errors/errors.ts';
import type { SchemaVersion } from '../codec-table.ts';
import { RELEASE_SCHEMAS } from '../release.ts';
import { openClient, type RegistryClient } from './client.ts';
import { checkRelease } from './gate.ts';
import { currentOf } from './look-up.ts';
import type { RegistryOptions } from './options.ts';
import { subjectOf, textOf } from './subject.ts';

export interface RegisteredSchema {
  readonly type: RecordType;
  readonly subject: string;
  readonly id: number;
  /** false: it was there */
  readonly registered: boolean;
}

const COMPATIBILITY = 'FULL_TRANSITIVE';

/**
 * Registers what this release writes, after the versions before it; a second time it changes nothing. The offline gate comes
 * first, so that nothing is half registered for a mistake that can be seen here.
 * @throws RegistryError schema_incompatible, schema_refused, compatibility_differs, registry_unreachable, registry_refused
 */
export async function registerSchemas(options: RegistryOptions): Promise<RegisteredSchema[]> {
  const { release = RELEASE_SCHEMAS } = options;
  checkRelease(release);
  const client = await openClient(options);
  const results: RegisteredSchema[] = [];
  for (const { type, schema } of currentOf(release)) {
    const subject = subjectOf(schema);
    // A registry checks nothing unless it is told to, and a fresh one is not.
    await demandCompatibility(client, subject);
    let last = { id: -1, registered: false };
    for (const version of release) if (version.type === type) last = await register(client, version, subject);
    results.push({ type, subject, ...last });
  }
  return results;
}

async function demandCompatibility(client: RegistryClient, subject: string): Promise<void> {
  // Always sent: what is answered before may be the registry's default, which somebody may change.
  await client.setCompatibility(subject);
  const answer = await client.compatibilityOf(subject);
  if (answer !== COMPATIBILITY) {
    throw new RegistryError('compatibility_differs', { subject, answer: answer ?? 'none' });
  }
}

async function register(
  client: RegistryClient,
  { type, schema }: SchemaVersion,
  subject: string,
): Promise<{ id: number; registered: boolean }> {
  const text = textOf(schema);
  const there = await client.idOf(subject, text);
  if (there !== undefined) return { id: there, registered: false };
  try {
    return { id: await client.register(subject, text), registered: true };
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'schema_refused') throw error;
    throw new RegistryError('schema_refused', { type, ...error.facts });
  }
}
