import { complete, type RecordTypes } from '@yujing/schemas';
import { contentId } from '../person/ids.ts';

/** An invented person; her phone and her caller are tokens that stand for nobody. */
export const SUBJECT = 't1_storySubject0000000000';
export const CALLER = 't1_storyCaller00000000000';
export const OTHER_CALLER = 't1_storyOtherCaller000000';
/** 14:02 in the demo's time zone, the minute the call of the golden story is answered */
export const START = Date.UTC(2026, 10, 21, 6, 2, 0);

/** `6:10` or `26:00:00` after the start of the story, in epoch ms; a number is seconds. */
export function time(text: string | number): number {
  if (typeof text === 'number') return START + text * 1000;
  const seconds = text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return START + seconds * 1000;
}

export type WarningChange = Partial<RecordTypes['Warning']>;

/** A warning of the golden story's ORANGE stage; `name` makes its id. */
export function warningRecord(name: string, at: number, change: WarningChange = {}): RecordTypes['Warning'] {
  const trigger_event_id = contentId('event', name);
  return complete('Warning', {
    warning_id: contentId('warning', name),
    subject: SUBJECT,
    subject_kind: 'person',
    rule: 'fake_police.long_call',
    rule_version: 1,
    rule_hash: '0123456789abcdef',
    rule_stage: 'on_call',
    scam_type: 'fake_police',
    scam_stage: 's1_hooked',
    modes: ['number_forged'],
    level: 'ORANGE',
    score: 70,
    occurred_at: at,
    created_at: at,
    accepted_at: at,
    trigger_event_id,
    title_zh: '疑似冒充公检法',
    title_en: 'Likely fake police',
    evidence: [{ event_id: trigger_event_id, at, feed: 'call', text_zh: `依据 ${name}`, text_en: `Ground ${name}` }],
    score_parts: [{ points: 70, because_zh: '通话超过五分钟', because_en: 'On the line for five minutes' }],
    feeds: ['call', 'domain_visit'],
    live_flags: ['on_call'],
    suspect: CALLER,
    suspect_kind: 'tel',
    call_answered_at: START,
    money_state: 'none',
    places: [{ kind: 'home', adcode: '990101', station_code: 'qinghe', at: null, certainty: 0.9 }],
    advice_key: 'fake_police',
    retrospective: false,
    delayed: false,
    ...change,
  });
}
