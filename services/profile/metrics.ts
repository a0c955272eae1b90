/** Everything this stage counts. Names are a closed list; none carries a person, a number or an account. */
export const COUNTS = {
  feature_capped: 'rows of a feature beyond its cap; the oldest went',
  distinct_sketched: 'distinct counts that became an estimate',
  keys_capped: 'keys of a feature beyond its cap; the one unused for longest went',
  known_capped: 'event ids forgotten before their time because an entity saw too many',
  rule_unknown: 'conditions of counterparty rules that could not be judged',
  doors_silent: 'doors that counted as closed because they said nothing',
  nobody: 'events of a withheld number: no profile is kept of nobody',
} as const;

export type CountName = keyof typeof COUNTS;

/** Why a record changed nothing. */
export const DROPS = {
  repeat: 'the event id was seen before',
  unknown_type: 'a record this release does not handle',
  old_tick: 'a tick that is not newer than the door’s last',
} as const;

export type DropReason = keyof typeof DROPS;
