import { expect, test } from 'vitest';
import { adviceOf, SCAM_TYPE_SYMBOLS } from '../index.ts';

test.each(SCAM_TYPE_SYMBOLS)('%s: three sentences, four things together, one thing never to say', (type) => {
  const { say, check, never } = adviceOf(type);
  expect(say).toHaveLength(3);
  expect(check).toHaveLength(4);
  for (const { zh, en } of [...say, ...check, never]) {
    expect(zh).not.toMatch(/[!！,;:?]|[\p{Script=Han}][A-Za-z0-9]|[A-Za-z0-9][\p{Script=Han}]/u);
    expect(en).not.toMatch(/!|please|victim|successfully/i);
    expect(zh.length).toBeLessThanOrEqual(32);
    expect(en.length).toBeLessThanOrEqual(80);
  }
});
