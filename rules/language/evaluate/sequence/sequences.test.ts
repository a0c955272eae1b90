import { expect, test } from 'vitest';
import type { Encounter } from '@yujing/schemas';
import { randomFrom } from '../expression/random-expression.ts';
import { ByteReader, ByteWriter } from '../state/bytes.ts';
import { readSubject, writeSubject } from '../state/write-subject.ts';
import { callAt, idOf, payAt, Person, planOf, T0 } from './rules-for-tests.ts';
import { MAX_WAITS } from './sequences.ts';

const CALL = '- { id: call, on: call, when: event.phase == "answered", level: YELLOW }';
const PAY = '- { id: pay, on: transaction, when: event.amount_minor >= 500000, level: RED }';

function sequence(stages: readonly string[], more = ''): string {
  return [
    'sequence:',
    '  by: subject',
    '  within: 1h',
    ...stages.map((stage, i) => (i === 0 ? `  stages:\n    ${stage}` : `    ${stage}`)),
    more,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

test('every first event waits on its own for its first match, and one trigger is told once', () => {
  const person = new Person(planOf(sequence([CALL, PAY])));
  person.see(callAt('a', 0), callAt('b', 60, { call_id: 'c2' }), payAt('x', 120), payAt('y', 180));
  expect(person.said).toEqual(['call@0', 'call@60', 'pay@120']);
  // told with the newest call
  expect(person.outputs.flatMap((output) => output.hits).at(-1)?.stages[0]?.id).toBe(idOf('b'));
});

test('within counts from the first stage', () => {
  const plan = planOf(sequence([CALL, PAY]));
  expect(new Person(plan).see(callAt('a', 0), payAt('x', 3600)).said).toEqual(['call@0', 'pay@3600']);
  expect(new Person(plan).see(callAt('a', 0), payAt('x', 3601)).said).toEqual(['call@0']);
  expect(new Person(plan).see(payAt('x', -10), callAt('a', 0)).said).toEqual(['call@0']);
});

test('at most 16 wait; the oldest goes and is counted', () => {
  const person = new Person(planOf(sequence([CALL, PAY])));
  for (let i = 0; i < MAX_WAITS + 3; i++) person.see(callAt(`call ${i}`, i));
  expect(person.notes.filter((note) => note === 'waits_capped').length).toBe(3);
  expect([...person.state.waits.values()][0]?.waits.length).toBe(MAX_WAITS);
});

test('a late first stage completes a second one that came before it', () => {
  const person = new Person(planOf(sequence([CALL, PAY])));
  person.see(payAt('x', 120), callAt('a', 0, {}, 240));
  expect(person.said).toEqual(['call@0', 'pay@120']);
  const [hit] = person.outputs.flatMap((output) => output.hits).slice(-1);
  expect(hit?.trigger.id).toBe(idOf('x'));
  expect(hit?.created_at).toBe(T0 + 240_000);
});

test('later stages may speak of earlier ones, also when they come first', () => {
  const same =
    '- { id: back, on: call, when: event.phase == "ringing" && event.peer_tel == stage.call.peer_tel, level: RED }';
  const plan = planOf(sequence([CALL, same]));
  const ringing = (name: string, at: number, peer_tel: string) => callAt(name, at, { phase: 'ringing', peer_tel });
  expect(
    new Person(plan).see(callAt('a', 0), ringing('b', 10, 'another'), ringing('c', 20, 'tel-of-caller')).said,
  ).toEqual(['call@0', 'back@20']);
  expect(
    new Person(plan).see(ringing('b', 10, 'another'), ringing('c', 20, 'tel-of-caller'), callAt('a', 0, {}, 60)).said,
  ).toEqual(['call@0', 'back@20']);
});

test('times: several events make a stage, distinct in a field when the rule says so', () => {
  const thrice =
    '- { id: pay, on: transaction, when: event.amount_minor > 0, times: 3, key: payee_acct, level: ORANGE }';
  const plan = planOf(sequence([CALL, thrice]));
  const to = (name: string, at: number, payee_acct: string) => payAt(name, at, { payee_acct });
  const person = new Person(plan).see(callAt('a', 0), to('1', 1, 'm1'), to('2', 2, 'm1'), to('3', 3, 'm2'));
  expect(person.said).toEqual(['call@0']);
  expect(person.see(to('4', 4, 'm3')).said).toEqual(['call@0', 'pay@4']);
});

const TIMED =
  '- { id: call, on: call, when: event.phase == "answered", after: 300s, unless_ended: true, level: ORANGE }';
const ended = (name: string, at: number, late = 0): Encounter =>
  callAt(name, at, { phase: 'ended', duration_s: at }, late);

test('a timer fires when the tick passes its deadline, once', () => {
  const person = new Person(planOf(sequence([TIMED, PAY])));
  person.see(callAt('a', 0)).tick(299).tick(300).tick(301);
  expect(person.said).toEqual(['call@300']);
  expect(person.engine.deadlines(person.state).size).toBe(0);
});

test('the end of the call cancels the timer; an end at the very deadline is too late', () => {
  expect(new Person(planOf(sequence([TIMED, PAY]))).see(callAt('a', 0), ended('b', 299)).tick(400).said).toEqual([]);
  expect(new Person(planOf(sequence([TIMED, PAY]))).see(callAt('a', 0), ended('b', 300)).tick(400).said).toEqual([
    'call@300',
  ]);
});

test('a late end takes back everything that stood on it', () => {
  const person = new Person(planOf(sequence([TIMED, PAY])));
  person
    .see(callAt('a', 0))
    .tick(300)
    .see(payAt('x', 310), ended('b', 290, 60));
  expect(person.said).toEqual([
    'call@300',
    'pay@310',
    `-call@${idOf('a').slice(0, 4)}`,
    `-pay@${idOf('x').slice(0, 4)}`,
  ]);
});

test('an end that passed the door before its call', () => {
  const person = new Person(planOf(sequence([TIMED, PAY])));
  expect(person.see(ended('b', 100), callAt('a', 0, {}, 200)).tick(400).said).toEqual([]);
});

test('a payment before the timer has passed counts when it passes', () => {
  const person = new Person(planOf(sequence([TIMED, PAY])));
  expect(person.see(callAt('a', 0), payAt('x', 100)).tick(300).said).toEqual(['call@300', 'pay@300']);
});

test('emit: timeout warns when nothing came in between', () => {
  const quiet = sequence(
    ['- { id: call, on: call, when: event.phase == "answered", level: ORANGE }'],
    '  emit: timeout\n  absent:\n    - { on: transaction, when: event.kind == "self_move" }',
  );
  expect(new Person(planOf(quiet)).see(callAt('a', 0)).tick(3599).tick(3600).said).toEqual(['call@3600']);
  expect(new Person(planOf(quiet)).see(callAt('a', 0), payAt('x', 60, { kind: 'self_move' })).tick(3600).said).toEqual(
    [],
  );
});

test('an exception of the whole sequence ends the waiting, and takes back only what is later than itself', () => {
  const plan = planOf(
    sequence([CALL, PAY], '  absent:\n    - { on: call, when: event.phase == "ended", same: [call_id] }'),
  );
  expect(new Person(plan).see(callAt('a', 0), ended('b', 60), payAt('x', 70)).said).toEqual(['call@0']);
  expect(
    new Person(plan).see(callAt('a', 0), callAt('other', 60, { phase: 'ended', call_id: 'c9' }), payAt('x', 70)).said,
  ).toEqual(['call@0', 'pay@70']);
  expect(new Person(plan).see(callAt('a', 0), payAt('x', 70), ended('b', 60, 30)).said).toEqual([
    'call@0',
    'pay@70',
    `-pay@${idOf('x').slice(0, 4)}`,
  ]);
  expect(new Person(plan).see(callAt('a', 0), payAt('x', 70), ended('b', 80)).said).toEqual(['call@0', 'pay@70']);
});

test('suppression: the same level is quiet for a while, a higher one is not', () => {
  const plan = planOf(sequence([CALL, PAY]), 'suppress: { by: [victim], for: 30m, unless: level_rises }');
  const person = new Person(plan);
  person.see(
    callAt('a', 0),
    callAt('b', 60, { call_id: 'c2' }),
    payAt('x', 120),
    payAt('y', 130),
    callAt('c', 1801, { call_id: 'c3' }),
  );
  expect(person.said).toEqual(['call@0', 'pay@120']);
  expect(person.see(callAt('d', 2000, { call_id: 'c4' })).said).toEqual(['call@0', 'pay@120', 'call@2000']);
  expect(person.notes.filter((note) => note === 'rule_suppressed').length).toBe(2);
});

test('max_per_day, and by a field of the events', () => {
  const plan = planOf(sequence([CALL, PAY]), 'suppress: { by: [victim, payee_acct], for: 1s, max_per_day: 2 }');
  const person = new Person(plan);
  for (let i = 0; i < 4; i++) person.see(callAt(`call ${i}`, i * 60, { call_id: `c${i}` }));
  person.see(payAt('x', 600));
  expect(person.said).toEqual(['call@0', 'call@60', 'pay@600']);
});

test('a repeat changes nothing, not even a byte', () => {
  const person = new Person(planOf(sequence([TIMED, PAY])));
  person.see(callAt('a', 0));
  const before = bytesOf(person);
  person.see(callAt('a', 0));
  expect(person.outputs.at(-1)?.isRepeat).toBe(true);
  expect(bytesOf(person)).toEqual(before);
});

function bytesOf(person: Person): Uint8Array {
  const writer = new ByteWriter();
  writer.begin();
  writeSubject(writer, person.state);
  return writer.take();
}

test('three stages, shuffled within the allowed lateness and reloaded after each event: the same is said', () => {
  const third = '- { id: out, on: transaction, when: event.kind == "gold", level: RED }';
  const plan = planOf(
    sequence([CALL, PAY, third], '  absent:\n    - { on: call, when: event.phase == "ended", same: [call_id] }'),
  );
  const random = randomFrom(99);
  for (let run = 0; run < 300; run++) {
    const events: Array<{ what: string; at: number; make: (late: number) => Encounter }> = [];
    for (let i = 0; i < 7; i++) {
      const at = Math.floor(random() * 200);
      const name = `${run} ${i}`;
      const kind = random();
      const call_id = random() < 0.5 ? 'c1' : 'c2';
      if (kind < 0.35)
        events.push({ what: `call ${call_id}`, at, make: (late) => callAt(name, at, { call_id }, late) });
      else if (kind < 0.45)
        events.push({
          what: `end ${call_id}`,
          at,
          make: (late) => callAt(name, at, { call_id, phase: 'ended' }, late),
        });
      else if (kind < 0.8) events.push({ what: 'pay', at, make: (late) => payAt(name, at, {}, late) });
      else events.push({ what: 'gold', at, make: (late) => payAt(name, at, { kind: 'gold', amount_minor: 1 }, late) });
    }
    const inOrder = [...events].sort((a, b) => a.at - b.at);
    const shuffled = events
      .map((event) => ({ ...event, arrives: event.at + random() * 250 }))
      .sort((a, b) => a.arrives - b.arrives);
    const straight = new Person(plan).see(...inOrder.map((event) => event.make(0)));
    const late = new Person(plan);
    for (const event of shuffled) {
      late.see(event.make(event.arrives - event.at));
      late.state = readSubject(new ByteReader(bytesOf(late)));
    }
    expect(stagesSaid(late), `run ${run}: ${shuffled.map(({ what, at }) => `${what} at ${at}`).join(', ')}`).toEqual(
      stagesSaid(straight),
    );
  }
});

/** What stands in the end: said and not taken back. */
function stagesSaid(person: Person): string[] {
  const standing = new Map<string, Set<string>>();
  for (const { hits, withdrawals } of person.outputs) {
    for (const { stage, trigger } of withdrawals) standing.get(stage)?.delete(trigger);
    for (const hit of hits) {
      const triggers = standing.get(hit.stage.id) ?? new Set<string>();
      standing.set(hit.stage.id, triggers.add(hit.trigger.id));
    }
  }
  return [...standing]
    .filter(([, triggers]) => triggers.size > 0)
    .map(([stage]) => stage)
    .sort();
}
