/** Raised by a release whose outputs differ for the same input. */
export const BEHAVIOUR = 1;

export const LIMITS = {
  /** timers that wait for all feed partitions are at most this far behind the fastest */
  tick_lag_ms: 30_000,
  /** a record this far behind the newest tick was held up inside */
  delayed_ms: 30_000,
  /** persons whose timers fire at one tick; the rest fires at the next */
  timers_a_tick: 10_000,
  calls: 4,
  payments: 12,
  /** of them payments that were gone when they were told */
  payments_gone: 3,
  places: 6,
} as const;

/** How long what was seen of a person may be called "now" on a card. */
export const LEDGER_TIMES = {
  /** a call without a word since */
  call_running_ms: 6 * 3_600_000,
  /** an ended call is still worth showing */
  call_shown_ms: 2 * 3_600_000,
  screen_share_ms: 1_800_000,
  at_counter_ms: 1_800_000,
  transfer_pending_ms: 86_400_000,
  cash_prebooked_ms: 3 * 86_400_000,
  /** own money gathered, and balances told */
  money_at_risk_ms: 2 * 3_600_000,
} as const;
