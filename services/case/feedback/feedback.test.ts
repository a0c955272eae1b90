import { expect, test } from 'vitest';
import { time } from '../story/records.ts';
import { Story } from '../story/story.ts';

const RED = {
  rule: 'fake_police.self_move',
  rule_stage: 'money',
  level: 'RED',
  feeds: ['call', 'transaction'],
} as const;
const DAY_S = 86_400;

function red(): Story {
  const story = new Story();
  story.warn('5:00', 'red', RED);
  story.deliver('5:00', 'sent');
  return story;
}

function withPerson(): Story {
  const story = red();
  story.respond('5:20', 'accept');
  story.respond('5:30', 'en_route');
  story.respond('9:00', 'with_person');
  return story;
}

test('answers made without network are merged by the clock of the device', () => {
  const story = red();
  const first = story.of('Order')[0];
  story.deliver('5:05', 'delivered');
  // out of reach from 5:10 to 12:00; meanwhile the ladder goes on
  story.advance('6:05');
  const second = story.of('Order')[1];
  story.respond('6:20', 'accept', { order_id: second?.order_id, by: second?.officer });
  story.respond('6:30', 'en_route', { order_id: second?.order_id, by: second?.officer });
  const own = { order_id: first?.order_id, by: 'officer-3107' };
  const answers = [
    story.respond('12:00', 'accept', { ...own, client_at: time('5:40'), client_seq: 1 }),
    story.respond('12:00', 'en_route', { ...own, client_at: time('5:55'), client_seq: 2 }),
    story.respond('12:01', 'on_site', { ...own, client_at: time('9:50'), client_seq: 3 }),
  ];
  expect(answers.map((id) => story.answer(id))).toEqual(['applied', 'applied', 'applied']);
  expect(story.snapshot()).toMatchObject({
    acked_at: time('5:40'),
    en_route_at: time('5:55'),
    on_site_at: time('9:50'),
    officer: 'officer-3107',
    status: 'on_site',
  });
  const applied = story.of('Applied').slice(-3);
  expect(applied.map(({ merged_at, skewed }) => [merged_at, skewed])).toEqual([
    [time('5:40'), false],
    [time('5:55'), false],
    [time('9:50'), false],
  ]);
});

test('a device clock that cannot be right is flagged, and the time of the server counts', () => {
  const story = red();
  story.respond('5:20', 'accept', { client_at: time('4:00') });
  story.respond('5:40', 'en_route', { client_at: time('9:00') });
  expect(story.snapshot()).toMatchObject({ acked_at: time('5:20'), en_route_at: time('5:40') });
  expect(story.of('Applied').map(({ skewed }) => skewed)).toEqual([true, true]);
  expect(story.counts.get('client_time_skewed')).toBe(2);
});

test('reports out of order fill in their own times, and the times keep the order of the steps', () => {
  const story = red();
  story.respond('5:50', 'on_site');
  expect(story.snapshot()).toMatchObject({
    acked_at: time('5:50'),
    en_route_at: time('5:50'),
    on_site_at: time('5:50'),
  });
  story.respond('5:52', 'accept', { client_at: time('5:30') });
  story.respond('5:53', 'en_route', { client_at: time('5:40') });
  expect(story.snapshot()).toMatchObject({
    acked_at: time('5:30'),
    en_route_at: time('5:40'),
    on_site_at: time('5:50'),
  });
  expect(story.answer(story.respond('5:55', 'en_route'))).toBe('wrong_state');
});

test('undo within ten seconds, the last thing only', () => {
  const story = red();
  const accept = story.respond('5:20', 'accept');
  const wrong = story.respond('5:22', 'on_site');
  expect(story.answer(story.respond('5:25', 'undo', { undo_of: accept }))).toBe('takes_back_unknown');
  expect(story.answer(story.respond('5:28', 'undo', { undo_of: wrong }))).toBe('applied');
  expect(story.snapshot()).toMatchObject({ status: 'acked', on_site_at: null, en_route_at: null });
  const again = story.respond('5:40', 'en_route');
  expect(story.answer(story.respond('5:51', 'undo', { undo_of: again }))).toBe('undo_too_late');
});

test('undo of an acceptance starts the ladder again', () => {
  const story = red();
  const accept = story.respond('5:50', 'accept');
  story.respond('5:55', 'undo', { undo_of: accept });
  expect(story.snapshot()).toMatchObject({ status: 'dispatched', acked_at: null });
  story.advance('6:00');
  expect(story.of('Escalation')).toHaveLength(2);
});

test('undo of a contact takes the outcome clock back', () => {
  const story = red();
  story.respond('5:20', 'accept');
  const met = story.respond('5:30', 'with_person');
  expect(story.snapshot().outcome_due_at).toBe(time('35:30'));
  story.respond('5:35', 'undo', { undo_of: met });
  expect(story.snapshot()).toMatchObject({ contacted_at: null, outcome_due_at: null, status: 'acked' });
});

test('help is asked for and answered by the desk', () => {
  const story = red();
  story.respond('5:20', 'accept');
  story.respond('5:30', 'request_bank', { legal_basis: 'policy' });
  expect(story.answer(story.respond('5:31', 'request_bank'))).toBe('wrong_state');
  expect(story.snapshot().requests).toEqual([{ kind: 'bank', at: time('5:30'), answer: null, answered_at: null }]);
  const answer = {
    request: 'bank',
    answer: 'done',
    by: 'bank-desk',
    role: 'bank',
    amount_minor: 100,
    currency: 'CNY',
  } as const;
  expect(story.answer(story.respond('6:00', 'request_answered', answer))).toBe('applied');
  expect(story.answer(story.respond('6:01', 'request_answered', answer))).toBe('wrong_state');
  expect(story.snapshot().requests[0]).toMatchObject({ answer: 'done', answered_at: time('6:00') });
  const medical = story.respond('6:10', 'request_medical');
  story.respond('6:12', 'undo', { undo_of: medical });
  expect(story.snapshot().requests).toHaveLength(1);
});

test('the first answered or met contact stops the clock; the tries are kept', () => {
  const story = red();
  story.contact('5:10', 'busy');
  story.contact('5:40', 'answered');
  story.contact('6:00', 'answered');
  expect(story.snapshot()).toMatchObject({
    contacted_at: time('5:40'),
    met_at: null,
    status: 'contacted',
    contact_due_at: null,
  });
  expect(story.snapshot().contact_tries.map(({ result }) => result)).toEqual(['busy', 'answered', 'answered']);
});

test('three calls nobody took raise YELLOW, and ORANGE only while the person is on the phone', () => {
  const story = new Story();
  story.warn('5:00', 'one', { level: 'YELLOW', feeds: ['call', 'transaction'], live_flags: [] });
  for (const at of ['5:10', '5:20', '5:30']) story.contact(at, 'no_answer');
  expect(story.snapshot()).toMatchObject({ level: 'ORANGE', review_due_at: time('8:30') });
  for (const at of ['5:40', '5:50', '6:00']) story.contact(at, 'busy');
  expect(story.snapshot().level).toBe('ORANGE');
  const calling = new Story();
  calling.warn('5:00', 'one');
  for (const at of ['5:10', '5:20', '5:30']) calling.contact(at, 'busy');
  expect(calling.snapshot()).toMatchObject({ level: 'RED', red_at: time('5:30') });
  expect(calling.of('Order')).toHaveLength(1);
});

test('N1 and N4 keep the case open with a provisional unknown, and ask again', () => {
  const story = red();
  story.respond('5:20', 'accept');
  story.respond('5:30', 'en_route');
  story.outcome('9:00', 'N1');
  expect(story.snapshot()).toMatchObject({
    status: 'en_route',
    outcome_code: 'N1',
    label: 'unknown',
    outcome_due_at: time('19:00'),
  });
  story.advance('19:00');
  expect(story.of('Escalation')).toMatchObject([{ reason: 'outcome_late' }]);
  story.respond('25:00', 'with_person');
  expect(story.snapshot().outcome_due_at).toBe(time('55:00'));
  story.outcome('30:00', 'T2');
  const [first, second] = story.of('Label');
  expect(first).toMatchObject({ label: 'unknown', provisional: true });
  expect(second).toMatchObject({ label: 'label_true', provisional: false, takes_back: first?.label_id });
});

test('T7: true for now, a second visit within two hours, then T8', () => {
  const story = withPerson();
  story.outcome('14:00', 'T7', { believed: 'no' });
  expect(story.snapshot()).toMatchObject({
    status: 'outcome_reported',
    label: 'label_true',
    outcome_due_at: time('134:00'),
  });
  expect(story.of('FollowUp')).toMatchObject([{ kind: 'second_visit_2h', due_at: time('134:00') }]);
  story.outcome('60:00', 'T8');
  expect(story.of('FollowUp')[1]).toMatchObject({ kind: 'second_visit_2h', cancelled_at: time('60:00') });
  expect(
    story
      .of('FollowUp')
      .slice(2)
      .map(({ kind }) => kind),
  ).toEqual(['visit_or_call_24h', 'call_72h', 'day_7']);
  expect(story.of('Label')).toMatchObject([
    { provisional: true },
    { provisional: false, takes_back: story.of('Label')[0]?.label_id },
  ]);
});

test('a contact that reached the person afterwards is the next follow-up; the last one closes the case', () => {
  const story = withPerson();
  const { case_id } = story.open;
  story.outcome('14:00', 'T1', { follow_up_at: time(DAY_S / 2) });
  expect(story.snapshot(case_id)).toMatchObject({
    status: 'follow_up',
    follow_up_due_at: time(DAY_S / 2),
    closed_at: null,
  });
  story.contact(DAY_S / 2, 'no_answer', { case_id });
  story.contact(DAY_S, 'answered', { case_id });
  expect(story.of('FollowUp').at(-1)).toMatchObject({ kind: 'visit_or_call_24h', done_at: time(DAY_S) });
  story.contact(3 * DAY_S, 'met', { case_id });
  story.contact(7 * DAY_S, 'answered', { case_id });
  expect(story.snapshot(case_id)).toMatchObject({
    status: 'closed',
    closed_at: time(7 * DAY_S),
    follow_up_due_at: null,
  });
  expect(story.answer(story.contact(8 * DAY_S, 'answered', { case_id }))).toBe('case_closed');
});

test('follow-ups nobody made do not keep a case for ever', () => {
  const story = withPerson();
  const { case_id } = story.open;
  story.outcome('14:00', 'T1');
  story.advance(30 * DAY_S);
  expect(story.snapshot(case_id).status).toBe('closed');
  expect(story.timers.size).toBe(0);
});

test('an outcome taken back in time gives another label and takes its quieting with it', () => {
  const story = withPerson();
  const { case_id } = story.open;
  const wrong = story.outcome('14:00', 'F1', { case_id });
  const { order_id } = story.snapshot(case_id);
  const own = { case_id, order_id, by: 'officer-3107', role: 'station' } as const;
  expect(story.answer(story.command('Outcome', '15:00', { ...own, outcome_code: 'T1' }))).toBe('already_outcome');
  const unknown = { ...own, outcome_code: 'T1', takes_back: 'story-command-none' } as const;
  expect(story.answer(story.command('Outcome', '15:10', unknown))).toBe('takes_back_unknown');
  expect(story.answer(story.command('Outcome', '16:00', { ...own, outcome_code: 'T1', takes_back: wrong }))).toBe(
    'applied',
  );
  expect(story.of('Label').at(-1)).toMatchObject({ label: 'label_true', takes_back: story.of('Label')[0]?.label_id });
  expect(story.snapshot(case_id)).toMatchObject({
    outcome_code: 'T1',
    label: 'label_true',
    status: 'follow_up',
    quiet_until: null,
  });
  story.warn('30:00', 'again', { level: 'ORANGE' });
  expect(story.person.open).not.toBeNull();
});

test('too late is too late; one that goes on cannot come back beside another open case', () => {
  const story = withPerson();
  const { case_id } = story.open;
  const first = story.outcome('14:00', 'T1', { case_id });
  const { order_id } = story.snapshot(case_id);
  const own = { case_id, order_id, by: 'officer-3107', role: 'station', takes_back: first } as const;
  story.warn('20:00', 'next', { level: 'BLUE', feeds: ['call'] });
  expect(story.answer(story.command('Outcome', '21:00', { ...own, outcome_code: 'T7' }))).toBe('wrong_state');
  expect(story.answer(story.command('Outcome', 14 * 60 + DAY_S + 1, { ...own, outcome_code: 'F1' }))).toBe(
    'undo_too_late',
  );
});

test('an outcome taken back by one that goes on opens the case again', () => {
  const story = withPerson();
  const { case_id } = story.open;
  const first = story.outcome('14:00', 'T1', { case_id });
  const { order_id } = story.snapshot(case_id);
  story.command('Outcome', '16:00', { case_id, order_id, by: 'officer-3107', outcome_code: 'T7', takes_back: first });
  expect(story.open.case_id).toBe(case_id);
  expect(story.of('FollowUp').filter(({ cancelled_at }) => cancelled_at !== null)).toHaveLength(3);
});

test('a repeated command is answered once, also after the case is closed', () => {
  const story = withPerson();
  const { case_id } = story.open;
  const id = story.outcome('14:00', 'T1', { case_id });
  const { order_id } = story.snapshot(case_id);
  const written = story.written.length;
  story.command('Outcome', '14:10', { command_id: id, case_id, order_id, by: 'officer-3107', outcome_code: 'F1' });
  expect(story.written).toHaveLength(written);
  expect(story.answer(id)).toBe('applied');
  expect(story.outcomes.at(-1)).toEqual({ kind: 'drop', reason: 'command_repeated' });
});

test('an opening of clear text is on record and never refused', () => {
  const story = red();
  const opened = { purpose: 'contact', fields: ['name', 'tel'], device: null } as const;
  expect(story.answer(story.command('Opened', '5:30', opened))).toBe('applied');
  expect(story.answer(story.command('Opened', '5:31', { ...opened, case_id: 'e'.repeat(32) }))).toBe('applied');
});

test('who was not ordered cannot answer', () => {
  const story = red();
  expect(story.answer(story.respond('5:10', 'accept', { by: 'officer-9999' }))).toBe('not_your_order');
  expect(story.answer(story.respond('5:11', 'accept', { order_id: 'a'.repeat(32) }))).toBe('unknown_order');
  expect(story.answer(story.outcome('5:12', 'T1'))).toBe('wrong_state');
  expect(story.answer(story.outcome('5:13', 'T1', { order_id: null }))).toBe('unknown_order');
  expect(story.answer(story.outcome('5:14', 'T1', { by: 'officer-9999' }))).toBe('not_your_order');
  expect(story.answer(story.decide('5:15', { decision: 'confirm', role: 'station' }))).toBe('not_allowed');
  expect(story.answer(story.decide('5:16', { decision: 'confirm', case_id: 'e'.repeat(32) }))).toBe('no_case');
});
