import { expect, test } from 'vitest';
import { nameParts } from './name.ts';

test('every hidden character becomes part of a block', () => {
  expect(nameParts('周*敏')).toEqual([{ text: '周' }, { hidden: 1 }, { text: '敏' }]);
  expect(nameParts('欧**楠')).toEqual([{ text: '欧' }, { hidden: 2 }, { text: '楠' }]);
  expect(nameParts('赵■')).toEqual([{ text: '赵' }, { hidden: 1 }]);
  expect(nameParts('林')).toEqual([{ text: '林' }]);
  expect(nameParts('')).toEqual([]);
});
