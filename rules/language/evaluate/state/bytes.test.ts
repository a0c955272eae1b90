import { expect, test } from 'vitest';
import { randomFrom } from '../expression/random-expression.ts';
import { ByteReader, ByteWriter } from './bytes.ts';

test('whatever is written is read back, whatever its kind and size', () => {
  const writer = new ByteWriter();
  const random = randomFrom(3);
  const id = '0123456789abcdef0123456789abcdef';
  const numbers = [
    0,
    1,
    127,
    128,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    2 ** 52 - 1,
    2 ** 52,
    2 ** 53,
    -1,
    0.5,
    -0,
    1e300,
    Number.MAX_SAFE_INTEGER,
  ];
  for (let i = 0; i < 500; i++)
    numbers.push((random() - 0.5) * 10 ** Math.floor(random() * 20), Math.floor(random() * 2 ** 53));
  const texts = ['', 'a', 't1_AbC', '境外来电', 'é', 'x'.repeat(10_000), 'é'.repeat(3000), id];
  writer.begin();
  for (const number of numbers) writer.number(number);
  for (const text of texts) writer.text(text);
  for (const text of [id, id.toUpperCase(), 'short', `${id.slice(0, 31)}g`, `${id.slice(0, 31)}\u00b0`])
    writer.id(text);
  for (const value of ['x', 7, 0.1]) writer.numberOrText(value);
  const reader = new ByteReader(writer.take());
  for (const number of numbers) expect(Object.is(reader.number(), number), String(number)).toBe(true);
  for (const text of texts) expect(reader.text()).toBe(text);
  expect([reader.id(), reader.id(), reader.id(), reader.id(), reader.id()]).toEqual([
    id,
    id.toUpperCase(),
    'short',
    `${id.slice(0, 31)}g`,
    `${id.slice(0, 31)}\u00b0`,
  ]);
  expect([reader.numberOrText(), reader.numberOrText(), reader.numberOrText()]).toEqual(['x', 7, 0.1]);
  expect(reader.ended).toBe(true);
});

test('an id takes 17 bytes, a token its length and one', () => {
  const writer = new ByteWriter();
  writer.begin();
  writer.id('0123456789abcdef0123456789abcdef');
  expect(writer.take().length).toBe(17);
  writer.begin();
  writer.text('t1_0123456789012345678901');
  expect(writer.take().length).toBe(26);
});
