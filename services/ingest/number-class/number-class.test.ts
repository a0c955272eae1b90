import { expect, test } from 'vitest';
import { telForm } from '../identity/forms.ts';
import { classifyNumber } from './number-class.ts';

const LIVE = { inventedMobiles: false };

test.each([
  ['110', 'gov_short', 'CN'],
  ['96110', 'gov_short', 'CN'],
  ['12345', 'gov_short', 'CN'],
  ['95588', 'svc_95', 'CN'],
  ['+86 95588', 'svc_95', 'CN'],
  ['9528774', 'svc_95', 'CN'],
  ['10086', 'svc_95', 'CN'],
  ['106900001234', 'svc_95', 'CN'],
  ['96315', 'svc_96', 'CN'],
  ['400-000-1234', 'svc_400_800', 'CN'],
  ['0571 0000 0000', 'landline', 'CN'],
  ['010-00000000', 'landline', 'CN'],
  ['+86 (0)571 00000000', 'landline', 'CN'],
  ['12000000001', 'unknown', 'CN'],
  ['1440000000000', 'iot', 'CN'],
  ['00852000001', 'intl_hk_mo_tw', 'HK'],
  ['+85300000001', 'intl_hk_mo_tw', 'MO'],
  ['00886000000001', 'intl_hk_mo_tw', 'TW'],
  ['+65 0000 0001', 'intl_00', 'SG'],
  ['+10000000000', 'intl_00', null],
  ['+881600000000', 'satellite', null],
  ['anonymous', 'withheld', null],
  ['', 'withheld', null],
  ['12-34', 'unknown', 'CN'],
  ['call me', 'malformed', null],
])('%s is %s of %s', (text, of, country) => {
  expect(classifyNumber(telForm(text), LIVE)).toMatchObject({ of, country });
});

test('12x numbers are mobile numbers where people are invented, and nowhere else', () => {
  expect(classifyNumber(telForm('+86 120 0000 0001'), { inventedMobiles: true }).of).toBe('mobile_mno');
  expect(classifyNumber(telForm('+86 120 0000 0001'), LIVE).of).toBe('unknown');
});

test('ranges of eleven digits, without writing down a number that rings', () => {
  const of = (prefix: string) => classifyNumber(`+86${prefix.padEnd(11, '0')}`, LIVE).of;
  expect(['138', '155', '186', '199'].map(of)).toEqual(Array(4).fill('mobile_mno'));
  expect(['170', '165', '167'].map(of)).toEqual(Array(3).fill('mobile_mvno'));
  expect(['1740', '1349'].map(of)).toEqual(['satellite', 'satellite']);
  expect(['146', '140'].map(of)).toEqual(['iot', 'iot']);
  expect(classifyNumber('+8657100000000', LIVE).area).toBe('330100');
});
