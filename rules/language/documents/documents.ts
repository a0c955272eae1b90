import { didYouMean } from '../problems/suggest.ts';
import { Problems, type Position } from '../problems/problems.ts';
import {
  featureSet,
  filter,
  listDocument,
  model,
  policy,
  type FeatureSetBody,
  type FilterBody,
  type ListBody,
  type ModelBody,
} from './declarations/others.ts';
import { rule, type RuleBody } from './declarations/rule.ts';
import { describe, entryOf, losesDigits, toJson, type Json, type Value } from './value.ts';
import { readYaml } from './yaml.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

interface Common {
  readonly file: string;
  readonly position: Position;
  /** the document's own text */
  readonly yaml: string;
  /** its form is wrong somewhere: it is checked all the same, so that all mistakes are told, and used nowhere */
  readonly broken: boolean;
}

/** A document as read: keys known, types right where no problem was reported. What it means is checked later. */
export type ReadDocument = Common &
  (
    | { readonly kind: 'Rule'; readonly body: RuleBody }
    | { readonly kind: 'FeatureSet'; readonly body: FeatureSetBody }
    | { readonly kind: 'List'; readonly body: ListBody }
    | { readonly kind: 'Filter'; readonly body: FilterBody }
    | { readonly kind: 'Model'; readonly body: ModelBody; readonly json: Json }
    | { readonly kind: 'Policy'; readonly body: { readonly id: string; readonly version: number }; readonly json: Json }
  );

export const KINDS = ['Rule', 'FeatureSet', 'List', 'Filter', 'Policy', 'Model'] as const;

export interface ReadFile {
  readonly path: string;
  readonly documents: readonly ReadDocument[];
  readonly problems: Problems;
}

/** A file may hold several documents; all their mistakes are collected. */
export function readFile(file: SourceFile): ReadFile {
  const problems = new Problems(file.path);
  const documents: ReadDocument[] = [];
  for (const { value, text, broken } of readYaml(file.text.replace(/^\uFEFF/, ''), problems)) {
    const before = problems.errors;
    const read = readDocument(value, { file: file.path, position: value.position, yaml: text, broken }, problems);
    if (read !== undefined) documents.push(problems.errors > before ? { ...read, broken: true } : read);
  }
  return { path: file.path, documents, problems };
}

function readDocument(value: Value, common: Common, problems: Problems): ReadDocument | undefined {
  if (value.kind !== 'map') {
    problems.add(
      'wrong_type',
      value.position,
      `a document must be a map, not ${describe(value)}`,
      'begin with `kind: Rule`',
    );
    return undefined;
  }
  const kind = entryOf(value, 'kind');
  const name = kind?.kind === 'scalar' ? kind.written : '';
  switch (name) {
    case 'Rule': {
      const body = rule.read(value, 'rule', problems);
      return body && { ...common, kind: 'Rule', body };
    }
    case 'FeatureSet': {
      const body = featureSet.read(value, 'feature set', problems);
      return body && { ...common, kind: 'FeatureSet', body };
    }
    case 'List': {
      const body = listDocument.read(value, 'list', problems);
      return body && { ...common, kind: 'List', body };
    }
    case 'Filter': {
      const body = filter.read(value, 'filter', problems);
      return body && { ...common, kind: 'Filter', body };
    }
    case 'Model': {
      const body = model.read(value, 'model card', problems);
      return body && { ...common, kind: 'Model', body, json: toJson(value) };
    }
    case 'Policy':
      return readPolicy(value, common, problems);
    default: {
      if (common.broken) return undefined;
      const hint = didYouMean(name, KINDS) ?? `one of: ${KINDS.join(', ')}`;
      problems.add(
        'unknown_kind',
        kind?.position ?? value.position,
        name === '' ? 'the document has no `kind`' : `there is no kind \`${name}\``,
        hint,
      );
      return undefined;
    }
  }
}

/** A policy belongs to the case stage; here only its form is looked at: id, version, and no number that YAML changed. */
function readPolicy(
  value: Extract<Value, { kind: 'map' }>,
  common: Common,
  problems: Problems,
): ReadDocument | undefined {
  const before = problems.errors;
  const found: { id?: string; version?: number } = {};
  for (const [key, { shape, required }] of Object.entries({
    id: { shape: policy.id, required: true },
    version: { shape: policy.version, required: true },
  })) {
    const entry = entryOf(value, key);
    if (entry !== undefined) Object.assign(found, { [key]: shape.read(entry, key, problems)?.value });
    else if (required) problems.add('missing_key', value.position, `\`policy\` needs \`${key}\`: ${shape.words}`);
  }
  checkNumbers(value, problems);
  if (problems.errors > before || found.id === undefined || found.version === undefined) return undefined;
  return { ...common, kind: 'Policy', body: { id: found.id, version: found.version }, json: toJson(value) };
}

function checkNumbers(value: Value, problems: Problems): void {
  if (value.kind === 'map') for (const entry of value.entries) checkNumbers(entry.value, problems);
  else if (value.kind === 'list') for (const item of value.items) checkNumbers(item, problems);
  else if (losesDigits(value) || (typeof value.value === 'number' && !Number.isFinite(value.value))) {
    problems.add(
      'unquoted_number',
      value.position,
      `${value.written} stands without quotes: YAML would change it`,
      `write "${value.written}"`,
    );
  }
}
