import { readFileSync } from 'node:fs';
import { createLocalCodec, MemoryEngine, partitionOf } from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import { expect, test } from 'vitest';
import { openLearn } from '../index.ts';

function sample<T extends RecordType>(name: string): RecordTypes[T] {
  const path = new URL(`../../../schemas/samples/${name}.valid.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8')) as RecordTypes[T];
}

test('figures follow the durable log, and are there again after a restart', async () => {
  const engine = new MemoryEngine();
  const codec = createLocalCodec();
  const warning = sample<'Warning'>('warning');
  const label = sample<'Label'>('label');
  const partition = partitionOf(warning.subject, engine.outside.partitions('case'));
  const put = (type: RecordType, value: RecordTypes[RecordType]): void =>
    engine.appendNow('case', partition, { key: warning.subject, bytes: codec.encode(type, value as never) });

  put('Warning', warning);
  await engine.flush();
  let changed: () => void = () => undefined;
  const learn = openLearn({ broker: engine.outside, codec, onChange: () => changed() });
  await learn.ready;
  expect(learn.precisionRows()).toMatchObject([{ rule: warning.rule, warnings: 1, precision: null }]);

  const told = new Promise<void>((resolve) => (changed = resolve));
  put('Label', {
    ...label,
    label: 'label_true',
    rules: [{ ...label.rules[0], rule: warning.rule } as (typeof label.rules)[number]],
  });
  await engine.flush();
  await told;
  expect(learn.odds(warning.rule)).toMatchObject({ real: 1, labelled: 1 });
  await learn.close();

  const again = openLearn({ broker: engine.outside, codec });
  await again.ready;
  expect(again.odds(warning.rule)).toMatchObject({ real: 1, labelled: 1 });
  await again.close();
});
