import { celEnv, isCelError, parse, plan } from '@bufbuild/cel';
import { expect, test } from 'vitest';
import type { Node } from '../../plan/plan.ts';
import type { Frame } from '../frame.ts';
import { FALSE, TRUE, UNKNOWN } from '../frame.ts';
import { ListIndex } from '../lists.ts';
import { nobody } from '../seen.ts';
import { Compiler } from './expression.ts';
import { BOOLS, Grower, INTS, LISTS, randomFrom, TEXTS, WORDS } from './random-expression.ts';

const NAMES = {
  stages: new Map([['call', 0]]),
  features: new Map(),
  positions: new Map(),
  pins: new Map(),
  atWarning: false,
};
const compiler = new Compiler(NAMES);

function frameOf(fields: Record<string, unknown>): Frame {
  const reader = { read: () => Number.NaN, list: () => undefined };
  const lists = new ListIndex([{ id: 'spoofed', entity: 'tel', entries: ['t1'], until: null }]);
  return { event: { ...nobody(), fields }, stages: [], subject: 'P1', now: 0, reader, lists, bound: false };
}

function field(name: string, kind: 'int' | 'string' | 'bool' = 'int'): Node {
  return { op: 'field', scope: 'event', field: name, type: { kind } };
}

function number(value: number): Node {
  return { op: 'literal', type: { kind: 'int' }, value };
}

function more(left: Node, right: Node): Node {
  return { op: 'compare', comparison: '>', left, right };
}

const env = celEnv();

function oracle(text: string, fields: Record<string, unknown>): 0 | 1 | 2 {
  const event = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
  );
  const result = plan(env, parse(text))({ event } as never);
  if (isCelError(result)) return UNKNOWN;
  return result === true ? TRUE : FALSE;
}

test('random conditions over known and missing values agree with the CEL interpreter', () => {
  const seed = 20261122;
  const random = randomFrom(seed);
  const grower = new Grower(random);
  const tally = [0, 0, 0];
  for (let run = 0; run < 4000; run++) {
    const twin = grower.condition(1 + (run % 4));
    const condition = compiler.condition(twin.node);
    const fields: Record<string, unknown> = {};
    const missing = run % 3 === 0 ? 0.25 : 0;
    const set = (name: string, value: unknown): void => {
      if (random() >= missing) fields[name] = value;
    };
    for (const name of INTS) set(name, Math.floor(random() * 20) - 5);
    for (const name of TEXTS) set(name, grower.pick(WORDS));
    for (const name of BOOLS) set(name, random() < 0.5);
    for (const name of LISTS)
      set(
        name,
        WORDS.filter(() => random() < 0.4),
      );
    const result = condition(frameOf(fields));
    tally[result] = (tally[result] ?? 0) + 1;
    expect(result, `seed ${seed} run ${run}: ${twin.text} with ${JSON.stringify(fields)}`).toBe(
      oracle(twin.text, fields),
    );
  }
  // All three answers must have been compared often enough to mean something.
  expect(Math.min(...tally)).toBeGreaterThan(200);
});

test('unknown is not false: it survives negation and never decides', () => {
  const unknown = more(field('amount'), number(5));
  const known = more(number(7), number(5));
  expect(compiler.condition({ op: 'not', argument: unknown })(frameOf({}))).toBe(UNKNOWN);
  expect(compiler.condition({ op: 'and', arguments: [unknown, known] })(frameOf({}))).toBe(UNKNOWN);
  expect(compiler.condition({ op: 'or', arguments: [unknown, known] })(frameOf({}))).toBe(TRUE);
  expect(compiler.condition({ op: 'certain', argument: unknown })(frameOf({}))).toBe(FALSE);
  expect(compiler.condition(unknown)(frameOf({ amount: null }))).toBe(UNKNOWN);
});

test('whole numbers that a double cannot hold are unknown, as is division by zero', () => {
  const times = (value: number): Node => ({
    op: 'arithmetic',
    operator: '*',
    left: field('amount'),
    right: number(value),
    type: { kind: 'int' },
  });
  expect(compiler.numeric(times(1000))(frameOf({ amount: 2 ** 50 }))).toBeNaN();
  const divided: Node = {
    op: 'arithmetic',
    operator: '/',
    left: number(7),
    right: field('amount'),
    type: { kind: 'int' },
  };
  expect(compiler.numeric(divided)(frameOf({ amount: 0 }))).toBeNaN();
  expect(compiler.numeric(divided)(frameOf({ amount: -2 }))).toBe(-3);
});

test('a symbol of a newer release says nothing', () => {
  const route: Node = {
    op: 'field',
    scope: 'event',
    field: 'route',
    type: { kind: 'enum', name: 'CallRoute', symbols: ['voip'] },
  };
  const voip: Node = { op: 'literal', type: { kind: 'string' }, value: 'voip' };
  const isNot = compiler.condition({ op: 'compare', comparison: '!=', left: route, right: voip });
  expect(isNot(frameOf({ route: 'UNKNOWN' }))).toBe(UNKNOWN);
  expect(isNot(frameOf({ route: 'domestic' }))).toBe(TRUE);
});

test('lists: what travelled with the event counts, else the list that was adopted', () => {
  const member = compiler.condition({ op: 'member', list: 'spoofed', argument: field('peer_tel', 'string') });
  expect(member(frameOf({ peer_tel: 't1' }))).toBe(TRUE);
  expect(member(frameOf({ peer_tel: 't2' }))).toBe(FALSE);
  expect(member(frameOf({}))).toBe(UNKNOWN);
  const frame = frameOf({ peer_tel: 't3' });
  frame.event.counterparty = 't3';
  frame.event.listHits = ['spoofed'];
  expect(member(frame)).toBe(TRUE);
});

test('hour and weekday of the place', () => {
  const at: Node = { op: 'field', scope: 'event', field: 'occurred_at', type: { kind: 'timestamp' } };
  const of = (name: 'hour' | 'weekday') =>
    compiler.numeric({ op: 'calendar', function: name, argument: at, offset_minutes: 480 });
  // Sunday 22 November 2026, 23:30 UTC is Monday 07:30 in China.
  const frame = frameOf({ occurred_at: Date.UTC(2026, 10, 22, 23, 30) });
  expect(of('hour')(frame)).toBe(7);
  expect(of('weekday')(frame)).toBe(1);
});
