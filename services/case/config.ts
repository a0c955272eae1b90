/** Bounds of one person's entity, which the store limits to 32 kB. What they cut off is counted. */
export const LIMITS = {
  entity_bytes: 30_000,
  warnings_held: 8,
  rules_folded: 24,
  evidence: 24,
  score_parts: 12,
  places: 8,
  suspects: 16,
  orders: 16,
  contact_tries: 30,
  requests: 20,
  recent_cases: 3,
  closed_cases: 10,
  commands_remembered: 300,
  warnings_remembered: 200,
  quiet: 16,
  /** passed deadlines handled in one record */
  deadlines: 64,
} as const;

/** Raised by a release whose outputs differ for the same input. */
export const BEHAVIOUR = 1;
