import { LIMITS } from '../config.ts';
import { ms } from '../policy/policy.ts';
import { shortId } from './ids.ts';
import type { Remembered } from './state.ts';
import type { Turn } from './turn.ts';

const HOUR_MS = 3_600_000;

export function isRemembered(memory: readonly Remembered[], id: string): boolean {
  const short = shortId(id);
  return memory.some(([known]) => known === short);
}

/** What was taken back may be said again. */
export function forget(memory: Remembered[], id: string): void {
  const short = shortId(id);
  const index = memory.findIndex(([known]) => known === short);
  if (index >= 0) memory.splice(index, 1);
}

/**
 * A set with a time limit and no watermark: an answer that was lost for a day must still be known. What is older than the
 * limit goes; what the cap cuts off before is counted.
 */
export function remember(turn: Turn, memory: Remembered[], id: string, cap: number): void {
  const hour = Math.floor(turn.now / HOUR_MS);
  const oldest = hour - Math.ceil(ms(turn.documents.policy.people.remember_s) / HOUR_MS);
  memory.push([shortId(id), hour]);
  let expired = 0;
  while (expired < memory.length && (memory[expired]?.[1] ?? hour) < oldest) expired++;
  if (expired > 0) memory.splice(0, expired);
  if (memory.length > cap) turn.count('ids_forgotten_early', memory.splice(0, memory.length - cap).length);
}

export function rememberCommand(turn: Turn, command_id: string): void {
  remember(turn, turn.person.commands, command_id, LIMITS.commands_remembered);
}

export function rememberWarning(turn: Turn, warning_id: string): void {
  remember(turn, turn.person.warnings, warning_id, LIMITS.warnings_remembered);
}
