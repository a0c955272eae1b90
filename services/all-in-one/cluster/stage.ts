import { randomUUID } from 'node:crypto';
import {
  createMetrics,
  loopMetrics,
  openChangeView,
  PartitionLoop,
  PreparedDocuments,
  StageRunner,
  systemClock,
  type Stage,
  type StageError,
} from '@yujing/runtime';
import { announced, MEMBER_METRICS, openBase, opening, openState, type Base, type Member } from './member.ts';
import type { StageValues } from './member-settings.ts';

export { STAGE_SETTINGS } from './member-settings.ts';

type Loop = PartitionLoop<unknown, unknown>;

const LOOK_EVERY_MS = 1_000;
/** A worker whose clock is further from the store's is not ready (design, "Time and order"). */
const CLOCK_OFF_MS = 2_000;

/** One stage in one process: as many partitions of its log as its group gives it. */
export async function runStage(stage: Stage<unknown, unknown>, values: StageValues): Promise<Member> {
  const figures = createMetrics(MEMBER_METRICS, { process: true });
  const base = await openBase(stage.name, values, figures);
  return opening(base, async () => {
    const { opened, broker, codec, fail } = base;
    const store = await openState(base, figures);
    const view = opened.add(await openChangeView(broker, codec), (it) => it.close());
    view.follow().catch(fail);
    const loops = new Map<number, Loop>();
    const common = {
      stage,
      broker,
      store,
      codec,
      heads: view,
      prepared: new PreparedDocuments(stage, view),
      deadLetters: base.kafka.deadLetters,
      clock: systemClock(),
      newId: randomUUID,
      metrics: loopMetrics(figures),
      onDefect: (defect: StageError) => base.logger.error({ err: defect, ...defect.facts }, 'a record was put aside'),
      limits: { cacheEntities: values.cacheEntities },
    };
    const open = (partition: number): Loop => {
      const loop = new PartitionLoop({ ...common, partition });
      loops.set(partition, loop);
      return loop;
    };
    const runner = opened.add(new StageRunner({ stage, broker, open }), (it) => it.stop());
    const running = runner.run();
    running.catch(fail);
    await Promise.race([runner.joined, running]);
    watch(base, runner, loops, () => store.health().reachable);
    return announced(base, () => figures.text());
  });
}

/**
 * Alive: every partition that is owned turns. A loop that waits for a broker or a store that is away is no reason to end the
 * process: that would cure nothing. The positions go to the group now and then, as a hint for Kafka's own tools.
 */
function watch(base: Base, runner: StageRunner, loops: ReadonlyMap<number, Loop>, storeIsThere: () => boolean): void {
  const { health, kafka, opened, values } = base;
  const owned = (): Loop[] => runner.partitions.flatMap((partition) => loops.get(partition) ?? []);
  const timer = setInterval(() => {
    const now = Date.now();
    const turns = owned().every(({ turnedAt }) => now - turnedAt < values.stallLimitMs);
    if (turns || !kafka.health().reachable || !storeIsThere()) health.progress();
    const positions = new Map(
      runner.partitions.flatMap((partition) => {
        const committed = loops.get(partition)?.committed;
        return committed === undefined ? [] : [[partition, committed] as const];
      }),
    );
    if (positions.size > 0) kafka.hint(runner.group, runner.log, positions);
  }, LOOK_EVERY_MS);
  timer.unref();
  opened.add(timer, clearInterval);
  health.ready(() => (runner.partitions.length === 0 ? 'not_assigned' : undefined));
  health.ready(() => (owned().every(({ isCaughtUp }) => isCaughtUp) ? undefined : 'catching_up'));
  health.ready(() =>
    owned().some(({ clockSkewMs }) => Math.abs(clockSkewMs) > CLOCK_OFF_MS) ? 'clock_off' : undefined,
  );
}
