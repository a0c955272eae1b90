import { expect, test } from 'vitest';
import { RUN, runCampaign, VARIANTS } from './campaign.ts';
import { readRegressions } from './regressions.ts';

const SEEDS = { cluster: 200, embedded: 60 };
/** a planted bug that is not seen in so many seeds is not seen */
const SEARCH = 150;

for (const world of ['cluster', 'embedded'] as const) {
  test(`${world}: ${SEEDS[world]} schedules of faults leave nothing lost, nothing said twice, state as in a replay`, async () => {
    const [allRules] = VARIANTS.filter((variant) => variant.world === world && variant.plant.name === 'all rules');
    if (allRules === undefined) throw new RangeError('no such variant');
    const { failed, kinds } = await runCampaign({ ...allRules, from: 0, seeds: SEEDS[world] });
    expect({ failed, kinds }).toEqual({ failed: [], kinds: {} });
  });
}

test.each(
  VARIANTS.filter(({ plant }) => plant.name !== 'all rules').map((variant) => [variant.plant.name, variant] as const),
)('planted bug is caught: %s', async (_name, variant) => {
  const { failed } = await runCampaign({ ...variant, from: 0, seeds: SEARCH, untilCaught: true });
  expect(failed).toHaveLength(1);
});

test('schedules that failed once stay mended', async () => {
  for (const { world, seed, only, durationMs } of readRegressions()) {
    const { violations } = await RUN[world]({ seed, only, durationMs });
    expect(violations, `${world} ${seed}`).toEqual([]);
  }
});
