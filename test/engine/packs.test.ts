import { expect, test } from 'vitest';
import { runRuleTests } from '@yujing/rules/language';
import { shippedRules } from './packs.ts';

test('every shipped rule tells its own stories', () => {
  const { plan, problems } = shippedRules();
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  const report = runRuleTests(plan);
  const failed = report.results.filter((result) => !result.passed);
  expect(failed.map(({ rule, test, differences, said }) => ({ rule, test, differences, said }))).toEqual([]);
  expect(report.passed).toBeGreaterThan(20);
});
