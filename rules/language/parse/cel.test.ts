import { expect, test } from 'vitest';
import { isSyntaxProblem, parseExpression } from './cel.ts';
import { cutTemplate } from './template.ts';

function problem(text: string) {
  const parsed = parseExpression(text);
  if (!isSyntaxProblem(parsed)) throw new Error(`${text} was read`);
  return parsed;
}

test.each([
  ['a = 1', 2, 'equality is written =='],
  ['a && b and c', 7, 'and is written &&'],
  ['a or b', 2, 'or is written ||'],
  ['a & b', 2, 'and is written &&'],
  ['a &&', 2, 'something is missing after this operator'],
  ['a == “x”', 5, 'write operators, brackets and quotes half-width'],
  ['（a）', 0, 'write operators, brackets and quotes half-width'],
  ['f(a', 1, undefined],
  ['f(a]', 3, undefined],
  ['a)', 1, 'take it out, or open it'],
  ['a == "x', 5, 'add "'],
])('%s: the place and a hint', (text, at, hint) => {
  expect(problem(text)).toMatchObject({ code: 'expression_syntax', at, hint });
});

test('brackets in texts and comments do not count', () => {
  expect(isSyntaxProblem(parseExpression('a == "((((" // ((('))).toBe(false);
  expect(isSyntaxProblem(parseExpression("a == 'it\\'s ('"))).toBe(false);
});

test('exists and all come back as they were written', () => {
  expect(parseExpression('event.hits.exists(h, h == "gov")')).toMatchObject({
    kind: 'quantifier',
    function: 'exists',
    variable: 'h',
    list: { kind: 'select', field: 'hits' },
    body: { kind: 'binary', operator: '==', left: { kind: 'name', name: 'h' } },
  });
});

test('a select points at its word, an operator at itself', () => {
  const parsed = parseExpression('event.phase == stage.call . phase');
  expect(parsed).toMatchObject({ kind: 'binary', at: 12, left: { at: 6 }, right: { at: 28 } });
});

function cut(text: string) {
  return cutTemplate({
    text,
    position: { line: 1, column: 1 },
    positionOf: (offset) => ({ line: 1, column: offset + 1 }),
  });
}

test('a sentence is cut into text and values', () => {
  const { parts, problems } = cut('金额 {stage.pay.amount_minor|money}，{{约}} {a || b}');
  expect(problems).toEqual([]);
  expect(parts.map((part) => ('text' in part ? part.text : [part.expression.text, part.format]))).toEqual([
    '金额 ',
    ['stage.pay.amount_minor', 'money'],
    '，{约} ',
    ['a || b', undefined],
  ]);
});

test('braces that do not match are told', () => {
  expect(cut('a {b').problems).toHaveLength(1);
  expect(cut('a } b').problems).toHaveLength(1);
});
