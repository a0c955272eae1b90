import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { BrokerError, DataFolderError } from '../errors/errors.ts';
import { createLogger } from './logger.ts';
import { MASK, mask, maskLine } from './mask.ts';
import { safe } from './safe.ts';

/** Invented, of every kind that must not be seen. */
const IDENTITIES = [
  '12000001234',
  '+8612000001234',
  '0085200000123',
  '+86 120 0000 1234',
  '120-0000-1234',
  '(0852) 0000 1234',
  '110101190001010018',
  '11010119000101001X',
  '6200000000000000001',
  '6200 0000 0000 0000',
  't1_AbCdEfGhIjKlMnOpQrStUv',
  't12_________-----------12Zz',
  '张三丰',
  '幸福路12号',
  '%E5%BC%A0%E4%B8%89',
];
/** What a log is useless without. */
const OURS = [
  '0123456789abcdef',
  'ffffffffffffffffffffffffffffff99',
  '7f0c1f3e-5d2a-4c1b-9a00-123456789012',
  '/data/logs/feed/0000000067108864.log',
  '2026-11-22T14:02:11.123Z',
  'rule-1@12#0123456789abcde0',
  'partition 7',
  'broker.ts:120:33',
];

function logged(write: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
  write(createLogger({ name: 'test', level: 'trace', destination }));
  return lines;
}

test('the mask takes identities out and leaves what is ours', () => {
  for (const identity of IDENTITIES) {
    for (const text of [
      identity,
      `(${identity})`,
      `refused ${identity}, kind 3`,
      `tel=${identity};`,
      `/v1/${identity}/x`,
    ]) {
      expect(mask(text)).toContain(MASK);
      expect(mask(text)).not.toContain(identity);
    }
  }
  for (const ours of OURS) expect(mask(`at ${ours}`)).toBe(`at ${ours}`);
});

test('a masked line is still JSON', () => {
  const line = JSON.stringify({
    a: 12_000_001_234,
    b: [8_612_000_001_234, 'x"12000001234,'],
    at: 1_793_000_000_123,
    n: 490_000,
  });
  expect(JSON.parse(maskLine(line))).toEqual({ a: MASK, b: [MASK, `x"${MASK},`], at: 1_793_000_000_123, n: 490_000 });
});

test('no way of logging carries an identity', () => {
  for (const identity of IDENTITIES) {
    const error = new Error(`cannot parse ${identity}`, { cause: new TypeError(identity) });
    error.name = identity;
    const lines = logged((logger) => {
      logger.info(identity);
      logger.info({ fields: { deep: [identity], [identity]: 1 } }, 'message');
      logger.info('%s called %o', identity, { who: identity });
      logger.error(error);
      logger.error({ err: error });
      logger.error({ err: error }, `while ${identity}`);
      logger.warn({ req: { method: 'GET', url: `/x/${identity}`, headers: { identity } }, error }, 'request');
      logger.child({ subject: identity }).debug('child');
      if (/^\d{11,}$/.test(identity)) logger.info({ number: Number(identity) }, 'number');
    });
    expect(lines.length).toBeGreaterThanOrEqual(8);
    for (const line of lines) {
      expect(line).not.toContain(identity);
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  }
});

test('a line says when, how severe, who, and what of our own', () => {
  const [line] = logged((logger) =>
    logger.warn({ stage: 'case', partition: 3, offset: 67_108_864 }, 'partition restarted'),
  );
  expect(JSON.parse(line!)).toMatchObject({
    level: 'warn',
    name: 'test',
    stage: 'case',
    partition: 3,
    offset: 67_108_864,
    msg: 'partition restarted',
  });
  expect(JSON.parse(line!)).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT/));
});

test('an error keeps code, facts, place and cause, and loses its words', () => {
  const cause = Object.assign(new Error('open /srv/somebody'), { code: 'ENOSPC' });
  const error = new BrokerError('no_space', { log: 'feed' }, cause);
  const said = safe(error);
  expect(said).toMatchObject({
    name: 'BrokerError',
    code: 'no_space',
    facts: { log: 'feed' },
    cause: { code: 'ENOSPC' },
  });
  expect(said.at[0]).toMatch(/logger\.test\.ts:\d+:\d+/);
  expect(JSON.stringify(said)).not.toContain('somebody');
  expect(safe('thrown text')).toEqual({ name: 'string', at: [] });
  const [line] = logged((logger) => logger.error(new DataFolderError('folder_in_use', { pid: 77 })));
  expect(JSON.parse(line!)).toMatchObject({
    msg: 'DataFolderError',
    err: { code: 'folder_in_use', facts: { pid: 77 } },
  });
});

test('a message that imitates a stack brings nothing in', () => {
  const error = new Error('bad\n    at 张三 (tel:1:1)\n    at x');
  const said = JSON.stringify(safe(error));
  expect(mask(said)).not.toContain('张三');
});
