import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './model/faults.ts';
import type { ScenarioName, WorldName } from './campaign.ts';

/** A schedule that once failed with all rules on. The tests run it for ever. */
export interface Regression {
  readonly world: WorldName;
  /** toy, when left out */
  readonly scenario?: ScenarioName | undefined;
  readonly seed: number;
  readonly only?: readonly Fault[] | undefined;
  readonly durationMs?: number | undefined;
  readonly found: string;
}

/** Beside the sources, whether this runs from them or from `dist`. */
function file(): string {
  const beside = join(import.meta.dirname, 'regressions.json');
  return existsSync(beside) ? beside : join(import.meta.dirname, '../../simulation/regressions.json');
}

export function readRegressions(): Regression[] {
  return JSON.parse(readFileSync(file(), 'utf8')) as Regression[];
}

export function keepRegression(regression: Regression): void {
  const known = readRegressions();
  const nameOf = ({ world, scenario = 'toy', seed }: Regression): string => `${world} ${scenario} ${seed}`;
  if (known.some((other) => nameOf(other) === nameOf(regression))) return;
  writeFileSync(file(), `${JSON.stringify([...known, regression], null, 2)}\n`);
}
