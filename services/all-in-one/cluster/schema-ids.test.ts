import { createCodec, createLocalCodec, MemoryEngine, type Codec } from '@yujing/runtime';
import { RECORD_TYPES, SCHEMA_IDS, SCHEMAS } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { firstDocuments } from '../first-documents.ts';
import { checkSchemaIds } from './schema-ids.ts';

/** As a registry would that gave the ids in another order: the same numbers, other schemas. */
function otherIds(): Codec {
  const ids = RECORD_TYPES.map((type) => SCHEMA_IDS[type]).reverse();
  return createCodec(RECORD_TYPES.map((type, i) => ({ id: ids[i]!, type, schema: SCHEMAS[type] })));
}

function begunWith(codec: Codec): MemoryEngine {
  const engine = new MemoryEngine();
  for (const document of firstDocuments(0, 1, codec)) engine.appendNow('change', 0, document);
  return engine;
}

test('a process whose ids of schemas are not those of the logs is refused, with and without a registry', async () => {
  const [local, registry] = [createLocalCodec(), otherIds()];
  await checkSchemaIds(begunWith(local).inside, local, false);
  await checkSchemaIds(begunWith(registry).inside, registry, true);
  await expect(checkSchemaIds(begunWith(local).inside, registry, true)).rejects.toThrow(
    /not begun with a schema registry/,
  );
  await expect(checkSchemaIds(begunWith(registry).inside, local, false)).rejects.toThrow(/not begun without/);
});

test('before the first document nothing can be told', async () => {
  await checkSchemaIds(new MemoryEngine().inside, createLocalCodec(), false);
});
