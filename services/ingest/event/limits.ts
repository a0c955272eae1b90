export const EARLIEST_TIME = Date.UTC(2000, 0, 1);
export const LATEST_TIME = Date.UTC(2100, 0, 1);
/** What the door's JSON form calls itself in the records. */
export const FORM_VERSION = 1;
/** Longest text that may name a person, number or account. */
export const MAX_IDENTITY_LENGTH = 128;
/** Deepest nesting of a body: an event needs four (batch, CloudEvent, data, place). */
export const MAX_DEPTH = 16;
