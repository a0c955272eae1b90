import type { Broker, Codec } from '@yujing/runtime';
import type { Hub } from '../live/hub.ts';
import type { Masks } from '../live/masks.ts';
import type { CaseMemory } from '../live/memory.ts';
import type { ConsoleMetrics } from '../metrics.ts';
import type { ReadModel } from '../views/read-model.ts';
import type { Audit } from './audit/audit.ts';
import type { CommandDesk } from './commands/desk.ts';
import type { Advice, ConsoleSettings, IdentityReader, PrecisionReader, Stations } from './dependencies.ts';
import type { Limiter } from './security/limits.ts';
import type { Sessions } from './security/sessions.ts';
import type { SignIn } from './security/users/sign-in.ts';

/** All that the routes stand on, opened once per process. */
export interface ConsoleContext {
  readonly settings: ConsoleSettings;
  readonly broker: Broker;
  readonly codec: Codec;
  /** time of commands; the door's in `clock: door` */
  readonly now: () => number;
  /** the machine's, for sessions, limits and audit */
  readonly machineNow: () => number;
  readonly identity: IdentityReader;
  readonly precision: PrecisionReader;
  readonly advice: (advice_key: string) => Advice;
  readonly stations: Stations;
  readonly memory: CaseMemory;
  readonly masks: Masks;
  readonly hub: Hub;
  readonly readModel: ReadModel;
  readonly desk: CommandDesk;
  readonly sessions: Sessions;
  /** users with passwords; null in the demo, which has none */
  readonly signIn: SignIn | null;
  readonly limiter: Limiter;
  readonly audit: Audit;
  readonly metrics: ConsoleMetrics;
  /** tells of a defect, by name and place alone */
  readonly failed: (error: Error) => void;
}

export const DEFAULT_CURRENCY = 'CNY';
const DEFAULT_OFFSET_MIN = 480;
const DAY_MS = 86_400_000;

/** Start of the day in which `now` lies, by the installation's clock. */
export function dayStart(now: number, { utcOffsetMin = DEFAULT_OFFSET_MIN }: ConsoleSettings): number {
  const shift = utcOffsetMin * 60_000;
  return Math.floor((now + shift) / DAY_MS) * DAY_MS - shift;
}
