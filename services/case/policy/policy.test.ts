import type { Documents } from '@yujing/runtime';
import type { RecordType, RecordTypes } from '@yujing/schemas';
import { checkMeaning } from '@yujing/schemas';
import { expect, test } from 'vitest';
import {
  caseStage,
  defaultPolicy,
  demoPrecincts,
  demoRoster,
  DocumentError,
  documentRecord,
  onDuty,
  parsePolicy,
  parsePrecincts,
  parseRoster,
  scalePolicy,
} from '../index.ts';
import { Story } from '../story/story.ts';
import { time } from '../story/records.ts';

function problems(parse: (json: string) => unknown, document: unknown): string[] {
  try {
    parse(typeof document === 'string' ? document : JSON.stringify(document));
  } catch (error) {
    if (error instanceof DocumentError) return error.problems.map(({ path, expected }) => `${path}: ${expected}`);
    throw error;
  }
  return [];
}

test('what ships is sound', () => {
  expect(parsePolicy(JSON.stringify(defaultPolicy()))).toEqual(defaultPolicy());
  expect(parseRoster(JSON.stringify(demoRoster()))).toEqual(demoRoster());
  expect(parsePrecincts(JSON.stringify(demoPrecincts()))).toEqual(demoPrecincts());
});

test('all mistakes of a document at once, each with its place', () => {
  const policy = defaultPolicy();
  const { ack_s: _gone, ...red } = policy.levels.RED;
  const broken = {
    ...policy,
    levels: { ...policy.levels, RED: { ...red, outcome_s: -1, ladder: [{ to: 'mayor', wait_s: 'soon' }], akc_s: 60 } },
  };
  expect(problems(parsePolicy, broken)).toEqual([
    'levels.RED.ack_s: missing',
    'levels.RED.ladder[0].to: one of second_officer, duty_leader, county, city expected',
    'levels.RED.ladder[0].wait_s: a number from 0 to 31622400 expected',
    'levels.RED.outcome_s: a number from 0 to 31622400 expected',
    'levels.RED.akc_s: no such field',
  ]);
  expect(problems(parsePolicy, '{')).toEqual([': JSON expected']);
  expect(problems(parsePolicy, 'null')).toEqual([': an object expected']);
});

test.each([
  [
    'time-of-day',
    { shifts: [{ from: '24:00', to: '08:00', officers: [], reserve: [], leader: null }] },
    'precincts.qinghe.shifts[0].from',
  ],
  [
    'officer-empty',
    { shifts: [{ from: '20:00', to: '08:00', officers: [''], reserve: [], leader: null }] },
    'precincts.qinghe.shifts[0].officers[0]',
  ],
  [
    'leader-missing',
    { shifts: [{ from: '20:00', to: '08:00', officers: [], reserve: [] }] },
    'precincts.qinghe.shifts[0].leader',
  ],
])('roster: %s', (_name, qinghe, path) => {
  expect(problems(parseRoster, { ...demoRoster(), precincts: { qinghe } }).map((text) => text.split(':')[0])).toEqual([
    path,
  ]);
});

test('precincts: the fallback must be one of them, and no name from elsewhere is looked up', () => {
  expect(problems(parsePrecincts, { ...demoPrecincts(), fallback: 'toString' })).toEqual([
    'fallback: a code of this document expected',
  ]);
});

test('who is on duty: shifts over midnight, local time', () => {
  const roster = demoRoster();
  const day = onDuty(roster, 'qinghe', Date.UTC(2026, 10, 21, 4, 0));
  const night = onDuty(roster, 'qinghe', Date.UTC(2026, 10, 21, 18, 0));
  expect(day.officers).toEqual(['officer-3107']);
  expect(night.officers).toEqual(['officer-3107']);
  expect(day.reserve).not.toEqual(night.reserve);
  // 08:00 local is the first minute of the day shift
  expect(onDuty(roster, 'qinghe', Date.UTC(2026, 10, 21, 0, 0)).reserve).toEqual(day.reserve);
  expect(onDuty(roster, 'qinghe', Date.UTC(2026, 10, 20, 23, 59)).reserve).toEqual(night.reserve);
  expect(onDuty(roster, 'nowhere', 0).officers).toEqual([]);
});

test('a policy on a faster clock tells the same story faster', () => {
  const policy = scalePolicy(defaultPolicy(), 1 / 30);
  expect(policy.levels.ORANGE.review_s).toBe(6);
  expect(policy.levels.RED.meet_s.town).toBe(10);
  expect(policy.people.undo_s).toBe(10);
  expect(policy.levels.RED.p_fraud_floor).toBe(0.5);
  expect(parsePolicy(JSON.stringify(policy))).toEqual(policy);
  const story = new Story({ policy });
  story.warn(10, 'one');
  story.advance(16);
  expect(story.of('Order')).toMatchObject([{ issued_at: time(16) }]);
  story.advance(26);
  expect(story.of('Escalation')).toMatchObject([{ to_officer: 'leader-qinghe' }]);
});

test('equal documents have equal hashes, whatever the order of their fields', () => {
  const base = { id: 'policy', version: 1, by: 'author-1', at: time(0) };
  const turned = Object.fromEntries(Object.entries(defaultPolicy()).reverse());
  const record = documentRecord({ ...base, document: defaultPolicy() });
  expect(documentRecord({ ...base, document: turned }).hash).toBe(record.hash);
  expect(checkMeaning('Policy', record)).toEqual([]);
});

test('the stage takes over what is sound and refuses the rest', async () => {
  const base = { id: 'roster', version: 1, by: 'author-1', at: time(0) };
  const good = documentRecord({ ...base, document: demoRoster() });
  const bad = documentRecord({ ...base, document: { shifts: [] } });
  const documents: Documents = {
    get: async <T extends RecordType>(_type: T, hash: string) =>
      (hash === good.hash ? good : bad) as unknown as RecordTypes[T],
  };
  await expect(caseStage.prepare('roster', `roster@1#${good.hash}`, documents)).resolves.toEqual(demoRoster());
  await expect(caseStage.prepare('roster', `roster@1#${bad.hash}`, documents)).rejects.toThrow(
    'Roster: utc_offset_min: missing',
  );
});
