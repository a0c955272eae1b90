import { expect, test } from 'vitest';
import { packFiles } from '../../index.ts';
import { compile } from '../compile.ts';
import { runRuleTests } from '../evaluate/index.ts';
import { scaleDurations } from './scale.ts';

const scaleOne = (text: string, factor: number): string | undefined =>
  scaleDurations([{ path: 'a.yaml', text }], factor)[0]?.text;

test('durations move, and nothing else', () => {
  const text = `kind: Rule
title: { zh: 5m, en: "10m" } # within 1h
params: { talk: 300s, fanout: 40, known: 1h30m, words: [1d, "2d"] }
caller_1h: { window: 1h }
when: |
  event.duration_s >= 300 && pair_age(event.peer_tel) < duration("10m")
  || pair_age_1h(event.peer_tel) < duration('1.5h')
after: params.talk
`;
  expect(scaleOne(text, 1 / 30)).toBe(`kind: Rule
title: { zh: 10000ms, en: "10m" } # within 1h
params: { talk: 10000ms, fanout: 40, known: 180000ms, words: [2880000ms, "2d"] }
caller_1h: { window: 120000ms }
when: |
  event.duration_s >= 300 && pair_age(event.peer_tel) < duration("20000ms")
  || pair_age_1h(event.peer_tel) < duration('180000ms')
after: params.talk
`);
});

test('the shipped packs on a clock of 1:30 compile and tell their own stories', () => {
  const packs = compile(packFiles());
  const scaled = compile(scaleDurations(packFiles(), 1 / 30));
  expect(scaled.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const names = (compiled: typeof packs): string[] => compiled.documents.map(({ id, version }) => `${id}@${version}`);
  expect(names(scaled)).toEqual(names(packs));
  for (const [index, { within_ms, stages, suppress }] of scaled.plan.rules.entries()) {
    const rule = packs.plan.rules[index]!;
    expect(within_ms).toBe(rule.within_ms / 30);
    expect(stages.map(({ after_ms }) => after_ms)).toEqual(
      rule.stages.map(({ after_ms }) => (after_ms === undefined ? undefined : after_ms / 30)),
    );
    expect(suppress?.for_ms).toBe(rule.suppress === undefined ? undefined : rule.suppress.for_ms / 30);
  }
  const { passed, results } = runRuleTests(scaled.plan);
  expect(passed).toBeGreaterThan(20);
  const told = results.flatMap(({ passed: isRight, rule, test: name, differences }) =>
    isRight ? [] : [`${rule}: ${name}: ${differences.join('; ')}`],
  );
  expect(told).toEqual([]);
});
