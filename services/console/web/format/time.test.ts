import { expect, test } from 'vitest';
import { clock, clockSeconds, dayName, duration, monthDay, remaining } from './time.ts';

const local = (day: number, hours: number, minutes = 0, seconds = 0): number =>
  new Date(2026, 5, day, hours, minutes, seconds).getTime();

test('durations are m:ss, from an hour on h:mm:ss', () => {
  expect(duration(450_000)).toBe('7:30');
  expect(duration(59_999)).toBe('0:59');
  expect(duration(3_600_000)).toBe('1:00:00');
  expect(duration(3_785_000)).toBe('1:03:05');
  expect(duration(-5_000)).toBe('0:00');
});

test('what is left is rounded up', () => {
  expect(remaining(220_000)).toBe('3:40');
  expect(remaining(219_001)).toBe('3:40');
  expect(remaining(1)).toBe('0:01');
});

test('clocks are 24 h in the time zone of the reader', () => {
  expect(clock(local(15, 14, 8, 10))).toBe('14:08');
  expect(clockSeconds(local(15, 0, 5, 9))).toBe('00:05:09');
  expect(monthDay(local(9, 1))).toBe('06-09');
});

test('days are named as one says them', () => {
  const now = local(15, 23, 59);
  expect(dayName(local(15, 0), now, 'zh')).toBe('今天');
  expect(dayName(local(16, 0), now, 'en')).toBe('tomorrow');
  expect(dayName(local(19, 14), now, 'zh')).toBe('周五');
  expect(dayName(local(14, 14), now, 'zh')).toBe('昨天');
  expect(dayName(local(30, 14), now, 'zh')).toBe('06-30');
});
