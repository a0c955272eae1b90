import type { CompiledDocument } from './compile.ts';
import type { Problem } from './plan/plan.ts';
import { inOrder, Problems } from './problems/problems.ts';

/** What was released last, by kind and id: kept beside the documents as versions.json. */
export type VersionRecord = Readonly<Record<string, { readonly version: number; readonly content: string }>>;

export function versionRecord(documents: readonly CompiledDocument[]): VersionRecord {
  const entries = documents.map(({ kind, id, version, content }): [string, { version: number; content: string }] => [
    `${kind} ${id}`,
    { version, content },
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The meaning of a document moved and its version did not: warnings of two different rules would be counted as one. */
export function checkVersions(documents: readonly CompiledDocument[], record: VersionRecord): readonly Problem[] {
  const found: Problem[] = [];
  for (const { kind, id, version, content, file, version_at } of documents) {
    const known = record[`${kind} ${id}`];
    if (known === undefined || known.content === content || version > known.version) continue;
    const problems = new Problems(file);
    problems.add(
      'version_not_raised',
      version_at,
      `${id} changed, its version is still ${version}`,
      `version: ${known.version + 1}`,
    );
    found.push(...problems.list);
  }
  return inOrder(found);
}
