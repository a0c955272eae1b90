// The numeric id of each schema, and the promise that a pinned schema never changes under its id.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compatibilityProblems } from './compatible.mjs';
import { kebab } from './load.mjs';

/** Avro's parsing canonical form: what the bytes depend on, without doc, defaults and our own properties. */
export function canonical(schema) {
  if (typeof schema === 'string') return JSON.stringify(schema);
  if (Array.isArray(schema)) return `[${schema.map(canonical).join(',')}]`;
  if (schema.type === 'array') return `{"type":"array","items":${canonical(schema.items)}}`;
  const name = `"name":"yujing.${schema.name}","type":"${schema.type}"`;
  if (schema.type === 'enum') return `{${name},"symbols":${JSON.stringify(schema.symbols)}}`;
  const fields = schema.fields.map((field) => `{"name":"${field.name}","type":${canonical(field.type)}}`);
  return `{${name},"fields":[${fields.join(',')}]}`;
}

export function fingerprint(schema) {
  return createHash('sha256').update(canonical(schema)).digest('hex');
}

function readIds(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'ids.json'), 'utf8'));
  } catch {
    return { frozen: false, schemas: [] };
  }
}

/** The schema as last generated; it is the only copy of a pinned schema until history/ takes it over. */
function lastGenerated(root, type) {
  const text = readFileSync(join(root, 'generated/schemas.ts'), 'utf8');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`  ${type}: {"type":"record"`));
  if (line === undefined) throw new Error(`${type}: its pinned schema is not in generated/schemas.ts`);
  return JSON.parse(line.slice(line.indexOf('{'), -1));
}

function historyPath(entry) {
  return `history/${String(entry.id).padStart(4, '0')}-${kebab(entry.type)}.json`;
}

function retire(root, entry, next) {
  const old = lastGenerated(root, entry.type);
  if (fingerprint(old) !== entry.sha256)
    throw new Error(`${entry.type}: generated/schemas.ts does not hold the pinned schema ${entry.id}`);
  const problems = compatibilityProblems(old, next);
  if (problems.length > 0) throw new Error(`${entry.type}: not compatible with ${entry.id}: ${problems.join('; ')}`);
  return [historyPath(entry), JSON.stringify(old, null, 1) + '\n'];
}

function idsText(frozen, schemas) {
  const lines = schemas.map((entry) => `    ${JSON.stringify(entry).replaceAll('":', '": ').replaceAll(',"', ', "')}`);
  return `{\n  "frozen": ${frozen},\n  "schemas": [\n${lines.join(',\n')}\n  ]\n}\n`;
}

export function planIds(root, loaded, { newVersion }) {
  const { frozen, schemas } = readIds(root);
  const entries = schemas.map((entry) => ({ ...entry }));
  const historyFiles = [];
  for (const type of loaded.records) {
    const schema = loaded.resolved.get(type);
    const sha256 = fingerprint(schema);
    const current = entries.findLast((entry) => entry.type === type);
    if (current?.sha256 === sha256) continue;
    const nextId = Math.max(0, ...entries.map((entry) => entry.id)) + 1;
    if (current === undefined) {
      entries.push({ id: nextId, type, sha256 });
    } else if (!frozen) {
      current.sha256 = sha256;
    } else if (newVersion) {
      historyFiles.push(retire(root, current, schema));
      entries.push({ id: nextId, type, sha256 });
    } else {
      throw new Error(`${type}: schema ${current.id} is pinned; add a version with --new-version`);
    }
  }
  const missing = entries.filter((entry) => !loaded.resolved.has(entry.type));
  if (missing.length > 0 && frozen)
    throw new Error(`pinned but gone: ${missing.map((entry) => entry.type).join(', ')}`);
  const kept = entries.filter((entry) => loaded.resolved.has(entry.type));
  return {
    entries: kept,
    historyFiles,
    idsText: idsText(frozen, kept),
    historic: readHistory(root, kept, new Map(historyFiles)),
  };
}

function readHistory(root, entries, fresh) {
  const old = entries.filter((entry) => entries.findLast((other) => other.type === entry.type) !== entry);
  return old.map((entry) => {
    const text = fresh.get(historyPath(entry)) ?? readFileSync(join(root, historyPath(entry)), 'utf8');
    const schema = JSON.parse(text);
    if (fingerprint(schema) !== entry.sha256)
      throw new Error(`${historyPath(entry)} is not the schema pinned as ${entry.id}`);
    return { id: entry.id, type: entry.type, schema };
  });
}
