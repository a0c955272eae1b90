// Reads the .avsc files, resolves names to self-contained schemas, and checks the house rules of the contract.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PRIMITIVES = new Set(['null', 'boolean', 'int', 'long', 'double', 'string']);
const PRIVACY = new Set(['token', 'quasi', 'none']);
const FORMS = new Set('hash48 hash64 hash128 hash256 token key client_id ref currency json filled time'.split(' '));
const ENTITIES = new Set(['tel', 'account', 'domain', 'device', 'person', 'place']);

function readFolder(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.avsc'))
    .sort()
    .map((name) => ({ file: name, schema: JSON.parse(readFileSync(join(folder, name), 'utf8')) }));
}

export function kebab(name) {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}

/** Names a field type refers to. */
export function namesIn(type) {
  if (Array.isArray(type)) return type.flatMap(namesIn);
  if (typeof type === 'object') return type.type === 'array' ? namesIn(type.items) : [];
  return PRIMITIVES.has(type) ? [] : [type];
}

function checkField(where, field, named) {
  const fail = (message) => {
    throw new Error(`${where}.${field.name}: ${message}`);
  };
  // Names become properties of decoded objects: __proto__ must never be one.
  if (!/^[a-z][a-z0-9_]{0,63}$/.test(field.name)) fail('is no name of ours');
  if (field.form !== undefined && !FORMS.has(field.form)) fail(`form ${field.form} is unknown`);
  if (!field.doc) fail('has no doc');
  if (!PRIVACY.has(field.privacy)) fail('has no privacy');
  if (field.entity !== undefined && !ENTITIES.has(field.entity)) fail(`entity ${field.entity} is unknown`);
  for (const name of namesIn(field.type)) if (!named.has(name)) fail(`type ${name} is unknown`);
  if (Array.isArray(field.type)) {
    if (field.type.length !== 2 || field.type[0] !== 'null' || field.default !== null)
      fail('only [null, X] with default null');
  }
  const inner = Array.isArray(field.type) ? field.type[1] : field.type;
  const isArray = typeof inner === 'object' && inner.type === 'array';
  if (isArray && !(field.maxItems > 0)) fail('an array needs maxItems');
  // An item of no bytes would let five bytes claim millions of items.
  if (isArray && named.get(inner.items)?.fields?.length === 0) fail('zero-size array items');
  if ((isArray ? inner.items : inner) === 'string' && !(field.maxLength > 0)) fail('a string needs maxLength');
}

function checkNamed(file, schema, named) {
  if (file !== `${kebab(schema.name)}.avsc`) throw new Error(`${file}: should be ${kebab(schema.name)}.avsc`);
  if (schema.namespace !== 'yujing' || !schema.doc)
    throw new Error(`${schema.name}: namespace yujing and a doc are needed`);
  if (schema.type === 'enum') {
    if (schema.default !== 'UNKNOWN' || !schema.symbols.includes('UNKNOWN'))
      throw new Error(`${schema.name}: UNKNOWN must be a symbol and the default`);
    return;
  }
  for (const field of schema.fields) checkField(schema.name, field, named);
}

/** Depth-first, so that a type stands before the types that use it; a cycle would need unbounded depth and is refused. */
function inDependencyOrder(named) {
  const done = new Map();
  const visit = (name, path) => {
    if (path.includes(name)) throw new Error(`cycle: ${[...path, name].join(' -> ')}`);
    if (done.has(name)) return;
    const schema = named.get(name);
    for (const field of schema.fields ?? []) for (const used of namesIn(field.type)) visit(used, [...path, name]);
    done.set(name, schema);
  };
  for (const name of named.keys()) visit(name, []);
  return [...done.values()];
}

/** The full schema of one record: a named type is written out at its first use and named afterwards. */
function resolve(schema, named, seen = new Set()) {
  const typeOf = (type) => {
    if (Array.isArray(type)) return type.map(typeOf);
    if (typeof type === 'object') return { ...type, items: typeOf(type.items) };
    if (PRIMITIVES.has(type)) return type;
    return seen.has(type) ? `yujing.${type}` : resolve(named.get(type), named, seen);
  };
  seen.add(schema.name);
  if (schema.type === 'enum') return schema;
  return { ...schema, fields: schema.fields.map((field) => ({ ...field, type: typeOf(field.type) })) };
}

export function loadSchemas(folder) {
  const roots = readFolder(folder);
  const shared = readFolder(join(folder, 'types'));
  const named = new Map([...shared, ...roots].map(({ schema }) => [schema.name, schema]));
  if (named.size !== roots.length + shared.length) throw new Error('a name is used twice');
  for (const { file, schema } of [...shared, ...roots]) checkNamed(file, schema, named);
  const ordered = inDependencyOrder(named);
  return {
    named,
    records: roots.map(({ schema }) => schema.name),
    enums: ordered.filter((schema) => schema.type === 'enum'),
    structures: ordered.filter((schema) => schema.type === 'record'),
    resolved: new Map(roots.map(({ schema }) => [schema.name, resolve(schema, named)])),
  };
}
