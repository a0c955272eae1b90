import type { DecisionReason, Reason } from '@yujing/schemas';

/** Why the second analysis did what it did: one closed list for log, screen and test. */
const REASONS = {
  new_warning: ['规则发出预警', 'A rule warned'],
  repeat_person: ['此人九十天内有过预警', 'This person was warned about before'],
  on_watch: ['处于九十天重点关注期', 'Under the 90-day watch'],
  old_data: ['历史数据，只记录，不派单', 'Old data: written down, never dispatched'],
  second_hit: ['一天内第二个可疑对象', 'Second suspect within a day'],
  new_feed: ['又一类数据印证', 'Another kind of data agrees'],
  unanswered: ['多次联系不上', 'Several attempts unanswered'],
  one_feed: ['只有一类数据，最高为高危', 'One kind of data only: High at most'],
  below_floor: ['实测准确率低于该级下限', 'Measured share of real cases is below this level'],
  warning_withdrawn: ['迟到的数据推翻了预警', 'A late event took the ground from the warning'],
  nothing_left: ['没有其他依据', 'Nothing else speaks for it'],
  time_limit: ['到时限无人研判', 'Nobody reviewed it in time'],
  hold_over: ['暂缓到时', 'The hold is over'],
  quiet_type: ['同类预警刚有结论', 'The same matter was settled a short time ago'],
  quiet_pair: ['与此对象的往来已核实正常', 'Dealings with this party were found normal'],
  known_good_peer: ['对方可信', 'The other party is known good'],
  business_call: ['正常业务往来', 'Ordinary business'],
  own_account: ['本人账户之间', 'Own accounts'],
  duplicate: ['重复', 'Duplicate'],
  weak_evidence: ['依据不足', 'Evidence is weak'],
  strong_evidence: ['依据充分', 'Evidence is strong'],
  new_info: ['有新情况', 'New information'],
  bank_confirmed: ['银行已证实', 'The bank confirmed'],
  other: ['其他', 'Other'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type ReasonCode = keyof typeof REASONS;

export function reason(code: ReasonCode): Reason {
  const [text_zh, text_en] = REASONS[code];
  return { code, text_zh, text_en };
}

export function reasonOfDecision(code: DecisionReason | null): Reason[] {
  if (code === null) return [];
  return [reason(code === 'UNKNOWN' ? 'other' : code)];
}
