import { describe, expect, test } from 'vitest';
import type { SchemaVersion } from '../codec-table.ts';
import { after, before, CHANGES } from './fixtures/changes.ts';
import { coded } from './fixtures/contract.ts';
import { RELEASE_SCHEMAS } from '../release.ts';
import { checkRelease, incompatibilities } from './gate.ts';

describe('the offline gate', () => {
  test.each(CHANGES)('$name', (change) => {
    const problems = incompatibilities(before('yujing'), after('yujing', change));
    const { refusedAt } = change;
    const fields = new Set(problems.map((problem) => problem.split(':')[0]));
    expect([...fields].join(' ')).toBe(refusedAt ?? '');
    // The other way round it is the same question.
    expect(incompatibilities(after('yujing', change), before('yujing')).length > 0).toBe(refusedAt !== undefined);
  });

  test('what this release knows passes; transitive: the first against the third', () => {
    checkRelease(RELEASE_SCHEMAS);
    const version = (name: string): SchemaVersion => {
      const change = CHANGES.find((candidate) => candidate.name === name)!;
      return { id: 1, type: 'Tick', schema: after('yujing', change) };
    };
    const first = version('a new field with a default');
    const without = version('nothing but a text');
    const third: SchemaVersion = {
      ...first,
      schema: {
        ...first.schema,
        fields: first.schema.fields.map((field) =>
          field.name === 'more' ? { ...field, type: ['null', 'string'], maxLength: 9 } : field,
        ),
      },
    };
    checkRelease([first, without]);
    checkRelease([without, third]);
    expect(() => checkRelease([first, without, third])).toThrow(coded('schema_incompatible', { type: 'Tick' }));
  });
});
