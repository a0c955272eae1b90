import { expect, test } from 'vitest';
import { kafkaBrokers, postgresAnswers, redisAnswers, registryAnswers } from './answers.ts';

const portOf = (address: string): number => Number(/:(\d+)/.exec(address.replace(/^\w+:\/\//, ''))?.[1]);

test('what the environment names answers', async () => {
  const { YUJING_TEST_BROKERS, YUJING_TEST_REDIS, YUJING_TEST_POSTGRES, YUJING_TEST_REGISTRY } = process.env;
  expect((await kafkaBrokers(portOf(YUJING_TEST_BROKERS ?? ''))).length).toBeGreaterThanOrEqual(1);
  expect(await redisAnswers(portOf(YUJING_TEST_REDIS ?? ''))).toBe(true);
  expect(await postgresAnswers(portOf(YUJING_TEST_POSTGRES ?? ''), 'postgres')).toBe(true);
  expect(await registryAnswers(YUJING_TEST_REGISTRY ?? '')).toBe(true);
});
