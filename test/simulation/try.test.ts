import { test } from 'vitest';
import { runSchedule } from './schedule.ts';
test('try', async () => {
  const from = Number(process.env['FROM'] ?? 0), n = Number(process.env['N'] ?? 20);
  const t = performance.now(); let bad = 0; const total: Record<string, number> = {};
  for (let seed = from; seed < from + n; seed++) {
    const { violations, faults, figures } = await runSchedule({ seed });
    for (const k in figures) total[k] = (total[k] ?? 0) + (figures[k] ?? 0);
    if (violations.length > 0 && bad++ < 5) console.log(seed, faults.join(' '), violations.slice(0, 4).map((v) => `${v.kind}: ${v.detail.slice(0, 300)}`));
  }
  console.log(bad, 'of', n, (performance.now() - t) / n, 'ms each', total);
}, 600000);
