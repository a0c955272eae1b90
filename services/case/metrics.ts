/** Everything this stage counts. Names are a closed list; none carries a person, a number or an account. */
export const COUNTS = {
  warnings_repeated: 'a warning id that was seen before',
  warnings_quieted: 'warnings without a card because a person had settled the matter',
  warnings_capped: 'warnings held at ORANGE for want of a second feed, or lowered by their measured share',
  warnings_folded: 'warnings of a case beyond the cap, of which only rule and level are kept',
  commands_repeated: 'a command id that was answered before',
  commands_refused: 'commands without effect',
  client_time_skewed: 'times of devices that could not be, so the time of the server counts',
  orders_forgotten: 'orders dropped by the cap of a case',
  ids_forgotten_early: 'ids dropped by the cap before their time',
  nobody_on_duty: 'steps of the ladder that found nobody',
  ladder_exhausted: 'cases whose ladder ended without an acknowledgement',
  deadlines_passed: 'deadlines acted on',
  dues_idle: 'Due records that changed nothing',
  cases_trimmed: 'ended cases shortened because the entity neared its bound',
  evidence_trimmed: 'pieces of evidence dropped because the entity neared its bound',
  moved: 'persons whose unlinked case came to them',
  forwarded: 'records sent on to the person they belong to',
} as const;

export type CountName = keyof typeof COUNTS;
