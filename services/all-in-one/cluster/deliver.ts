import { DELIVER_METRICS, openDeliver } from '@yujing/deliver';
import { createMetrics, systemClock } from '@yujing/runtime';
import { announced, MEMBER_METRICS, openBase, opening, openState, turning, type Member } from './member.ts';
import type { MemberValues } from './member-settings.ts';

export { MEMBER_SETTINGS } from './member-settings.ts';

/** Pushes, in a process of its own; who has a page open it hears from the consoles. */
export async function runDeliver(values: MemberValues): Promise<Member> {
  const figures = createMetrics({ ...MEMBER_METRICS, ...DELIVER_METRICS }, { process: true });
  const base = await openBase('deliver', values, figures);
  return opening(base, async () => {
    const { opened, broker, codec, logger } = base;
    const store = await openState(base, figures);
    await store.presence.refresh();
    const deliver = await openDeliver({
      broker,
      store,
      codec,
      connections: store.presence,
      now: systemClock().now,
      counted: (channel, status) => figures.count('deliveries_total', { channel, status }),
      failed: (error) => logger.error({ err: error }, 'a partition failed and is tried again'),
    });
    opened.add(deliver, (it) => it.close());
    turning(base);
    return announced(base, () => figures.text());
  });
}
