/** How long events are kept to be replayed (encounter and its archive): nothing may look further back. */
export const RETENTION_MS = 90 * 86_400_000;
export const MAX_EXACT_MS = 86_400_000;
export const MAX_BUCKETS = 128;
export const DEFAULT_BUCKETS = 12;
export const DEFAULT_OFFSET_MINUTES = 480;
export const DEFAULT_FINDING_MS = 86_400_000;
/** a single-event rule waits no longer than this for what it repeats or for its timer */
export const DEFAULT_WITHIN_MS = 3_600_000;
/** rule-language.md section 7: beyond this the predicate index is left */
export const MAX_BRANCHES = 8;
