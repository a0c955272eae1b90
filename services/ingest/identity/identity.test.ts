import { expect, test } from 'vitest';
import { registrable } from '../domain-visit/registrable.ts';
import { endLink, holderAt, linkTo, type Link } from './directory.ts';
import { domainForm } from './domains.ts';
import { accountForm, personForm, telForm } from './forms.ts';
import { tokenKey, tokenOf } from './tokens.ts';

test('one number has one form, however it is written', () => {
  const same = [
    '12000000001',
    '+86 120 0000 0001',
    '0086-120-0000-0001',
    '8612000000001',
    '（120）0000 0001',
    '１２０００００0001',
  ];
  expect(new Set(same.map(telForm))).toEqual(new Set(['+8612000000001']));
  expect(new Set(['057100000000', '+86 571 0000 0000', '+86 (0)571 00000000'].map(telForm))).toEqual(
    new Set(['+8657100000000']),
  );
  expect(telForm('00852 000001')).toBe('+852000001');
  expect(new Set(['95588', '+86 95588'].map(telForm))).toEqual(new Set(['95588']));
  expect(['', ' - ', 'Anonymous', 'unknown'].map(telForm)).toEqual(['', '', '', '']);
});

test('accounts, persons and hosts', () => {
  expect(accountForm(' 6200 0000-0000 0000 011 ')).toBe('6200000000000000011');
  expect(accountForm('~DESK/BANK/ATM'.toLowerCase())).not.toMatch(/^~/);
  expect(personForm(' 99010119900101001x ')).toBe('99010119900101001X');
  expect(domainForm('WWW.Example.COM.')).toBe('www.example.com');
  expect(domainForm('例子.example')).toBe('xn--fsqu00a.example');
  expect(domainForm('[2001:DB8::9]')).toBe('2001:db8::9');
  expect(['http://a.example/x', 'a b', 'localhost', '', `${'a'.repeat(64)}.example`].map(domainForm)).toEqual(
    Array(5).fill(undefined),
  );
  expect(['a.b.example.com.cn', 'x.example.org', 'example.org'].map(registrable)).toEqual([
    'example.com.cn',
    'example.org',
    'example.org',
  ]);
});

test('a token depends on key, version, kind and value', () => {
  const bytes = (fill: number) => new Uint8Array(32).fill(fill);
  const one = tokenKey(1, bytes(1));
  const tokens = [
    tokenOf(one, 'tel', '+8612000000001'),
    tokenOf(one, 'account', '+8612000000001'),
    tokenOf(one, 'tel', '+8612000000002'),
    tokenOf(tokenKey(1, bytes(2)), 'tel', '+8612000000001'),
  ];
  expect(new Set(tokens).size).toBe(4);
  for (const token of tokens) expect(token).toMatch(/^t1_[A-Za-z0-9_-]{22}$/);
  expect(tokenOf(one, 'tel', '+8612000000001')).toBe(tokens[0]);
  expect(() => tokenKey(1, new Uint8Array(16))).toThrow(RangeError);
  expect(() => tokenKey(0, bytes(1))).toThrow(RangeError);
});

test('a number has one holder at a time', () => {
  let links: readonly Link[] = linkTo([], 'anna', 100);
  links = linkTo(links, 'anna', 150);
  links = linkTo(links, 'bert', 200);
  expect([50, 100, 199, 200, 1000].map((time) => holderAt(links, time))).toEqual([
    null,
    'anna',
    'anna',
    'bert',
    'bert',
  ]);
  links = endLink(links, 300, 'anna');
  expect(holderAt(links, 400)).toBe('bert');
  links = endLink(links, 300, 'bert');
  expect([299, 300].map((time) => holderAt(links, time))).toEqual(['bert', null]);
});
