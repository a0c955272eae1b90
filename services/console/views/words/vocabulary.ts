import type {
  Channel,
  ContactMethod,
  ContactResult,
  DecisionReason,
  DeliveryStatus,
  Diversion,
  EscalationReason,
  FollowUpKind,
  HandOverReason,
  Level,
  OpenPurpose,
  OutcomeCode,
  RequestAnswer,
  RequestKind,
  ResponseReason,
} from '@yujing/schemas';
import type { Bilingual } from '../../api/views.ts';

/** Words of the screens (shared/screens, section 8): facts first, no exclamation mark, verbs as the buttons say them. */
export function words(zh: string, en: string): Bilingual {
  return { zh, en };
}

type Words<Symbol extends string> = Readonly<Record<Exclude<Symbol, 'UNKNOWN'>, Bilingual>>;

const UNNAMED = words('未知', 'unknown');

/** A symbol of a newer writer has no word here; it is said to be unknown, never guessed. */
export function wordOf<Symbol extends string>(table: Words<Symbol>, symbol: Symbol): Bilingual {
  return (table as Readonly<Record<string, Bilingual>>)[symbol] ?? UNNAMED;
}

export const LEVELS: Words<Level> = {
  BLUE: words('低危', 'Low'),
  YELLOW: words('中危', 'Medium'),
  ORANGE: words('高危', 'High'),
  RED: words('特高危', 'Critical'),
};

export const METHODS: Words<ContactMethod> = {
  sms: words('短信', 'SMS'),
  flash_sms: words('闪信', 'Flash SMS'),
  ai_call: words('语音电话', 'Robot call'),
  human_call: words('打电话', 'Called'),
  family_call: words('打给家人', 'Called the family'),
  work_call: words('打给单位', 'Called the workplace'),
  visit: words('上门', 'Visit'),
  bank_teller: words('银行柜员', 'Bank teller'),
  volunteer_visit: words('义警上门', 'Volunteer visit'),
};

export const RESULTS: Words<ContactResult> = {
  answered: words('接了', 'answered'),
  busy: words('占线', 'busy'),
  refused: words('拒接', 'refused'),
  no_answer: words('没人接', 'no answer'),
  hung_up: words('挂断', 'hung up'),
  wrong_number: words('号码不对', 'wrong number'),
  off: words('关机', 'switched off'),
  not_there: words('人不在', 'not there'),
  met: words('见到人了', 'met'),
  read: words('已读', 'read'),
  delivered: words('已送达', 'delivered'),
};

export const REQUESTS: Words<RequestKind> = {
  bank: words('银行', 'Bank'),
  centre: words('96110', '96110'),
  operator: words('运营商', 'Operator'),
  family: words('家人', 'Family'),
  volunteer: words('义警', 'Volunteer'),
  backup: words('增援', 'Backup'),
  medical: words('救护', 'Ambulance'),
};

export const ANSWERS: Words<RequestAnswer> = {
  done: words('办好了', 'done'),
  refused: words('不同意', 'refused'),
  too_late: words('晚了', 'too late'),
  partial: words('办了一部分', 'partly done'),
};

export const DECLINED: Words<ResponseReason> = {
  busy: words('手上有事', 'busy'),
  off_duty: words('不在岗', 'off duty'),
  wrong_area: words('不是本辖区', 'wrong area'),
  safety: words('不安全', 'not safe'),
  other: words('其他原因', 'other reason'),
};

export const DECISION_REASONS: Words<DecisionReason> = {
  known_good_peer: words('对方是可信号码', 'known good number'),
  business_call: words('正常业务', 'business call'),
  own_account: words('自己的账户', 'own account'),
  duplicate: words('重复', 'duplicate'),
  weak_evidence: words('依据不足', 'weak evidence'),
  strong_evidence: words('依据充分', 'strong evidence'),
  new_info: words('有新情况', 'new information'),
  bank_confirmed: words('银行核实过', 'bank confirmed'),
  other: words('其他', 'other'),
};

export const DELIVERED: Words<DeliveryStatus> = {
  sent: words('已发出', 'sent'),
  delivered: words('已送达', 'delivered'),
  read: words('已读', 'read'),
  failed: words('没送到', 'not delivered'),
  not_connected: words('没连上', 'not connected'),
  not_configured: words('没开通', 'not set up'),
};

export const CHANNELS: Words<Channel> = {
  sse: words('手机页面', 'Phone page'),
  web_push: words('推送', 'Push'),
  sms: words('短信', 'SMS'),
  voice: words('语音电话', 'Voice call'),
  webhook: words('单位系统', 'Force app'),
};

export const ESCALATIONS: Words<EscalationReason> = {
  not_acknowledged: words('没人接单', 'No answer'),
  not_delivered: words('没送到', 'Not delivered'),
  declined: words('去不了', 'Declined'),
  no_movement: words('接单后没动', 'No movement'),
  off_duty: words('不在岗', 'Off duty'),
  outcome_late: words('结果没报', 'Outcome late'),
};

export const HAND_OVERS: Words<HandOverReason> = {
  wrong_area: words('不是本辖区', 'wrong area'),
  person_elsewhere: words('人在外地', 'person is elsewhere'),
  off_duty: words('不在岗', 'off duty'),
  overloaded: words('忙不过来', 'overloaded'),
  address_corrected: words('地址已更正', 'address corrected'),
  other: words('其他', 'other'),
};

export const DIVERSIONS: Words<Diversion> = {
  none: words('本级处理', 'Kept here'),
  city: words('分到市级', 'Passed to the city'),
  district: words('分到区县', 'Passed to the district'),
  street: words('分到镇街', 'Passed to the street'),
};

export const FOLLOW_UPS: Words<FollowUpKind> = {
  visit_or_call_24h: words('24 小时回访', '24 h follow-up'),
  call_72h: words('72 小时回访', '72 h follow-up'),
  day_7: words('第 7 天回访', 'Day 7 follow-up'),
  second_visit_2h: words('两小时内再去', 'Second visit within 2 h'),
};

export const PURPOSES: Words<OpenPurpose> = {
  contact: words('联系本人', 'to reach the person'),
  review: words('研判', 'for review'),
  search: words('查找', 'for a search'),
  audit: words('审计', 'for audit'),
  appeal: words('申诉', 'for an appeal'),
};

export const OUTCOMES: Words<OutcomeCode> = {
  T1: words('没转，劝住了', 'stopped before any transfer'),
  T2: words('转了一部分，余款保住', 'part paid, rest saved'),
  T3: words('转了，已止付', 'paid, stopped at the bank'),
  T4: words('转了，没追回', 'paid, lost'),
  T5: words('有接触，没想转', 'in contact, no intent to pay'),
  T6: words('本人已识破', 'had seen through it'),
  T7: words('见了面，还不信', 'met, does not believe'),
  T8: words('第二次劝住了', 'convinced at second attempt'),
  F1: words('正常业务、亲友', 'legitimate contact or payment'),
  F2: words('身份或号码不符', 'wrong person or number'),
  F3: words('规则误判', 'rule error'),
  N1: words('还没找到', 'not found yet'),
  N2: words('确实找不到', 'not found'),
  N3: words('人在外地，已移交', 'elsewhere, handed over'),
  N4: words('空号、停机、拒接', 'number dead or refusing'),
  X1: words('重复', 'duplicate'),
  X2: words('过了时限', 'expired'),
  X3: words('另案处理', 'passed to the case team'),
  X4: words('测试', 'test'),
};
