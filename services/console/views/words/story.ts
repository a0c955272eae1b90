import type { RecordTypes } from '@yujing/schemas';
import type { Stations } from '../../api/dependencies.ts';
import type { Bilingual, CaseView } from '../../api/views.ts';
import * as of from './vocabulary.ts';
import { wordOf, words } from './vocabulary.ts';

export type TimelineLine = CaseView['timeline'][number];

/** Record types that have a line in the story of a case. */
export const STORY_TYPES = [
  'Warning',
  'Reanalysis',
  'Decision',
  'Order',
  'Delivery',
  'Escalation',
  'Response',
  'Contact',
  'Outcome',
  'HandOver',
  'FollowUp',
  'Opened',
] as const;
export type StoryType = (typeof STORY_TYPES)[number];

/** What the line needs of a warning: the read model keeps no more of it. */
export type ToldWarning = Pick<RecordTypes['Warning'], 'level' | 'title_zh' | 'title_en'>;

type Told = {
  [T in StoryType]: (
    value: T extends 'Warning' ? ToldWarning : RecordTypes[T],
    stations: Stations,
  ) => Omit<TimelineLine, 'at'>;
};

function line(kind: string, text: Bilingual, by: string | null = null): Omit<TimelineLine, 'at'> {
  return { kind, by, ...text };
}

function joined(a: Bilingual, b: Bilingual | undefined): Bilingual {
  return b === undefined ? a : words(`${a.zh}：${b.zh}`, `${a.en}: ${b.en}`);
}

function levelWord(level: RecordTypes['Reanalysis']['level_to']): Bilingual {
  return level === null ? words('原级', 'the same level') : wordOf(of.LEVELS, level);
}

function actText({ action, level_to, diversion }: RecordTypes['Reanalysis']): Bilingual {
  const level = levelWord(level_to);
  switch (action) {
    case 'opened':
      return words(`按${level.zh}处理`, `Opened as ${level.en}`);
    case 'raised':
      return words(`升为${level.zh}`, `Raised to ${level.en}`);
    case 'lowered':
      return words(`降为${level.zh}`, `Lowered to ${level.en}`);
    case 'merged':
      return words('并到同一人的案里', 'Joined with the same person’s case');
    case 'held':
      return words('先等一等', 'Held');
    case 'released':
      return words('不再等，往下走', 'Released');
    case 'dismissed':
      return words('不处理', 'Dismissed');
    case 'quieted':
      return words('同类暂不提醒', 'Same type kept quiet');
    case 'confirmed':
      return words(`维持${level.zh}`, `Kept at ${level.en}`);
    case 'capped':
      return words(`最高到${level.zh}`, `Capped at ${level.en}`);
    case 'withdrawn':
      return words('一条预警撤回', 'A warning was withdrawn');
    case 'diverted':
      return wordOf(of.DIVERSIONS, diversion ?? 'UNKNOWN');
    case 'expired':
      return words('过了时限', 'Expired');
    case 'unreviewed':
      return words('到时还没审，先下发', 'Sent unreviewed at its limit');
    default:
      return words('再看了一次', 'Looked at again');
  }
}

function decisionText({ decision, level_to, hold_s }: RecordTypes['Decision']): Bilingual {
  const level = levelWord(level_to);
  switch (decision) {
    case 'confirm':
      return words('确认', 'Confirmed');
    case 'raise':
      return words(`升为${level.zh}`, `Raised to ${level.en}`);
    case 'lower':
      return words(`降为${level.zh}`, `Lowered to ${level.en}`);
    case 'reject':
      return words('驳回', 'Rejected');
    case 'merge':
      return words('合并', 'Merged');
    case 'hold': {
      const minutes = Math.round((hold_s ?? 0) / 60);
      return words(`等 ${minutes} 分钟`, `Held for ${minutes} min`);
    }
    case 'dispatch':
      return words('下发', 'Dispatched');
    default:
      return words('研判', 'Reviewed');
  }
}

const RESPONSES: Readonly<Record<string, Bilingual>> = {
  accept: words('接单', 'Accepted'),
  decline: words('去不了', 'Declined'),
  en_route: words('出发', 'On the way'),
  on_site: words('到门口了', 'At the door'),
  with_person: words('见到人了', 'With the person'),
  undo: words('撤回一步', 'Took a step back'),
  request_bank: words('请银行拦住', 'Asked the bank to hold'),
  request_centre: words('请 96110 打电话', 'Asked 96110 to call'),
  request_operator: words('请运营商协助', 'Asked the operator'),
  request_family: words('请家人帮忙', 'Asked the family'),
  request_volunteer: words('请义警先到', 'Asked a volunteer'),
  request_backup: words('要增援', 'Asked for backup'),
  request_medical: words('要救护', 'Asked for an ambulance'),
  note_not_found: words('没找到人', 'Not found'),
};

function responseText({ action, reason, request, answer }: RecordTypes['Response']): Bilingual {
  if (action === 'request_answered' && request !== null && answer !== null) {
    return joined(wordOf(of.REQUESTS, request), wordOf(of.ANSWERS, answer));
  }
  const text = RESPONSES[action] ?? words('答复', 'Answered');
  return joined(text, action === 'decline' && reason !== null ? wordOf(of.DECLINED, reason) : undefined);
}

/** Four digits, as officers say them. */
function orderName(order_no: number): string {
  return String(order_no).padStart(4, '0');
}

const TOLD: Told = {
  Warning: ({ level, title_zh, title_en }) =>
    line('warning', joined(wordOf(of.LEVELS, level), words(title_zh, title_en))),
  Reanalysis: (record) => {
    const [reason] = record.reasons;
    return line('review', joined(actText(record), reason && words(reason.text_zh, reason.text_en)), record.by);
  },
  Decision: (record) => {
    const reason = record.reason === null ? undefined : wordOf(of.DECISION_REASONS, record.reason);
    return line('decision', joined(decisionText(record), reason), record.by);
  },
  Order: ({ order_no, officer }) =>
    line('order', words(`指令 ${orderName(order_no)} 下发给 ${officer}`, `Order ${orderName(order_no)} to ${officer}`)),
  Delivery: ({ status, channel, officer }) => {
    const way = wordOf(of.CHANNELS, channel);
    const state = wordOf(of.DELIVERED, status);
    return line('delivery', words(`${way.zh}${state.zh}`, `${way.en}: ${state.en}`), officer);
  },
  Escalation: ({ reason, to_officer }) => {
    const to =
      to_officer === null ? words('没有人在岗', 'nobody on duty') : words(`转给 ${to_officer}`, `to ${to_officer}`);
    const why = wordOf(of.ESCALATIONS, reason);
    return line('escalation', words(`${why.zh}，${to.zh}`, `${why.en}, ${to.en}`));
  },
  Response: (record) => line('response', responseText(record), record.by),
  Contact: ({ method, result, by }) => {
    const way = wordOf(of.METHODS, method);
    const found = wordOf(of.RESULTS, result);
    return line('contact', words(`${way.zh}，${found.zh}`, `${way.en}, ${found.en}`), by);
  },
  Outcome: ({ outcome_code, takes_back, by }) => {
    const code = wordOf(of.OUTCOMES, outcome_code);
    const text = words(`结果 ${outcome_code}：${code.zh}`, `Outcome ${outcome_code}: ${code.en}`);
    return line('outcome', takes_back === null ? text : words(`更正，${text.zh}`, `Corrected, ${text.en}`), by);
  },
  HandOver: ({ to_precinct, reason, by }, stations) => {
    const name = stations.precincts().find(({ code }) => code === to_precinct)?.name ?? words(to_precinct, to_precinct);
    const text = words(`移交${name.zh}`, `Handed over to ${name.en}`);
    return line('hand_over', joined(text, wordOf(of.HAND_OVERS, reason)), by);
  },
  FollowUp: ({ kind, done_at, cancelled_at }) => {
    const name = wordOf(of.FOLLOW_UPS, kind);
    if (done_at !== null) return line('follow_up', words(`${name.zh}，已办`, `${name.en} done`));
    if (cancelled_at !== null) return line('follow_up', words(`${name.zh}，取消`, `${name.en} cancelled`));
    return line('follow_up', words(`要${name.zh}`, `${name.en} set`));
  },
  Opened: ({ purpose, by }) => {
    const why = wordOf(of.PURPOSES, purpose);
    return line('opened', words(`看了姓名和联系方式，${why.zh}`, `Opened name and contacts ${why.en}`), by);
  },
};

/** The sentence of a record in the story of its case. */
export function tell<T extends StoryType>(
  type: T,
  value: Parameters<Told[T]>[0],
  at: number,
  stations: Stations,
): TimelineLine {
  // TypeScript cannot tie the value to the type through the table; the signature does.
  const told = TOLD[type] as (value: unknown, stations: Stations) => Omit<TimelineLine, 'at'>;
  return { at, ...told(value, stations) };
}
