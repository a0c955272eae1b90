import { expect, test } from 'vitest';
import { StageError } from '../errors/errors.ts';
import { MemoryEngine } from './memory/engine.ts';
import { StageRunner } from './stage-runner.ts';

/** A loop that says when it runs, and ends when it is told. */
function loops() {
  const log: string[] = [];
  const fail = new Map<number, (error: unknown) => void>();
  const open = (partition: number) => {
    let end = (): void => {};
    const running = new Promise<void>((resolve, reject) => {
      end = resolve;
      fail.set(partition, reject);
    });
    return {
      run: () => (log.push(`run ${partition}`), running),
      stop: async () => {
        log.push(`stop ${partition}`);
        end();
      },
    };
  };
  return { log, fail, open };
}

const STAGE = { name: 'detect', reads: 'encounter' } as const;

test('a runner runs a loop for each partition it is given and stops all of them', async () => {
  const { log, open } = loops();
  const runner = new StageRunner({
    stage: STAGE,
    broker: new MemoryEngine({ partitions: { encounter: 2 } }).outside,
    open,
  });
  const running = runner.run();
  await runner.joined;
  expect(runner.partitions).toEqual([0, 1]);
  await runner.stop();
  await running;
  expect(log).toEqual(['run 0', 'run 1', 'stop 0', 'stop 1']);
});

test('a partition that must not go on stops the stage as a whole, with its error', async () => {
  const { log, fail, open } = loops();
  const runner = new StageRunner({
    stage: STAGE,
    broker: new MemoryEngine({ partitions: { encounter: 2 } }).outside,
    open,
  });
  const running = runner.run();
  await runner.joined;
  fail.get(1)?.(new StageError('behaviour_newer', { partition: 1 }));
  await expect(running).rejects.toMatchObject({ code: 'behaviour_newer' });
  expect(log).toEqual(['run 0', 'run 1', 'stop 0']);
});
