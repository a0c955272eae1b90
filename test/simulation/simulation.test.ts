import { expect, test } from 'vitest';
import { RUN, runCampaign, SCENARIOS, VARIANTS } from './campaign.ts';
import { readRegressions } from './regressions.ts';

/** a taste; thousands of them: `npm run sim` */
const SEEDS = { cluster: { toy: 40, real: 5 }, embedded: { toy: 20, real: 5 } };
/** a planted bug that is not seen in so many seeds is not seen */
const SEARCH = 150;

for (const world of ['cluster', 'embedded'] as const) {
  for (const scenario of ['toy', 'real'] as const) {
    const seeds = SEEDS[world][scenario];
    test(`${world}, ${scenario} stages: ${seeds} schedules of faults leave nothing lost, nothing said twice, state as in a replay`, async () => {
      const [allRules] = VARIANTS.filter((variant) => variant.world === world && variant.plant.name === 'all rules');
      if (allRules === undefined) throw new RangeError('no such variant');
      const { failed, kinds } = await runCampaign({ ...allRules, scenario, from: 0, seeds });
      expect({ failed, kinds }).toEqual({ failed: [], kinds: {} });
    });
  }
}

test.each(
  VARIANTS.filter(({ plant }) => plant.name !== 'all rules').map((variant) => [variant.plant.name, variant] as const),
)('planted bug is caught: %s', async (_name, variant) => {
  const { failed } = await runCampaign({ ...variant, from: 0, seeds: SEARCH, untilCaught: true });
  expect(failed).toHaveLength(1);
});

test('schedules that failed once stay mended', async () => {
  for (const { world, scenario = 'toy', seed, only, durationMs } of readRegressions()) {
    const { violations } = await RUN[world]({ seed, only, durationMs, createScenario: SCENARIOS[scenario] });
    expect(violations, `${world} ${scenario} ${seed}`).toEqual([]);
  }
});
