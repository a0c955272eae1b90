import { expect, test } from 'vitest';
import { placeAfter } from './way-back.ts';

test("one goes back to where one was, if the page is one's own", () => {
  expect(placeAfter('officer', '/officer/#/case/1')).toBe('/officer/#/case/1');
  expect(placeAfter('analyst', '/analyst/?theme=dark')).toBe('/analyst/?theme=dark');
  expect(placeAfter('analyst', '/officer/#/case/1')).toBe('/analyst/');
  expect(placeAfter('admin', '/analyst/')).toBe('/analyst/');
  expect(placeAfter('admin', null)).toBe('/commander/');
  expect(placeAfter('commander', null)).toBe('/commander/');
});

test('never to another site', () => {
  for (const place of [
    '//evil.example/officer/',
    'https://evil.example/',
    'javascript:alert(1)',
    '/officer/../api/',
    '/officerx/',
  ])
    expect(placeAfter('officer', place)).toBe('/officer/');
});
