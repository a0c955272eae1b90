import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compile } from './compile.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const valid = read('../packs/fake_police/call_then_new_payee.yaml');
const short = `kind: FeatureSet
features: { fanout: { on: call, key: peer_tel, agg: distinct(subscriber_tel), where: 'direction == "incoming"', window: 1h } }
---
kind: Rule
id: x
version: 1
status: draft
title: { zh: 样例, en: "Sample, two stages" }
meta: { scam_type: other, expires: 2027-06-30 }
params: { talk: 5m, kinds: [gold, transfer_out] }
sequence:
  by: subject
  within: 24h
  stages:
    - { id: call, on: call, when: 'event.phase == "answered" && fanout(event.peer_tel) > 4', after: params.talk, unless_ended: true }
    - id: out
      on: transaction
      when: |
        event.kind in params.kinds && (event.first_payee || event.amount_minor >= yuan(5000))
        && event.payee_list_hits.exists(h, h != "bank") && event.occurred_at - stage.call.occurred_at < duration("1h")
      level: RED
      because: { zh: '{event.amount_minor|money} 转出', en: '{event.amount_minor|money} out' }
tests: [ { name: quiet, events: [ { at: 5m, call: { phase: answered, peer_tel: "00852000001" } } ], expect: [] } ]
`;

/** Something that grows without bound; how fast compiling is, is no matter of a test on a shared machine. */
const HANG_MS = 20_000;

function timed(text: string): { codes: string[]; took_ms: number } {
  const start = performance.now();
  const { problems } = compile([{ path: 'x.yaml', text }]);
  return { codes: [...new Set(problems.map((problem) => problem.code))], took_ms: performance.now() - start };
}

function withCondition(when: string): string {
  return `kind: Rule\nid: x\nversion: 1\nstatus: draft\ntitle: { zh: 样, en: x }\nmeta: { scam_type: other }\non: call\nwhen: |\n  ${when}\nlevel: BLUE\n`;
}

const HOSTILE: ReadonlyArray<readonly [name: string, text: string, code: string]> = [
  ['50,000 parentheses in a condition', withCondition('('.repeat(50_000)), 'expression_too_long'],
  ['4,000 parentheses in a condition', withCondition('('.repeat(4_000)), 'expression_too_deep'],
  ['a chain of 700 fields', withCondition(`event${'.a'.repeat(700)}`), 'expression_too_deep'],
  ['500 conditionals in a row', withCondition(`${'true ? false : '.repeat(250)}true`), 'expression_too_deep'],
  ['3,001 exclamation marks', withCondition(`${'!'.repeat(3001)}event.first_contact`), 'no_guard'],
  ['1 MB of nothing', ' '.repeat(1_048_576), 'file_too_large'],
  ['1 MB of rules', `${valid}---\n`.repeat(120).slice(0, 1_048_576), 'file_too_large'],
  ['100,000 brackets', 'a: '.concat('['.repeat(100_000)), 'too_deep'],
  ['nested maps in braces', '{a: '.repeat(2_000), 'too_deep'],
  ['nested blocks', Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'too_deep'],
  ['5,000 dashes', `${'- '.repeat(5_000)}a`, 'too_deep'],
  [
    'an alias bomb',
    `a: &a [x, x]\n${Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [*a, *a, *a, *a]`).join('\n')}`,
    'alias_not_allowed',
  ],
  ['20,000 documents', '---\na: 1\n'.repeat(20_000), 'unknown_kind'],
];

test.each(HOSTILE)('%s is refused in time', (_name, text, code) => {
  const { codes, took_ms } = timed(text);
  expect(codes).toContain(code);
  expect(took_ms).toBeLessThan(HANG_MS);
});

/** A small generator with a seed, so that a failure can be told again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

const SCRAPS = [
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '"',
  "'",
  ':',
  ': ',
  ',',
  '#',
  '|',
  '&',
  '*',
  '!',
  '\n',
  '\n---\n',
  '  ',
  '\t',
  '%',
  '\\',
  '汉',
  '😀',
  '\u0000',
  '0',
  '-',
  'null',
  'true',
  '1e309',
  '00861381234',
  '&&',
  '||',
  'event.',
  'stage.',
  'has(',
  'exists(x, ',
  '<<: *a',
  '? ',
  '>',
  '!!binary ',
];

function mutate(text: string, random: (below: number) => number): string {
  let mutated = text;
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const at = random(mutated.length);
    const until = at + random(random(8) === 0 ? 400 : 12);
    const kind = random(4);
    if (kind === 0) mutated = mutated.slice(0, at) + mutated.slice(until);
    else if (kind === 1) mutated = mutated.slice(0, at) + (SCRAPS[random(SCRAPS.length)] ?? '') + mutated.slice(at);
    else if (kind === 2) mutated = mutated.slice(0, at) + mutated.slice(at, until) + mutated.slice(at);
    else mutated = mutated.slice(0, at) + (SCRAPS[random(SCRAPS.length)] ?? '') + mutated.slice(at + 1);
  }
  return mutated;
}

test('500 random mutations of a valid file crash nothing, none hangs', () => {
  expect(compile([{ path: 'x.yaml', text: short }]).problems).toEqual([]);
  const slow: string[] = [];
  let accepted = 0;
  for (let seed = 1; seed <= 500; seed += 1) {
    const text = mutate(seed % 100 === 0 ? valid : short, generator(seed));
    const start = performance.now();
    const { problems } = compile([{ path: 'x.yaml', text }]);
    if (performance.now() - start > HANG_MS) slow.push(`seed ${seed}`);
    if (problems.length === 0) accepted += 1;
    for (const { line, column, message, code } of problems) {
      if (!(line >= 1 && column >= 1 && message !== '' && code !== ''))
        throw new Error(`seed ${seed}: ${code} at ${line}:${column} ${message}`);
    }
  }
  expect(slow).toEqual([]);
  // some only touch comments or texts; most do not
  expect(accepted).toBeLessThan(600);
});
