import { openStack, type Stack } from './stack.ts';
import { StackError } from './stack-error.ts';

/**
 * For `*.servers.test.ts`: servers that the environment names are used, the others are started (one node each) and
 * stopped afterwards. Tests read the addresses from the environment either way.
 */
const NAMES = {
  kafka: 'YUJING_TEST_BROKERS',
  redis: 'YUJING_TEST_REDIS',
  postgres: 'YUJING_TEST_POSTGRES',
  registry: 'YUJING_TEST_REGISTRY',
} as const;

export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const isNamed = (name: keyof typeof NAMES): boolean => (process.env[NAMES[name]] ?? '') !== '';
  const choice = {
    ...(isNamed('kafka') ? { kafka: false as const } : {}),
    ...(isNamed('redis') ? { redis: false as const } : {}),
    ...(isNamed('postgres') ? { postgres: false as const } : {}),
    ...(isNamed('registry') ? { registry: false as const } : {}),
  };
  if (Object.keys(choice).length === Object.keys(NAMES).length) return undefined;
  const stack = await openStack(choice).catch((error: unknown) => {
    if (!(error instanceof StackError)) throw error;
    process.stdout.write(`not run: ${error.message}\n`);
    process.exit(1);
  });
  const addressOf = (name: keyof typeof NAMES, opened: Stack): string =>
    name === 'kafka' ? opened.kafka.brokers.join(',') : opened[name].url;
  for (const name of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    if (!isNamed(name)) process.env[NAMES[name]] = addressOf(name, stack);
  }
  return () => stack.stop();
}
