/** How often orders that wait for a page are looked at. */
export const LOOK_EVERY_MS = 1_000;
/** Pause after a failure of broker or store, doubled up to the most. */
export const RETRY_MS = 250;
export const RETRY_MOST_MS = 1_000;
