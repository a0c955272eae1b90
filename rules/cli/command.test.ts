import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runRulesCommand } from './command.ts';
import { packsFolder } from './files.ts';

const folder = mkdtempSync(join(tmpdir(), 'yujing-rules-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; error: string }> {
  let out = '';
  let error = '';
  const code = await runRulesCommand(argv, {
    write: (text) => (out += text),
    error: (text) => (error += text),
    cwd: folder,
    color: false,
    interactive: false,
    today: '2026-11-22',
  });
  return { code, out, error };
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const RULE = `kind: Rule
id: sample.rule
version: 1
status: draft
title: { zh: 样例, en: Sample }
meta: { scam_type: other }
on: call
when: event.phase == "answered" && caller_fanout_1h(event.peer_tel) >= 1
level: YELLOW
tests:
  - name: a call
    events: [ { at: 1m, call: { phase: answered, direction: incoming, peer_tel: X1, subscriber_tel: S1 } } ]
    expect: [ { at: 1m, level: YELLOW } ]
`;

test('the shipped packs lint clean, pass their stories and are released', async () => {
  expect(await run('lint')).toMatchObject({ code: 0, out: expect.stringContaining('0 errors, 0 warnings') });
  expect(await run('test')).toMatchObject({ code: 0, out: expect.stringMatching(/\d+ passed, 0 failed/) });
});

test('a mistake is shown with its line, a mark under the place and a hint', async () => {
  const { code, out } = await run(
    'lint',
    file('bad.yaml', RULE.replace('"answered"', '"anwsered"').replace('样例', '样例，很长')),
  );
  expect(code).toBe(1);
  expect(out).toContain(`bad.yaml:8:22 error unknown_symbol: CallPhase has no "anwsered"
    8 | when: event.phase == "anwsered" && caller_fanout_1h(event.peer_tel) >= 1
      |                      ^
        did you mean answered?
`);
  expect(out).toContain('1 error, 0 warnings in 1 file, 0 sound rules');
});

test('the mark stands under the place also after 汉字', async () => {
  const { out } = await run(
    'lint',
    file('wide.yaml', RULE.replace('{ zh: 样例, en: Sample }', '{ zh: 样例, zn: Sample }')),
  );
  expect(out).toContain('    5 | title: { zh: 样例, zn: Sample }\n      |                    ^');
});

test('a file outside the packs reads their shared features; alone it does not', async () => {
  const name = file('good.yaml', RULE);
  expect((await run('lint', name)).code).toBe(0);
  expect((await run('lint', name, '--alone')).out).toContain('unknown_function');
  expect((await run('test', name)).out).toContain('1 passed, 0 failed in 1 rule');
});

test('a story that ends otherwise is told with what the rule said', async () => {
  const { code, out } = await run(
    'test',
    file('fails.yaml', RULE.replace('expect: [ { at: 1m, level: YELLOW } ]', 'expect: []')),
  );
  expect(code).toBe(1);
  expect(out).toContain('FAIL a call');
  expect(out).toContain('did not expect at 1m, YELLOW');
  expect(out).toContain('fails.yaml:11');
});

test('warnings fail unless they are allowed', async () => {
  const name = file('warns.yaml', RULE.replace('level: YELLOW\n', 'level: YELLOW\nparams: { unused: 3 }\n'));
  expect((await run('lint', name)).code).toBe(1);
  expect((await run('lint', name, '--allow-warnings')).code).toBe(0);
});

test('JSON for machines', async () => {
  const { out } = await run('lint', '--json', file('bad.yaml', RULE.replace('"answered"', '"anwsered"')));
  expect(JSON.parse(out)).toMatchObject({
    files: 1,
    rules: 0,
    problems: [{ code: 'unknown_symbol', line: 8, column: 22, severity: 'error' }],
  });
  const tested = JSON.parse((await run('test', '--json', '--rule', 'screen_share.live_session')).out);
  expect(tested).toMatchObject({ passed: 4, failed: 0 });
  const shown = JSON.parse((await run('show', '--json', '--rule', 'fake_police.second_leg')).out);
  expect(shown).toMatchObject([{ id: 'fake_police.second_leg', emit: 'last' }]);
});

test('a change without a new version is found against the record', async () => {
  const own = mkdtempSync(join(folder, 'released-'));
  const path = join(own, 'rule.yaml');
  writeFileSync(path, RULE);
  expect((await run('lint', own, '--record')).code).toBe(0);
  expect(JSON.parse(readFileSync(join(own, 'versions.json'), 'utf8'))).toHaveProperty(
    ['Rule sample.rule', 'version'],
    1,
  );
  writeFileSync(path, RULE.replace('>= 1', '>= 2'));
  expect((await run('lint', own)).out).toContain('version_not_raised');
  writeFileSync(path, RULE.replace('>= 1', '>= 2').replace('version: 1', 'version: 2'));
  expect((await run('lint', own)).code).toBe(0);
});

test('help and wrong usage', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('lint') });
  expect(await run('lint', '--help')).toMatchObject({ code: 0, out: expect.stringContaining('--record') });
  expect(await run()).toMatchObject({ code: 2 });
  expect(await run('lnt')).toMatchObject({ code: 2, error: expect.stringContaining('rules lnt') });
  expect(await run('lint', '--colour')).toMatchObject({
    code: 2,
    error: expect.stringContaining('unknown flag --colour'),
  });
  expect(await run('lint', 'nowhere')).toMatchObject({
    code: 2,
    error: expect.stringContaining('no file or folder nowhere'),
  });
  expect(await run('test', '--rule')).toMatchObject({ code: 2 });
  expect(await run('test', '--rule', 'no.such_rule')).toMatchObject({ code: 2 });
});

test('schema and errors are printed', async () => {
  expect(JSON.parse((await run('schema')).out)).toHaveProperty('$schema');
  expect((await run('errors')).out).toContain('# Mistakes in rule files');
  expect(packsFolder()).toMatch(/rules[/\\]packs$/);
});
