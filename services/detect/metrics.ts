/** Everything this stage counts. Names are a closed list; none carries a person, a number or an account. */
export const COUNTS = {
  warnings: 'warnings given',
  shadow_warnings: 'what shadow rules would have said',
  withdrawn: 'warnings taken back because of a late event',
  delayed: 'warnings marked as delayed inside',
  retrospective: 'warnings written down and never dispatched',
  timers_fired: 'persons whose timers fired',
  timers_deferred: 'ticks at which more timers were due than one tick handles',
  feature_capped: 'rows of a feature beyond its cap; the oldest went',
  distinct_sketched: 'distinct counts that became an estimate',
  keys_capped: 'counterparties or accounts of a feature beyond its cap; the one unused for longest went',
  known_capped: 'event ids forgotten before their time because a person had too many',
  rule_unknown: 'conditions that could not be judged: a field is missing or a feature is warming up',
  rule_suppressed: 'warnings held back by a rule’s own limits',
  waits_capped: 'waiting matches beyond 16 of a rule and person; the oldest went',
  recent_capped: 'events kept for late ones beyond the cap; the oldest went',
  waits_dropped: 'waiting matches of a rule whose stages changed',
} as const;

export type CountName = keyof typeof COUNTS;

/** Why a record changed nothing. */
export const DROPS = {
  repeat: 'the event id was seen before',
  unknown_type: 'a record this release does not handle',
  old_tick: 'a tick that is not newer than the last of its partition',
} as const;

export type DropReason = keyof typeof DROPS;
