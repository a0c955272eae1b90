import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packFiles, packsFolder } from './cli/files.ts';
import { compile, runRuleTests } from './language/index.ts';

const { plan, problems } = compile(packFiles());

test('the packs have no mistakes, and no warnings', () => {
  expect(problems).toEqual([]);
  expect(
    readdirSync(packsFolder())
      .filter((name) => !name.includes('.'))
      .sort(),
  ).toEqual(['fake_police', 'fake_service', 'screen_share']);
});

test('every story of every rule ends as it says', () => {
  const { results } = runRuleTests(plan);
  expect(
    results.filter((result) => !result.passed).map(({ rule, test, differences }) => ({ rule, test, differences })),
  ).toEqual([]);
});

test('each rule has two stories that warn and two look-alikes that do not, and pins nothing', () => {
  for (const rule of plan.rules.filter((candidate) => candidate.about === 'subject')) {
    const warning = rule.tests.filter((story) => story.expect.length > 0).length;
    expect([rule.id, warning >= 2, rule.tests.length - warning >= 2]).toEqual([rule.id, true, true]);
    for (const story of rule.tests) expect(story.pin).toEqual({});
  }
});

test('no rule asks a model: no card ships', () => {
  expect(JSON.stringify(plan)).not.toContain('"op":"model"');
});
