import { expect, test } from 'vitest';
import { compile } from '../../compile.ts';
import { runRuleTests } from './rule-tests.ts';
import { SECTION_FIVE } from './section-five.ts';

const compiled = compile([{ path: 'section-five.yaml', text: SECTION_FIVE }]);

test('the example of the language runs its own stories', () => {
  expect(compiled.problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  const report = runRuleTests(compiled.plan);
  expect(report.results.map(({ test, differences }) => ({ test, differences }))).toEqual(
    report.results.map(({ test }) => ({ test, differences: [] })),
  );
  expect(report.passed).toBe(4);
});
