import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { runRuleTests } from '../evaluate/index.ts';

const folder = new URL('./', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((path) => ({ path, text: readFileSync(new URL(path, folder), 'utf8') }));
const { plan, problems } = compile(files);

test('the rules that show the constructs are sound', () => {
  expect(problems).toEqual([]);
});

test('each construct does what its stories say', () => {
  const { results } = runRuleTests(plan);
  expect(
    results.filter((result) => !result.passed).map(({ rule, test, differences }) => ({ rule, test, differences })),
  ).toEqual([]);
  for (const rule of plan.rules) {
    const warning = rule.tests.filter((story) => story.expect.length > 0).length;
    expect([rule.id, warning > 0, rule.about === 'counterparty' || warning < rule.tests.length]).toEqual([
      rule.id,
      true,
      true,
    ]);
  }
});

test('docs/rules.md names each of them, and its own examples are sound', () => {
  const text = readFileSync(new URL('../../../docs/rules.md', import.meta.url), 'utf8');
  const named = new Set([...text.matchAll(/`(construct\.[a-z_]+)`/g)].map((match) => match[1]));
  const known = plan.rules.map((rule) => rule.id);
  expect([...named].sort()).toEqual([...known, 'construct.exception'].sort());
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match, index) => ({
    path: `example-${index}.yaml`,
    text: match[1] ?? '',
  }));
  const read = compile(examples);
  expect(read.problems).toEqual([]);
  expect(runRuleTests(read.plan)).toMatchObject({ failed: 0, passed: 3 });
});
