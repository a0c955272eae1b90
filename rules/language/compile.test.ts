import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CompileCache } from './cache.ts';
import { compile } from './compile.ts';
import type { FeaturePlan, Node } from './plan/plan.ts';
import { planFromDocuments } from './stored.ts';
import { checkVersions, versionRecord } from './versions.ts';

const prelude = readFileSync(new URL('documents/samples/prelude.yaml', import.meta.url), 'utf8');

function rule(
  when: string,
  { id = 'sample.rule', version = 1, status = 'draft', on = 'call', more = '' } = {},
): string {
  return `kind: Rule\nid: ${id}\nversion: ${version}\nstatus: ${status}\ntitle: { zh: 样例, en: Sample }\nmeta: { scam_type: other }\non: ${on}\nwhen: |\n  ${when}\nlevel: YELLOW\n${more}`;
}

function compiled(...texts: string[]) {
  return compile([
    { path: '0.yaml', text: prelude },
    ...texts.map((text, index) => ({ path: `${index + 1}.yaml`, text })),
  ]);
}

function whenOf(text: string): Node | undefined {
  const { plan, problems } = compiled(text);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return plan.rules.find((found) => found.id === 'sample.rule')?.stages[0]?.when;
}

test('an expression becomes typed nodes, constants folded in', () => {
  const text = rule('event.kind == "gold" && event.amount_minor >= params.least * 2', {
    on: 'transaction',
    more: 'params: { least: 5000 }\n',
  });
  expect(whenOf(text)).toMatchObject({
    op: 'and',
    arguments: [
      {
        op: 'compare',
        comparison: '==',
        left: { op: 'field', scope: 'event', field: 'kind', type: { kind: 'enum' } },
        right: { value: 'gold', type: { kind: 'enum' } },
      },
      { op: 'compare', comparison: '>=', right: { op: 'literal', type: { kind: 'int' }, value: 10000 } },
    ],
  });
});

test('&& and || are flat whatever the brackets', () => {
  const node = whenOf(
    rule('event.phase == "ended" && (event.first_contact && (event.call_forward_on && event.display_mismatch))'),
  );
  expect(node?.op === 'and' && node.arguments).toHaveLength(4);
});

test('whole numbers divide towards zero, as in CEL', () => {
  const node = whenOf(rule('event.phase == "ended" && event.duration_s == -7 / 2'));
  expect(JSON.stringify(node)).toContain('"value":-3');
});

test('the plan is plain JSON and the same every time, whatever the order of the files', () => {
  const texts = [rule('event.phase == "ended"'), rule('event.phase == "ringing"', { id: 'sample.other' })];
  const first = compile(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  const second = compile(texts.map((text, index) => ({ path: `${index}.yaml`, text })).reverse());
  expect(second.plan).toEqual(first.plan);
  expect(JSON.parse(JSON.stringify(first.plan))).toEqual(JSON.parse(JSON.stringify(second.plan)));
  // pinned: a change of these names is a change of behaviour and drops the state of features
  expect(first.plan.rules.map((found) => found.hash)).toEqual(['d31058a30a09a782', 'c11f510c70b911b0']);
});

test('a rule hash covers its meaning, not its tests, file or comments', () => {
  const plain = compiled(rule('event.phase == "ended"')).plan.rules.find((found) => found.id === 'sample.rule');
  const story = 'tests:\n  - { name: story, events: [], expect: [] }\n# a remark\n';
  const tested = compiled('# head', rule('event.phase   ==   "ended"', { more: story })).plan.rules.find(
    (found) => found.id === 'sample.rule',
  );
  expect(tested?.hash).toBe(plain?.hash);
  expect(tested?.tests).toHaveLength(1);
  const moved = compiled(rule('event.phase == "ringing"')).plan.rules.find((found) => found.id === 'sample.rule');
  expect(moved?.hash).not.toBe(plain?.hash);
});

function features(lines: string): readonly FeaturePlan[] {
  const names = [...lines.matchAll(/^ {2}(\w+):.*on: (\w+).*key: (\[?)(\w+)(?:, (\w+)\])?/gm)];
  const asked = names.map(([, name, , , key, second]) => ({
    name,
    args: second === undefined ? `event.${key}` : `event.${key}, event.${second}`,
  }));
  const on = names[0]?.[2] ?? 'call';
  const guard = on === 'call' ? 'event.phase == "ended"' : 'event.kind == "gold"';
  const when = [guard, ...asked.map(({ name, args }) => `${name}(${args}) >= 1`)].join(' && ');
  const { plan, problems } = compile([
    { path: 'x.yaml', text: `kind: FeatureSet\nfeatures:\n${lines}\n---\n${rule(when, { on })}` },
  ]);
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  return plan.features;
}

test("counterparty features live in profile, the person's own and pairs in detect", () => {
  const found = features(`  a: { on: transaction, key: payee_acct, agg: count(), window: 1h }
  b: { on: transaction, key: payer_acct, agg: count(), window: 1h }
  c: { on: transaction, key: [payee_acct, subject], agg: count(), window: 1h }`);
  expect(Object.fromEntries(found.map(({ name, place }) => [name, place]))).toEqual({
    a: 'profile',
    b: 'detect',
    c: 'detect',
  });
});

test('one definition is one feature, whoever declares it and under whatever name', () => {
  const found = features(`  a: { on: call, key: peer_tel, agg: distinct(subscriber_tel), window: 60m }
  b: { on: call, key: peer_tel, agg: "distinct( subscriber_tel )", window: 1h }`);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ name: 'a', id: expect.stringMatching(/^[0-9a-f]{12}$/), buckets: 12 });
});

test('what later expressions read is captured by stage', () => {
  const text = readFileSync(new URL('documents/samples/good-sequence-with-everything.yaml', import.meta.url), 'utf8');
  const [plan] = compiled(text).plan.rules.filter((found) => found.id === 'sample.sequence');
  expect(plan?.stages[0]?.captures.fields).toEqual(['call_id', 'occurred_at', 'peer_tel']);
  expect(plan?.stages[1]?.captures.fields).toEqual(['amount_minor', 'occurred_at']);
  expect(plan?.stages[0]?.absent).toMatchObject([{ on: 'call', same: [], same_counterparty: true }]);
  expect(plan?.absent).toMatchObject([{ on: 'call', same: ['call_id'], same_counterparty: true }]);
  expect(plan?.bands[0]).toEqual({ at_least: 70, level: 'RED' });
  expect(plan?.dispatch).toEqual({
    action: 'meet_in_person',
    route: 'precinct_of(victim)',
    channels: ['sse', 'web_push', 'voice'],
    ack_within_s: 60,
    escalate_to: 'duty_leader',
  });
});

test('an exception is joined to its rules, counts only when it surely holds, and ends by itself', () => {
  const filter = `kind: Filter\nid: f\nversion: 1\nstatus: live\ntitle: { zh: 例外, en: Exception }\nrules: sample.rule\non: call\nwhen: '"bank" in event.peer_list_hits'\nmeta: { owner: lab, expires: 2027-01-31 }\n`;
  const without = compiled(rule('event.phase == "ended"')).plan;
  const { plan } = compiled(rule('event.phase == "ended"'), filter);
  const [bare, filtered] = [without, plan].map((set) => set.rules.find((found) => found.id === 'sample.rule'));
  expect(filtered?.hash).toBe(bare?.hash);
  expect(plan.hash).not.toBe(without.hash);
  const { when } = filtered?.stages[0] ?? {};
  expect(when?.op === 'and' && when.arguments.at(-1)).toMatchObject({ op: 'not', argument: { op: 'certain' } });
  expect(JSON.stringify(when)).toContain(String(Date.UTC(2027, 1, 1)));
});

test('a broken document is left out, the others stand', () => {
  const { plan, documents, problems } = compiled(
    rule('event.phase == "anwsered"'),
    rule('event.phase == "ended"', { id: 'sample.sound' }),
  );
  expect(problems.map((problem) => problem.code)).toEqual(['unknown_symbol']);
  expect(plan.rules.map((found) => found.id)).toEqual(['caller.short_calls', 'sample.sound']);
  expect(documents.map((document) => document.id)).not.toContain('sample.rule');
});

test('stored documents give the same rule set back, under the names they were stored', () => {
  const { documents, plan } = compiled(rule('event.phase == "ended"'));
  const again = planFromDocuments(documents);
  expect(again.problems).toEqual([]);
  expect(again.plan.hash).toBe(plan.hash);
  expect(again.plan.rules.map((found) => found.hash)).toEqual(plan.rules.map((found) => found.hash));
  const renamed = documents.map((document) => ({
    ...document,
    hash: document.id === 'sample.rule' ? '0123456789abcdef' : document.hash,
  }));
  const other = planFromDocuments(renamed);
  expect(other.problems.map((problem) => problem.code)).toEqual(['hash_mismatch']);
  expect(other.plan.rules.find((found) => found.id === 'sample.rule')?.hash).toBe('0123456789abcdef');
});

test('a change of meaning asks for a new version; a change of status does not', () => {
  const released = versionRecord(compiled(rule('event.phase == "ended"')).documents);
  const check = (text: string): string[] =>
    checkVersions(compiled(text).documents, released).map((problem) => problem.code);
  expect(check(rule('event.phase == "ended"'))).toEqual([]);
  expect(check(rule('event.phase == "ringing"'))).toEqual(['version_not_raised']);
  expect(check(rule('event.phase == "ringing"', { version: 2 }))).toEqual([]);
  expect(check(rule('event.phase == "ended"', { status: 'retired' }))).toEqual([]);
});

test('with a cache only what changed is read again, and the result is the same', () => {
  const cache = new CompileCache();
  const files = (when: string, fanout = '1h') => [
    {
      path: '0.yaml',
      text: prelude.replace(
        'agg: distinct(subscriber_tel), window: 1h',
        `agg: distinct(subscriber_tel), window: ${fanout}`,
      ),
    },
    { path: '1.yaml', text: rule(when) },
    {
      path: '2.yaml',
      text: rule('event.phase == "ended" && caller_fanout_1h(event.peer_tel) > 3', { id: 'sample.other' }),
    },
  ];
  for (const [when, fanout] of [
    ['event.phase == "ended"', '1h'],
    ['event.phase == "endd"', '1h'],
    ['event.phase == "ringing"', '2h'],
    ['event.phase == "ended"', '1h'],
  ] as const) {
    expect(compile(files(when, fanout), { cache })).toEqual(compile(files(when, fanout)));
  }
});

test('beyond the number of problems that are told, a document with an error is still left out', () => {
  const warnings = Array.from({ length: 250 }, (_, index) => `  unused_${index}: 1`).join('\n');
  const many = Array.from({ length: 5 }, (_, index) =>
    rule('event.phase == "ended"', {
      id: `sample.many_${index}`,
      more: `params:\n${warnings.split('\n').slice(0, 60).join('\n')}\n`,
    }),
  );
  const broken = rule('event.phase == "endd"', { id: 'sample.broken' });
  const { plan, problems } = compile([{ path: 'x.yaml', text: [...many, broken].join('---\n') }]);
  expect(problems).toHaveLength(200);
  expect(plan.rules.map((found) => found.id)).not.toContain('sample.broken');
});
