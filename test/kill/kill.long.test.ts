import { expect, test } from 'vitest';
import { Campaign } from './campaign.ts';

/** The small version of `npm run test:kill`; another day and other moments: YUJING_KILL_SEED. */
const SEED = Number(process.env['YUJING_KILL_SEED'] ?? 7);
const DAY = { residents: 60, spells: 1, spellMinutes: 3, callsPerMinute: 5, paymentsPerMinute: 5 };

test('killed twice, its logs cut and torn, the process tells the story of the undisturbed one', async () => {
  const campaign = new Campaign({ seed: SEED, day: DAY, partitions: 3 });
  try {
    const [counts] = await Promise.all([campaign.play(), campaign.prepare('killed')]);
    for (const type of ['Order', 'Escalation', 'Due', 'Applied']) expect(counts[type], type).toBeGreaterThan(0);
    const result = await campaign.disturb({
      name: 'killed',
      kills: 2,
      startKillShare: 0,
      firstStartKills: 0,
      isDamaged: true,
    });
    expect(result.differences, `seed ${SEED}`).toEqual([]);
    expect(result.kills).toBe(2);
  } finally {
    await campaign.close();
  }
}, 120_000);
