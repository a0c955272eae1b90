/** Raised by a release whose outputs differ for the same input. */
export const BEHAVIOUR = 1;

export const LIMITS = {
  /** a door that is silent for this much of the others' time counts as closed */
  door_silence_ms: 10_000,
} as const;
