import type { Level, ScamStage } from '@yujing/schemas';

/** A level without the symbol that stands for what a newer writer knows. */
export type Grade = Exclude<Level, 'UNKNOWN'>;

export const GRADES: readonly Grade[] = ['BLUE', 'YELLOW', 'ORANGE', 'RED'];
const STAGES: readonly ScamStage[] = ['s0_exposed', 's1_hooked', 's2_test_paid', 's3_squeeze', 's4_paid', 's5_again'];

/** A level that this release does not know counts as the lowest: it is written down and never dispatched by mistake. */
export function gradeOf(level: Level): Grade {
  return level === 'UNKNOWN' ? 'BLUE' : level;
}

export function rankOf(level: Level): number {
  return Math.max(0, GRADES.indexOf(gradeOf(level)));
}

export function higher(a: Grade, b: Grade): Grade {
  return rankOf(a) >= rankOf(b) ? a : b;
}

export function lower(a: Grade, b: Grade): Grade {
  return rankOf(a) <= rankOf(b) ? a : b;
}

/** The level `by` steps above (or below, when negative), held inside the four. */
export function stepped(level: Grade, by: number): Grade {
  const index = Math.min(GRADES.length - 1, Math.max(0, rankOf(level) + by));
  return GRADES[index] ?? level;
}

export function stageRank(stage: ScamStage): number {
  return STAGES.indexOf(stage);
}

export function laterStage(a: ScamStage, b: ScamStage): ScamStage {
  return stageRank(a) >= stageRank(b) ? a : b;
}
