import { expect, test } from 'vitest';
import { exactMoney, majorOf, minorOf, money, parseMoney } from './money.ts';

test('Chinese money is short above 1万 and in 元 below', () => {
  const cases: Array<[number, string]> = [
    [49_000_000, '49万'],
    [12_800_000, '12.8万'],
    [1_386_000_000, '1,386万'],
    [12_000_000_000, '1.2亿'],
    [900_000, '9,000元'],
    [0, '0元'],
    [120_010, '1,200.10元'],
    [1_000_000, '1万'],
    [9_999_960_000, '1亿'],
    [999_400_000, '999.4万'],
    [9_999_000_000, '9,999万'],
  ];
  for (const [minor, text] of cases) expect(money(minor, 'CNY', 'zh'), text).toBe(text);
});

test('English money carries the sign of its currency and every digit', () => {
  expect(money(49_000_000, 'CNY', 'en')).toBe('¥490,000');
  expect(money(120_010, 'CNY', 'en')).toBe('¥1,200.10');
  expect(money(5_000, 'JPY', 'en')).toBe('JP¥5,000');
  expect(money(5_000_00, 'CHF', 'en')).toBe('CHF 5,000');
});

test('a foreign currency keeps its sign in Chinese too', () => {
  expect(money(49_000_000, 'HKD', 'zh')).toBe('HK$49万');
  expect(money(90_000, 'USD', 'zh')).toBe('US$900');
});

test('unknown is a dash, never 0', () => {
  expect(money(null, 'CNY', 'zh')).toBe('—');
  expect(exactMoney(null, 'CNY', 'en')).toBe('—');
});

test('the exact figure keeps every digit', () => {
  expect(exactMoney(49_000_000, 'CNY', 'zh')).toBe('490,000元');
  expect(exactMoney(49_000_050, 'CNY', 'en')).toBe('CNY 490,000.50');
});

test('typed money is understood as people write it', () => {
  expect(parseMoney('48万')).toBe(480_000);
  expect(parseMoney(' ¥480,000 ')).toBe(480_000);
  expect(parseMoney('4.8 万')).toBe(48_000);
  expect(parseMoney('０')).toBe(0);
  expect(parseMoney('about 5')).toBeNull();
  expect(parseMoney('')).toBeNull();
  expect(majorOf(minorOf(480_000, 'CNY'), 'CNY')).toBe(480_000);
});
