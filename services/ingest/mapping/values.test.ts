import { expect, test } from 'vitest';
import { BAD, converter, opaqueId } from './convert.ts';
import { decimalUnits, writtenNumber } from './decimal.ts';
import { readPattern, type Pattern } from './pattern.ts';
import { doorTime, patternTime, unitTime } from './time.ts';
import { readZone } from './zone.ts';

/** Seeded, so that a run that fails can be run again. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

test('an amount survives the way from a decimal text to minor units, in every currency', () => {
  const draw = drawer(4);
  const money = [0, 2, 3].map((minor) => [minor, converter('money', false, { time: doorTime, minor })] as const);
  for (let i = 0; i < 500; i++) {
    for (const [minor, convert] of money) {
      const units = draw(2 ** 31) * 2 ** draw(20) + draw(1000);
      const digits = String(units).padStart(minor + 1, '0');
      const text = minor === 0 ? digits : `${digits.slice(0, -minor)}.${digits.slice(-minor)}`;
      expect(convert(text)).toBe(units);
      expect(convert(`${text}${minor === 0 ? '.' : ''}000`)).toBe(units);
      if (digits.length <= 15) expect(convert(JSON.parse(text))).toBe(units);
    }
  }
});

test('amounts that are none', () => {
  const convert = converter('money', false, { time: doorTime, minor: 2 });
  expect(convert('0.29')).toBe(29);
  expect(convert(4.35)).toBe(435);
  expect(convert('-1.05')).toBe(-105);
  expect(Object.is(convert('-0.00'), 0)).toBe(true);
  const none = [
    '12.345',
    '1,234.50',
    '1e3',
    '',
    '.',
    '.5',
    '0x10',
    '٣',
    '9007199254740993',
    '1'.repeat(50),
    {},
    Infinity,
  ];
  for (const value of [...none, 0.1 + 0.2, 1e21, 123456789012345.67]) expect(convert(value)).toBe(BAD);
  expect(converter('money', false, { time: doorTime })('4.35')).toBe(BAD);
  expect(decimalUnits('-1.5', 0, true)).toBe(-2);
  expect(writtenNumber(0.1 + 0.2)).toBeUndefined();
});

test('a time survives every form that it is written in', () => {
  const draw = drawer(7);
  const plain = readPattern('yyyy-MM-dd HH:mm:ss') as Pattern;
  const tight = readPattern('yyyyMMddHHmmssSSS') as Pattern;
  const american = readPattern("M/d/yyyy 'at' h:mm:ss a") as Pattern;
  const offset = readPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX") as Pattern;
  const shanghai = readZone('+08:00');
  for (let i = 0; i < 500; i++) {
    const time = Date.UTC(2001, 0, 1) + draw(90 * 365) * 86_400_000 + draw(86_400) * 1000 + draw(1000);
    const second = Math.floor(time / 1000) * 1000;
    const local = new Date(time + 8 * 3_600_000).toISOString();
    const [date = '', clock = ''] = local.slice(0, 19).split('T');
    const [year, month, day] = date.split('-').map(Number);
    const [hour = 0, minute = 0, sec = 0] = clock.split(':').map(Number);
    const half = `${hour % 12 === 0 ? 12 : hour % 12}:${two(minute)}:${two(sec)} ${hour < 12 ? 'am' : 'PM'}`;
    expect(patternTime(plain, shanghai)(` ${date} ${clock} `)).toBe(second);
    expect(patternTime(tight, shanghai)(local.replace(/[^\d]/g, ''))).toBe(time);
    expect(patternTime(american, shanghai)(`${month}/${day}/${year} at ${half}`)).toBe(second);
    expect(patternTime(offset, undefined)(`${local.slice(0, -1)}999+08:00`)).toBe(time);
    expect(doorTime(local.replace('Z', '+08:00'))).toBe(time);
    expect([doorTime(time), doorTime(String(time))]).toEqual([time, time]);
    expect(unitTime('s', 0)(`${second / 1000}.${String(time % 1000).padStart(3, '0')}9`)).toBe(time);
    expect(unitTime('us', 0)(`${time}${draw(10)}${draw(10)}${draw(10)}`)).toBe(time);
    expect(unitTime('us', 0)(time * 1000)).toBe(time);
    expect(unitTime('min', second)((i * 3) / 4)).toBe(second + i * 45_000);
  }
});

test('times that are none', () => {
  const read = patternTime(readPattern('yyyy-MM-dd HH:mm') as Pattern, readZone('UTC'));
  for (const text of [
    '2026-02-29 10:00',
    '2026-11-31 10:00',
    '2026-13-01 10:00',
    '2026-11-21 24:00',
    '2026-11-21 10:60',
  ])
    expect(read(text), text).toBeUndefined();
  for (const text of ['2026-11-21 10:0', '2026-11-21T10:00', '1999-12-31 23:59', '', 'x'.repeat(100)])
    expect(read(text), text).toBeUndefined();
  for (const value of ['2026-11-21 10:00:00', 1_795_241_520, null, {}, '']) expect(doorTime(value)).toBeUndefined();
  expect(unitTime('s', 0)('yesterday')).toBeUndefined();
});

test('patterns that say nothing certain are refused', () => {
  const wrong = [
    'yyyy-MM',
    'yyyyMd',
    'yyyy-MM-dd hh:mm',
    'yyyy-MM-dd HH:mm a',
    "yyyy-MM-dd'T",
    'yyyy-MM-MM-dd',
    'y'.repeat(90),
  ];
  for (const pattern of wrong) expect(typeof readPattern(pattern), pattern).toBe('string');
});

test('a place’s zone knows its summer time; the hour that comes twice is the first one', () => {
  const read = patternTime(readPattern('yyyy-MM-dd HH:mm') as Pattern, readZone('Europe/Berlin'));
  const at = (text: string): string | undefined => {
    const time = read(text);
    return time === undefined ? undefined : new Date(time).toISOString().slice(0, 16);
  };
  expect(at('2026-01-15 12:00')).toBe('2026-01-15T11:00');
  expect(at('2026-07-15 12:00')).toBe('2026-07-15T10:00');
  expect(at('2026-03-29 01:59')).toBe('2026-03-29T00:59');
  expect(at('2026-03-29 02:30')).toBeUndefined();
  expect(at('2026-03-29 03:00')).toBe('2026-03-29T01:00');
  expect(at('2026-10-25 02:30')).toBe('2026-10-25T00:30');
  expect(at('2026-10-25 03:00')).toBe('2026-10-25T02:00');
  for (const zone of ['+25:00', '+08:60', 'Nowhere/Land', 'CST', '+0800']) expect(readZone(zone)).toBeUndefined();
  expect(patternTime(readPattern('yyyy-MM-dd') as Pattern, readZone('Asia/Shanghai'))('2026-11-21')).toBe(
    Date.UTC(2026, 10, 20, 16),
  );
});

test('opaque ids stay apart, whatever the forms of numbers and accounts do to them', () => {
  const forms = (text: string): string => text.replace(/[\s()./-]/g, '').toLowerCase();
  const ids = ['110', 'a-b', 'ab', 'a.b', 'Ab', 'aB', 'AB', 'a b', '%41_', '~a', 'é', '+8612000000001'];
  const shown = [...ids.map((id) => opaqueId('bank-a', id)), ...ids.map((id) => opaqueId('bank.a', id))];
  expect(new Set(shown.map(forms)).size).toBe(shown.length);
});

test('cells become what their field needs', () => {
  const options = { time: doorTime };
  const truth = converter('truth', false, options);
  expect(['TRUE', 'y', '1', 1, true, 'No', 0, 'f'].map(truth)).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(['2', 'maybe', 2, {}].map(truth)).toEqual(Array(4).fill(BAD));
  const whole = converter('whole', false, options);
  expect(['12', 12, '12.0', 12n, '-3'].map(whole)).toEqual([12, 12, 12, 12, -3]);
  expect(['12.5', 12.5, '1 000', ''].map(whole)).toEqual(Array(4).fill(BAD));
  expect(converter('account', false, options)(6.2e18)).toBe(BAD);
  expect(converter('list', true, options)(['a', 12])).toEqual(['a', '12']);
  expect(converter('list', false, options)('goip')).toEqual(['goip']);
});
