import { expect, test } from 'vitest';
import { compile, type RuleSetPlan } from '@yujing/rules/language';
import { checkMeaning, complete, type Touch } from '@yujing/schemas';
import { ANSWERED_AT, clock, eventId, play, Story, token } from './story.ts';
import { TwoStages, type FeedEvent } from './two-stages.ts';

const META =
  'meta: { scam_type: fake_police, owner: lab, author: a, reviewed_by: [b], legal_basis: [X], expires: 2099-01-01 }';

const RULES = `
kind: FeatureSet
id: tested
version: 1
features:
  callees_1h: { on: call, key: peer_tel, agg: distinct(subscriber_tel), window: 1h }
  own_out_1h: { on: transaction, from: touch, key: party, agg: count(), where: 'direction == "outgoing"', window: 1h }
  calls_1h: { on: call, key: subject, agg: count(), window: 1h }
---
kind: Rule
id: test.timed
version: 1
status: draft
title: { zh: 试验, en: timed }
${META}
sequence:
  by: subject
  within: 1h
  stages:
    - { id: call, on: call, when: event.phase == "answered", after: 300s, unless_ended: true, level: ORANGE }
---
kind: Rule
id: test.absent
version: 1
status: draft
title: { zh: 试验, en: absent }
${META}
sequence:
  by: subject
  within: 10m
  emit: timeout
  stages:
    - { id: call, on: call, when: event.phase == "answered" && calls_1h(event.subject) >= 1, level: YELLOW }
  absent:
    - { on: transaction, when: event.kind == "self_move" }
---
kind: Rule
id: test.busy
version: 3
status: draft
title: { zh: 试验, en: busy }
${META}
on: call
when: event.phase == "answered" && callees_1h(event.peer_tel) >= 2
level: YELLOW
---
kind: Rule
id: test.mule
version: 1
status: draft
title: { zh: 试验, en: mule }
${META}
on: transaction
when: event.kind == "transfer_out" && own_out_1h(event.payee_acct) >= 2
level: YELLOW
---
kind: Rule
id: test.caller
version: 1
status: draft
about: counterparty
title: { zh: 打给两个人, en: called two people }
${META}
on: call
when: event.phase == "answered" && callees_1h(event.peer_tel) >= 2
`;

function planOf(text = RULES, status: (id: string) => 'live' | 'shadow' = () => 'live'): RuleSetPlan {
  const { plan, problems } = compile([{ path: 'tested.yaml', text }]);
  if (plan.rules.length === 0) throw new Error(JSON.stringify(problems));
  return { ...plan, rules: plan.rules.map((rule) => ({ ...rule, status: status(rule.id) })) };
}

const plan = planOf();
const only = (...ids: string[]): RuleSetPlan => ({
  ...plan,
  rules: plan.rules.filter((rule) => ids.includes(rule.id)),
});

function call(name: string, time: string, fields: object = {}): FeedEvent {
  return new Story(name).call(time, { phase: 'answered', ...fields }).events[0] as FeedEvent;
}

test('before any rule set is adopted, events flow without features', () => {
  const stages = new TwoStages({ hash: '', rules: [], features: [], lists: [] });
  stages.event(call('P1', '0:00'));
  expect(stages.encounters[0]?.value).toMatchObject({
    event_type: 'call',
    origin: 0,
    profile: { features: [], findings: [], list_hits: [] },
  });
  expect(checkMeaning('Encounter', stages.encounters[0]?.value)).toEqual([]);
});

test('a repeat is dropped at the first stage, with its reason', () => {
  const stages = new TwoStages(plan);
  expect(stages.event(call('P1', '0:00'))).toEqual({ kind: 'done' });
  expect(stages.event(call('P1', '0:00'))).toEqual({ kind: 'drop', reason: 'repeat' });
  expect(stages.encounters.length).toBe(1);
});

test('counterparty features and findings travel on the event that they include', () => {
  const stages = new TwoStages(only('test.busy', 'test.caller'));
  stages.event(call('P1', '0:00'));
  stages.event(call('P2', '1:00'));
  const [first, second] = stages.encounters.map(
    (output) => output.value as { profile: { features: Array<{ value: number }>; findings: unknown[] } },
  );
  const fanout = (profile: { features: Array<{ value: number }> }) => profile.features.map(({ value }) => value);
  expect(fanout(first?.profile ?? { features: [] })).toEqual([1]);
  expect(fanout(second?.profile ?? { features: [] })).toEqual([2]);
  expect(second?.profile.findings).toMatchObject([{ rule: 'test.caller', because_zh: '打给两个人' }]);
  expect(stages.of('Warning').map((warning) => [warning.rule, warning.subject])).toEqual([['test.busy', token('P2')]]);
});

test('a touch of the payee’s own payments makes his fan-out visible to his victim', () => {
  const stages = new TwoStages(only('test.mule'));
  const mule = token('payee');
  for (const i of [1, 2]) {
    const at = ANSWERED_AT + i;
    const touch = complete('Touch', {
      event_id: eventId(`mule ${i}`),
      source: 'bank',
      party: mule,
      party_kind: 'account',
      counterparty: token('next'),
      subject: token('mule'),
      event_type: 'transaction',
      direction: 'outgoing',
      occurred_at: at,
      accepted_at: at,
      lateness: 'on_time',
      door: 'door-1',
    });
    expect(stages.feed(0, 'Touch', touch as Touch)).toEqual({ kind: 'done' });
    expect(stages.feed(0, 'Touch', touch as Touch)).toEqual({ kind: 'drop', reason: 'repeat' });
  }
  expect(stages.encounters).toEqual([]);
  stages.event(new Story('P1').pay('1:00', { payee_acct: mule }).events[0] as FeedEvent);
  expect(stages.of('Warning').map((warning) => warning.rule)).toEqual(['test.mule']);
});

test('ticks are relayed when all open doors have passed; a silent door is given up', () => {
  const stages = new TwoStages(plan);
  const relayed = () =>
    stages.encounters
      .filter((output) => output.type === 'Tick')
      .map((output) => (output.value as { time: number }).time);
  stages.feed(0, 'DoorOpen', { door: 'b', at: 1_000_000 });
  stages.tick(1_001_000, 'a');
  expect(relayed()).toEqual([1_000_000]);
  stages.tick(1_002_000, 'b');
  expect(relayed()).toEqual([1_000_000, 1_001_000]);
  for (let time = 1_003_000; time <= 1_014_000; time += 1000) stages.tick(time, 'a');
  expect(relayed().slice(-2)).toEqual([1_013_000, 1_014_000]);
  expect(stages.count('doors_silent')).toBe(1);
  expect(stages.feed(0, 'Tick', { door: 'a', time: 1_014_000, origin: -1 })).toEqual({
    kind: 'drop',
    reason: 'old_tick',
  });
  stages.tick(1_013_500, 'b');
  stages.feed(0, 'DoorClosed', { door: 'b', at: 1_015_000 });
  stages.tick(1_016_000, 'a');
  expect(relayed().at(-1)).toBe(1_016_000);
});

test('a timer that only its own counterparty can cancel waits for that partition’s tick alone', () => {
  const stages = new TwoStages(only('test.timed'), { partitions: 8 });
  stages.event(call('P1', '0:00'));
  const origin = Number((stages.encounters[0]?.value as { origin?: number } | undefined)?.origin);
  const tickOf = (partition: number, time: string) =>
    stages.feed(partition, 'Tick', { door: 'd', time: ANSWERED_AT + clock(time), origin: -1 });
  for (let partition = 0; partition < 8; partition++) if (partition !== origin) tickOf(partition, '6:00');
  expect(stages.of('Warning')).toEqual([]);
  tickOf(origin, '4:59');
  expect(stages.of('Warning')).toEqual([]);
  tickOf(origin, '5:01');
  expect(stages.of('Warning')).toMatchObject([
    { occurred_at: ANSWERED_AT + clock('5:00'), created_at: ANSWERED_AT + clock('5:01'), delayed: true },
  ]);
});

test('other timers wait for all partitions, at most 30 s behind the fastest', () => {
  const stages = new TwoStages(only('test.absent'), { partitions: 2 });
  const tickOf = (partition: number, time: string) =>
    stages.feed(partition, 'Tick', { door: 'd', time: ANSWERED_AT + clock(time), origin: -1 });
  tickOf(0, '0:00');
  tickOf(1, '0:00');
  stages.event(call('P1', '0:00'));
  tickOf(0, '10:00');
  tickOf(1, '9:00');
  tickOf(0, '10:29');
  expect(stages.of('Warning')).toEqual([]);
  // The other partition may still say the same second: the fastest one has moved on when it ticks again.
  tickOf(0, '10:30');
  expect(stages.of('Warning')).toEqual([]);
  tickOf(0, '10:31');
  expect(stages.of('Warning')).toMatchObject([{ rule: 'test.absent', occurred_at: ANSWERED_AT + clock('10:00') }]);
});

test('what is due in one second fires in one go: the number of partitions changes nothing', () => {
  const told = (partitions: number): unknown[] => {
    const stages = new TwoStages(only('test.timed'), { partitions });
    for (const person of ['P1', 'P2', 'P3', 'P4']) {
      const story = new Story(person);
      for (const caller of ['a', 'b', 'c']) {
        story.call('0:00', { phase: 'answered', call_id: caller, peer_tel: token(`${person} ${caller}`) });
      }
      for (const event of story.events) stages.event(event);
    }
    for (let at = 1; at <= 301; at++) stages.tick(ANSWERED_AT + at * 1_000);
    return ['P1', 'P2', 'P3', 'P4'].map((person) =>
      stages.of('Warning').filter(({ subject }) => subject === token(person)),
    );
  };
  expect(told(1)).not.toContainEqual([]);
  for (const partitions of [2, 3, 8, 16]) expect(told(partitions), `${partitions} partitions`).toEqual(told(1));
});

test('new features of a later rule set warm up first; what was counted before goes on', () => {
  const before = only('test.timed');
  const stages = new TwoStages({
    ...before,
    features: plan.features.filter((feature) => feature.name === 'own_out_1h'),
  });
  play(stages, [call('P1', '0:00')], ANSWERED_AT + clock('1:00'));
  stages.adopt(only('test.busy', 'test.absent'));
  stages.event(call('P2', '2:00'));
  stages.event(call('P3', '3:00'));
  expect(stages.of('Warning').filter((warning) => warning.rule === 'test.busy')).toEqual([]);
  expect(stages.count('rule_unknown')).toBeGreaterThan(0);
  play(stages, [call('P2b', '4:00')], ANSWERED_AT + clock('16:00'));
  expect(stages.of('Warning').filter((warning) => warning.rule === 'test.absent')).toEqual([]);
  stages.event(call('P4', '61:01'));
  stages.event(call('P5', '61:02'));
  // P3 and P2b are still in the hour
  expect(
    stages
      .of('Warning')
      .filter((warning) => warning.rule === 'test.busy')
      .map((warning) => warning.subject),
  ).toEqual([token('P4'), token('P5')]);
});

test('a shadow rule says what it would have said, under an id of its version, and nothing else', () => {
  const stages = new TwoStages(planOf(RULES, (id) => (id === 'test.busy' ? 'shadow' : 'live')));
  stages.event(call('P1', '0:00'));
  stages.event(call('P2', '1:00'));
  expect(stages.of('Warning')).toEqual([]);
  const [shadow] = stages.of('ShadowWarning');
  expect(shadow).toMatchObject({ rule: 'test.busy', rule_version: 3 });
  expect(checkMeaning('ShadowWarning', shadow)).toEqual([]);
});

test('a withheld number has no profile', () => {
  const stages = new TwoStages(plan);
  const [event] = new Story('P1').call('0:00', { phase: 'answered' }).events;
  const withheld = {
    type: 'Call',
    value: { ...event?.value, counterparty: `none:${eventId('x')}`, peer_tel: null },
  } as FeedEvent;
  expect(stages.event(withheld)).toEqual({ kind: 'done' });
  expect(stages.profiles[0]?.entities.size).toBe(0);
  expect(stages.count('nobody')).toBe(1);
});

test('what belongs to later issues is dropped by name', () => {
  const stages = new TwoStages(plan);
  const link = { link_id: eventId('l'), from: token('a'), to: token('b'), subject_kind: 'tel', at: ANSWERED_AT };
  expect(stages.feed(0, 'Linked', link as never)).toEqual({ kind: 'drop', reason: 'unknown_type' });
});

test('history of long ago is written down as retrospective', () => {
  const stages = new TwoStages(only('test.timed'));
  const [event] = new Story('P1').call('0:00', { phase: 'answered' }).events;
  const accepted_at = ANSWERED_AT + 86_400_000;
  const old = { type: 'Call', value: { ...event?.value, accepted_at, lateness: 'retrospective' } } as FeedEvent;
  stages.tick(accepted_at - 1000);
  stages.event(old);
  // its end may stand a few records further on in the file
  stages.tick(accepted_at + 1000);
  expect(stages.of('Warning')).toEqual([]);
  stages.tick(accepted_at + 301_000);
  expect(stages.of('Warning')).toMatchObject([{ retrospective: true, occurred_at: ANSWERED_AT + clock('5:00') }]);
});
