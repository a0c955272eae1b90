import { expect, test } from 'vitest';
import { parseRoute } from './route.ts';

test('addresses of the phone page', () => {
  expect(parseRoute('')).toEqual({ name: 'list', case_id: null });
  expect(parseRoute('#/')).toEqual({ name: 'list', case_id: null });
  expect(parseRoute('#/case/ab12')).toEqual({ name: 'card', case_id: 'ab12' });
  expect(parseRoute('#/case/ab12/say')).toEqual({ name: 'say', case_id: 'ab12' });
  expect(parseRoute('#/case/ab12/other')).toEqual({ name: 'card', case_id: 'ab12' });
  expect(parseRoute('#/case/')).toEqual({ name: 'list', case_id: null });
});
