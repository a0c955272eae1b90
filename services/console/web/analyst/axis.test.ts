import { expect, test } from 'vitest';
import { axisOf, dueSide, placeLabels, share, textWidth } from './axis.ts';

const minute = 60_000;
const at = (minutes: number): number => 1_000_000 * minute + minutes * minute;

test('the axis holds everything known, now, and a near deadline', () => {
  const axis = axisOf([at(2), at(5)], at(9.5), at(13.2));
  expect(axis.due).toBe(at(13.2));
  for (const each of [at(2), at(9.5), at(13.2)]) {
    expect(share(axis, each)).toBeGreaterThan(0);
    expect(share(axis, each)).toBeLessThan(1);
  }
  expect(axis.ticks.length).toBeGreaterThan(1);
  expect(axis.ticks.length).toBeLessThan(11);
  expect(axis.ticks.every((tick) => tick % minute === 0)).toBe(true);
});

test('a deadline that has passed keeps its words at its line, and behind now there is room for words', () => {
  const axis = axisOf([at(2), at(5)], at(22), at(13));
  expect(dueSide(axis, at(13))).toBe('own');
  expect(share(axis, axis.now)).toBeLessThan(0.8);
  expect(dueSide(axis, at(21))).toBe('near');
  expect(dueSide(axisOf([at(2)], at(5), at(10)), at(10))).toBe('last');
});

test('a deadline far away is not drawn', () => {
  expect(axisOf([at(0)], at(10), at(400)).due).toBeNull();
});

test('ticks leave room for now and for the deadline', () => {
  const axis = axisOf([at(2)], at(9), at(13));
  for (const tick of axis.ticks) {
    expect(Math.abs(share(axis, tick) - share(axis, at(9)))).toBeGreaterThan(0.05);
    expect(Math.abs(share(axis, tick) - share(axis, at(13)))).toBeGreaterThan(0.05);
  }
});

test('a case of days has ticks too, and a case of one instant has an axis', () => {
  expect(axisOf([at(0)], at(60 * 72), null).ticks.length).toBeGreaterThan(2);
  const single = axisOf([at(0)], at(0), null);
  expect(single.until).toBeGreaterThan(single.from);
});

test('words go right of their mark, left when right is taken, nowhere when both are', () => {
  expect(placeLabels([{ x: 100, width: 50 }], 300)).toEqual(['right']);
  expect(placeLabels([{ x: 280, width: 50 }], 300)).toEqual(['left']);
  expect(
    placeLabels(
      [
        { x: 100, width: 50 },
        { x: 130, width: 50 },
      ],
      300,
    ),
  ).toEqual(['left', 'right']);
  expect(placeLabels([{ x: 20, width: 250 }], 200)).toEqual(['none']);
  expect(placeLabels([{ x: 100, width: 50 }], 300, [[110, 200]])).toEqual(['left']);
  expect(placeLabels([{ x: 100, width: 0 }], 300)).toEqual(['none']);
});

test('width is near enough', () => {
  expect(textWidth('银行')).toBe(24);
  expect(textWidth('abc')).toBe(22);
});
