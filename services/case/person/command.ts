import type { RefusedReason } from '@yujing/schemas';
import type { Turn } from './turn.ts';

/** The fields every command of a person has. */
export interface Command {
  readonly command_id: string;
  readonly case_id: string;
  readonly by: string;
  readonly at: number;
  readonly client_at: number | null;
}

/** It took effect: at which time, and whether the device's clock could be believed. */
export interface Accepted {
  readonly merged_at: number | null;
  readonly skewed: boolean;
}

/** What a command comes to: a reason from the closed list, or its effect. */
export type Answer = RefusedReason | Accepted;

export const ACCEPTED: Accepted = { merged_at: null, skewed: false };

export interface MergedTime {
  readonly at: number;
  readonly accepted: Accepted;
}

/**
 * An answer made without network counts from when it was made, if that can be: not before what it answers, not after it
 * came in. Otherwise the server's time counts and the answer is flagged.
 */
export function mergeTime(turn: Turn, command: Command, notBefore: number): MergedTime {
  const received = command.at;
  const { client_at } = command;
  if (client_at === null) return { at: Math.max(received, notBefore), accepted: ACCEPTED };
  if (client_at <= received && client_at >= notBefore) {
    return { at: client_at, accepted: { merged_at: client_at, skewed: false } };
  }
  turn.count('client_time_skewed');
  return { at: Math.max(received, notBefore), accepted: { merged_at: null, skewed: true } };
}
