import { SCHEMAS, RECORD_TYPES } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { createCodec } from '../codec.ts';
import { CodecTable } from '../codec-table.ts';
import { readForeignSchema } from './foreign-schema.ts';
import { sample } from './fixtures/releases.ts';
import { textOf } from './subject.ts';

/** As Java's Avro prints a schema: a namespace is left out where it is inherited, names are short within it. */
function inherited(node: unknown, namespace: string): unknown {
  if (Array.isArray(node)) return node.map((item) => inherited(item, namespace));
  if (typeof node === 'string') return node.startsWith(`${namespace}.`) ? node.slice(namespace.length + 1) : node;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([name, value]) => name !== 'namespace' || value !== namespace);
  const own = (node as { namespace?: string }).namespace ?? namespace;
  return Object.fromEntries(
    entries.map(([name, value]) => [name, ['type', 'items', 'fields'].includes(name) ? inherited(value, own) : value]),
  );
}

test.each(RECORD_TYPES)('%s reads the same in the words of another library', (type) => {
  const schema = SCHEMAS[type];
  const words = JSON.stringify({ ...(inherited(schema, 'yujing') as object), namespace: 'yujing' });
  if (words.includes('"items":{"type":"record"')) expect(words).not.toBe(textOf(schema));
  const bytes = createCodec([{ id: 5, type, schema }]).encode(type, sample(type));
  const table = new CodecTable([{ id: 6, type, schema }]);
  table.addReader({ id: 5, type, schema: readForeignSchema(words) });
  const reader = table.readers.get(5)!;
  expect(reader.resolver).toBeDefined();
  const read = createCodec([
    { id: 5, type, schema: readForeignSchema(words) },
    { id: 6, type, schema },
  ]).decode(bytes);
  expect(read.value).toEqual(sample(type));
});

test('primitives in braces and logical types are what they are on the wire', () => {
  const text = JSON.stringify({
    type: 'record',
    name: 'strangers.Thing',
    fields: [
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'word', type: { type: 'string', 'avro.java.string': 'String' }, maxLength: 7 },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['A', 'B'] } },
      { name: 'kinds', type: { type: 'array', items: 'Kind' }, maxItems: 3 },
    ],
  });
  expect(readForeignSchema(text)).toMatchObject({
    name: 'Thing',
    namespace: 'strangers',
    fields: [
      { name: 'at', type: 'long' },
      { name: 'word', type: 'string', maxLength: 7 },
      { name: 'kind', type: { name: 'Kind', namespace: 'strangers' } },
      { name: 'kinds', type: { type: 'array', items: 'strangers.Kind' }, maxItems: 3 },
    ],
  });
});

test.each([
  ['no JSON', '{'],
  ['no record', '"string"'],
  ['no record', '{"type":"array","items":"int"}'],
  ['a map', '{"type":"record","name":"A","fields":[{"name":"a","type":{"type":"map","values":"int"}}]}'],
  ['a field that would be a prototype', '{"type":"record","name":"A","fields":[{"name":"__proto__","type":"int"}]}'],
  ['a name that is code', '{"type":"record","name":"A(){}","fields":[]}'],
  [
    'a symbol that is code',
    '{"type":"record","name":"A","fields":[{"name":"a","type":{"type":"enum","name":"E","symbols":["a b"]}}]}',
  ],
  [
    'no end of nesting',
    `{"type":"record","name":"A","fields":[{"name":"a","type":${'['.repeat(99)}"int"${']'.repeat(99)}}]}`,
  ],
  ['a book', ' '.repeat(300_000)],
])('%s is refused', (_, text) => {
  expect(() => readForeignSchema(text)).toThrow(expect.objectContaining({ code: 'unsupported_schema' }));
});
