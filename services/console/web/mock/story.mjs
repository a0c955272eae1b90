// The golden story at 14:09:30 as the API would answer it, and a town around it. All people and places are invented.
export const DAY = Date.parse('2026-06-15T14:00:00+08:00');
export const at = (clock) => {
  const [hours, minutes, seconds = 0] = clock.split(':').map(Number);
  return DAY + ((hours - 14) * 3600 + minutes * 60 + seconds) * 1000;
};
export const NOW = at('14:09:30');
const both = (zh, en) => ({ zh, en });

const line = (id, level, scam_type, name_masked, change = {}) => ({
  case_id: id.padEnd(32, '0'), subject: `s${id}`, revision: 3, order_id: null, order_no: null, level, scam_type,
  title: both('', ''), status: 'created', review_state: 'waiting', name_masked, area: both('青禾街道', 'Qinghe'),
  officer: null, precinct: 'qinghe', live_flags: [], call_answered_at: null, call_ended_at: null,
  money_at_risk_minor: null, money_moving_minor: null, money_state: 'none', currency: 'CNY', opened_at: at('14:05:00'),
  updated_at: at('14:09:00'), review_due_at: null, ack_due_at: null, contact_due_at: null, meet_due_at: null,
  outcome_due_at: null, outcome_code: null, closed_at: null, unreviewed: false, delayed: false, ...change,
});

export const ADVICE = {
  say: [
    both('您没有犯事。我是来帮您的。', 'You are not in trouble. I am here to help you.'),
    both('真警察不在电话里办案，也没有“安全账户”。', 'Real police never work by phone, and there is no “safe account”.'),
    both('叫您谁也别说的人，就是骗子。先挂断，我们一起打 110 问。', 'Whoever says “tell nobody” is the fraud. Hang up, and we ring 110 together.'),
  ],
  check: [
    both('挂断电话、视频', 'End call and video'), both('开飞行模式', 'Airplane mode on'),
    both('取消呼叫转移', 'Cancel call forwarding'), both('删掉会议软件', 'Remove the meeting app'),
  ],
  never: both('别让她转钱到任何地方。不问密码和验证码。', 'Never have money moved anywhere. Never ask for passwords or codes.'),
};

const person = (name_masked, more = {}) => ({
  name_masked, sex: 'female', age_band: 'senior', language: both('说方言，懂普通话', 'Dialect, follows Mandarin'), hearing: null,
  area: both('青禾街道柳岸花园', 'Liu’an Garden, Qinghe'),
  contacts: [{ contact_id: 'c1', relation: 'self' }, { contact_id: 'c2', relation: 'family' }], ...more,
});

export const OPENED = {
  ...person('周█敏'), name: '周晓敏', address: '柳岸花园 12幢2单元602',
  place_certainty: both('住址，14:08 手机信号在 300 米内', 'Home. Phone within 300 m at 14:08'),
  contacts: [
    { contact_id: 'c1', relation: 'self', tel: '+8612000000001' }, { contact_id: 'c2', relation: 'family', tel: '+8612000000002' },
  ],
};

export const zhou = {
  ...line('a1', 'RED', 'fake_police', '周█敏', {
    order_id: 'o'.padEnd(32, '1'), order_no: 713, status: 'en_route', review_state: 'confirmed', officer: 'wang', area: both('青禾街道柳岸花园', 'Liu’an Garden, Qinghe'),
    live_flags: ['on_call', 'transfer_pending'], call_answered_at: at('14:02:00'), money_at_risk_minor: 49000000,
    money_moving_minor: 48000000, money_state: 'held', revision: 12, opened_at: at('14:05:00'), ack_due_at: at('14:09:10'),
    contact_due_at: at('14:13:10'), meet_due_at: at('14:13:10'), outcome_due_at: null,
  }),
  changed: [], first_warning_at: at('14:05:00'), red_at: at('14:08:10'), dispatched_at: at('14:08:10'), delivered_at: at('14:08:20'),
  acked_at: at('14:08:40'), en_route_at: at('14:08:55'), on_site_at: null, contacted_at: null, met_at: null, outcome_at: null,
  score: 96, p_fraud: 0.62, odds: { of: 'fake_police', real: 26, labelled: 42, enough: true },
  evidence: [
    { event_id: 'e1', at: at('14:02:00'), feed: 'call', ...both('境外号码首次来电，至今没挂', 'First international call, still on') },
    { event_id: 'e2', at: at('14:07:00'), feed: 'domain_visit', ...both('装了来路不明的屏幕共享软件', 'Side-loaded a screen-sharing app') },
    { event_id: 'e3', at: at('14:08:10'), feed: 'transaction', ...both('两个账户共 49万，归到一张卡', 'Two accounts moved into one card') },
    { event_id: 'e4', at: at('14:09:30'), feed: 'transaction', ...both('转出 48万 给首次收款人，银行拦住', '¥480,000 to a new payee, held') },
    { event_id: 'e5', at: at('14:06:40'), feed: 'sms', ...both('银行验证码短信 3 条', '3 bank codes by SMS') },
  ],
  score_parts: [
    { points: 50, ...both('境外首次来电，超过 5 分钟', 'First international call, 5 min') },
    { points: 20, ...both('通话中装共享软件', 'Screen-sharing app during the call') },
    { points: 20, ...both('自己的钱归到一张卡', 'Own accounts emptied into one') },
    { points: 6, ...both('模型 听风者 0.83', 'Model Tingfengzhe 0.83') },
  ],
  hypotheses: [
    { scam_type: 'fake_police', level: 'RED', rule: 'fake-police-long-call', rule_version: 4, rule_stage: 'squeeze', score: 96, at: at('14:08:10') },
    { scam_type: 'screen_share', level: 'ORANGE', rule: 'screen-share-on-call', rule_version: 2, rule_stage: 'hooked', score: 58, at: at('14:07:00') },
  ],
  timeline: [
    { at: at('14:05:00'), kind: 'warning', by: null, ...both('低危：境外首次来电', 'Low: first international call') },
    { at: at('14:07:00'), kind: 'warning', by: null, ...both('高危：通话中装共享软件', 'High: screen-sharing app during the call') },
    { at: at('14:07:00'), kind: 'review', by: null, ...both('按高危处理', 'Opened as High') },
    { at: at('14:08:10'), kind: 'warning', by: null, ...both('特高危：资金归集', 'Critical: money gathered') },
    { at: at('14:08:10'), kind: 'review', by: null, ...both('升为特高危', 'Raised to Critical') },
    { at: at('14:08:10'), kind: 'order', by: null, ...both('指令 0713 下发给 wang', 'Order 0713 to wang') },
    { at: at('14:08:11'), kind: 'contact', by: null, ...both('闪信，已送达', 'Flash SMS, delivered') },
    { at: at('14:08:20'), kind: 'delivery', by: 'wang', ...both('手机页面已送达', 'Delivered, phone page') },
    { at: at('14:08:40'), kind: 'response', by: 'wang', ...both('接单', 'Accepted') },
    { at: at('14:08:49'), kind: 'decision', by: 'lu', ...both('确认', 'Confirmed') },
    { at: at('14:08:55'), kind: 'response', by: 'wang', ...both('出发', 'On the way') },
  ],
  contact_tries: [
    { method: 'flash_sms', result: 'delivered', at: at('14:08:11') }, { method: 'human_call', result: 'busy', at: at('14:08:30') },
    { method: 'human_call', result: 'busy', at: at('14:09:05') },
  ],
  requests: [{ kind: 'bank', at: at('14:08:11'), answer: 'done' }], follow_ups: [], person: person('周█敏'), advice: ADVICE,
};

/** A summary made into a view, for the rest of the town. */
export const viewOf = (summary) => ({
  ...zhou, ...summary, red_at: null, dispatched_at: summary.order_id ? summary.opened_at : null, delivered_at: null, acked_at: null,
  en_route_at: null, p_fraud: null, score: 62, odds: { of: summary.scam_type, real: 3, labelled: 7, enough: false }, contact_tries: [],
  requests: [], person: person(summary.name_masked, { sex: null, language: null }), timeline: zhou.timeline.slice(0, 3),
  hypotheses: [{ scam_type: summary.scam_type, level: summary.level, rule: 'task-rebate-growing', rule_version: 6, rule_stage: 'hooked', score: 62, at: summary.opened_at }],
});

export const town = [
  line('b1', 'RED', 'screen_share', '韩█', { area: both('临湖街道', 'Linhu'), precinct: 'linhu', live_flags: ['on_call'], call_answered_at: at('14:03:10'), money_at_risk_minor: 12800000, review_due_at: at('14:09:52'), meet_due_at: at('14:14:00'), opened_at: at('14:08:52'), officer: 'li' }),
  line('c1', 'ORANGE', 'impersonate_known', '许█涛', { area: both('望桥街道', 'Wangqiao'), money_at_risk_minor: 98000000, review_due_at: at('14:10:21') }),
  line('c2', 'ORANGE', 'task_rebate', '赵█', { area: both('石塘新村 3幢', 'Shitang Village'), money_at_risk_minor: 2600000, order_id: 'o'.padEnd(32, '2'), order_no: 714, officer: 'wang', status: 'dispatched', ack_due_at: at('14:13:18'), contact_due_at: at('14:18:18') }),
  line('c3', 'ORANGE', 'fake_credit', '高█', { money_at_risk_minor: 6500000, review_due_at: at('14:11:35') }),
  line('c4', 'ORANGE', 'fake_invest', '罗█华', { money_at_risk_minor: 31000000, review_due_at: at('14:11:42') }),
  line('c5', 'ORANGE', 'fake_service', '林█芳', { area: both('开发区', 'Kaifa'), money_at_risk_minor: 8400000, order_id: 'o'.padEnd(32, '3'), order_no: 715, officer: 'li', status: 'dispatched', ack_due_at: at('14:12:40') }),
  line('d1', 'YELLOW', 'fake_loan', '马█军', { money_at_risk_minor: 300000, order_id: 'o'.padEnd(32, '4'), order_no: 702, officer: 'wang', status: 'acked', contact_due_at: at('15:05:00') }),
  line('d2', 'YELLOW', 'task_rebate', '郑█', { money_at_risk_minor: 117600, review_due_at: at('14:18:44') }),
  line('d3', 'YELLOW', 'fake_shopping', '冯█玉', { money_at_risk_minor: 240000, review_due_at: at('14:19:10') }),
  line('d4', 'YELLOW', 'game_trade', '蒋█宁', { money_at_risk_minor: 80000, review_due_at: at('14:22:37') }),
  line('f1', 'ORANGE', 'fake_invest', '孙█珍', { order_id: 'o'.padEnd(32, '5'), order_no: 655, officer: 'wang', status: 'follow_up', outcome_code: 'T1', closed_at: at('10:20:00') }),
];

export const followUps = [
  { follow_up_id: 'u1', case_id: town[10].case_id, kind: 'call_72h', due_at: at('16:30:00'), done_at: null, level: 'ORANGE', scam_type: 'fake_invest', outcome_code: 'T1', name_masked: '孙█珍', area: null },
  { follow_up_id: 'u2', case_id: town[10].case_id, kind: 'visit_or_call_24h', due_at: at('33:00:00'), done_at: null, level: 'ORANGE', scam_type: 'fake_loan', outcome_code: 'T1', name_masked: '吴█国', area: null },
];

const step = (name, count, lost = [], ended = []) => ({
  step: name, count, lost: lost.reduce((sum, [, , n]) => sum + n, 0), lost_reasons: lost.map(([zh, en, n]) => ({ zh, en, count: n })),
  ended: ended.reduce((sum, [, , n]) => sum + n, 0), ended_reasons: ended.map(([zh, en, n]) => ({ zh, en, count: n })),
});
const rule = (rule, level, zh, en, version, real, total, unknown, low, high) => ({
  rule, rule_version: version, title: both(zh, en), level, warnings: total + unknown + 9, label_true: real, label_false: total - real,
  label_unknown: unknown, precision: total === 0 ? null : real / total, low, high,
});

export const board = {
  from: at('14:09:30') - 7 * 86400000, until: NOW,
  funnel: [
    step('warned', 424), step('reviewed', 424), step('dispatched', 359, [], [['驳回', 'rejected', 54], ['合并', 'merged', 11]]),
    step('acknowledged', 357, [['没人接', 'nobody answered', 2]]),
    step('contacted', 318, [['占线拒接', 'busy or refused', 27], ['号码不对', 'wrong number', 12]]),
    step('met', 236, [['在外地', 'elsewhere', 11], ['没找到', 'not found', 7]], [['电话里办结', 'settled by phone', 64]]),
    step('saved', 152, [['已转走', 'already paid', 11], ['还不信', 'not convinced', 7]], [['正常来往', 'normal contact', 66]]),
  ],
  clocks: [
    { from: 'red', count: 140, p50_ms: 262000, p90_ms: 530000, p99_ms: 1180000 },
    { from: 'first', count: 236, p50_ms: 365000, p90_ms: 870000, p99_ms: 2460000 },
    { from: 'call', count: 201, p50_ms: 708000, p90_ms: 1570000, p99_ms: 3480000 },
  ],
  saved_minor: 1386000000, lost_minor: 236000000, currency: 'CNY',
  precision: [
    rule('fake-police-gathering', 'RED', '境外通话后资金归集', 'Money gathered after a call from abroad', 4, 41, 60, 6, 0.558, 0.787),
    rule('screen-share-bank', 'RED', '屏幕共享时开银行', 'Bank opened while sharing the screen', 3, 28, 43, 4, 0.502, 0.776),
    rule('fake-service-loan', 'RED', '冒充客服，借款入账', 'Fake service, loan paid in', 2, 15, 29, 5, 0.344, 0.686),
    rule('fake-credit-two-loans', 'ORANGE', '虚假征信，两家借款', 'Fake credit, two lenders', 1, 22, 53, 7, 0.293, 0.549),
    rule('task-second-larger', 'ORANGE', '刷单第二笔变大', 'Task rebate, second payment grows', 6, 39, 100, 18, 0.3, 0.488),
    rule('loan-fee-first', 'ORANGE', '贷款先交费', 'Loan, fee first', 3, 18, 48, 9, 0.252, 0.516),
    rule('split-to-personal', 'ORANGE', '对公拆分给个人', 'Firm to person, split', 2, 9, 42, 3, 0.117, 0.359),
    rule('game-unfreeze', 'YELLOW', '交“解冻金”', 'Unfreeze deposit', 1, 0, 0, 2, null, null),
  ],
};
