import { expect, test } from 'vitest';
import { compile } from '../compile.ts';
import { loadRuleSet, ruleSetRecords, RuleSetError } from './adopt.ts';
import { SECTION_FIVE } from './trial/section-five.ts';

const compiled = compile([{ path: 'pack.yaml', text: SECTION_FIVE }]);
const { rules, ruleSet } = ruleSetRecords(compiled, 'shipped', 1, 'author-1', 1_700_000_000_000);

function documents(changed: (yaml: string) => string = (yaml) => yaml) {
  return {
    get: async (type: string, hash: string) => {
      if (type === 'RuleSet') return ruleSet;
      const rule = rules.find((candidate) => candidate.hash === hash);
      if (rule === undefined) throw new Error(`no ${hash}`);
      return { ...rule, yaml: changed(rule.yaml) };
    },
  } as Parameters<typeof loadRuleSet>[1];
}

test('a rule set comes back from the change log as it was compiled', async () => {
  const plan = await loadRuleSet(`shipped@1#${ruleSet.hash}`, documents());
  expect(plan.hash).toBe(compiled.plan.hash);
  expect(plan.rules.map((rule) => rule.hash)).toEqual(compiled.plan.rules.map((rule) => rule.hash));
  expect(plan.features).toEqual(compiled.plan.features);
  expect(plan.lists).toEqual(['spoofed_police']);
});

test('a document that does not compile refuses the whole set', async () => {
  const broken = documents((yaml) => yaml.replace('event.phase', 'event.fase'));
  await expect(loadRuleSet(`shipped@1#${ruleSet.hash}`, broken)).rejects.toThrow(RuleSetError);
});
