import { expect, test } from 'vitest';
import { compatibilityProblems } from './compatible.mjs';

type Fields = Record<string, unknown>;

const kind = (...symbols: string[]): object => ({ type: 'enum', name: 'Kind', symbols, default: 'UNKNOWN' });
const before: Fields = { at: 'long', seconds: 'int', kind: kind('a', 'b', 'UNKNOWN') };

function schema(fields: Fields): object {
  const list = Object.entries(fields).map(([name, type]) => ({
    name,
    type,
    ...(Array.isArray(type) && { default: null }),
  }));
  return { type: 'record', name: 'Tick', fields: list };
}

test.each<[change: string, after: Fields, problems: string[]]>([
  ['a new field with a default', { more: ['null', 'int'] }, []],
  ['a symbol more', { kind: kind('a', 'b', 'c', 'UNKNOWN') }, []],
  ['a new field without a default', { more: 'int' }, ['Tick.more: a new field needs a default']],
  ['a field goes', { seconds: undefined }, ['Tick.seconds: only a field with a default may go']],
  ['a symbol goes', { kind: kind('a', 'UNKNOWN') }, ['Tick.kind: symbols b are gone']],
  ['a narrower number', { at: 'int' }, ['Tick.at: long became int']],
  ['a wider number, which old readers do not survive', { seconds: 'long' }, ['Tick.seconds: int became long']],
  ['null where it was not', { seconds: ['null', 'int'] }, ['Tick.seconds: int became union']],
])('%s', (_, after, problems) => {
  const fields = Object.fromEntries(Object.entries({ ...before, ...after }).filter(([, type]) => type !== undefined));
  expect(compatibilityProblems(schema(before), schema(fields))).toEqual(problems);
});
