import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complete, type FollowUp } from '@yujing/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../../stand-in/console.ts';
import { emptyDump } from '../../stand-in/dump.ts';
import { caseOf, hex, orderOf, START, subjectOf, warningOf } from '../../stand-in/records.ts';
import { verifyAuditFolder } from '../audit/audit-log.ts';
import { dayStart } from '../context.ts';
import { findCase } from '../find-case.ts';

let trial: Trial;
const cookies: Record<string, string> = {};

function followUpOf(name: string, changes: Partial<FollowUp> = {}): FollowUp {
  const follow_up_id = hex(`follow-up ${name}`);
  const base = { follow_up_id, case_id: hex(`case ${name}`), subject: subjectOf(name), at: START };
  return complete('FollowUp', { ...base, kind: 'call_72h', due_at: START + 259_200_000, ...changes });
}

beforeAll(async () => {
  trial = await openTrial({ dump: await emptyDump() });
  for (const user of ['officer-3107', 'officer-3112', 'officer-3207'])
    cookies[user] = await trial.signIn('officer', user);
  for (const role of ['analyst', 'commander', 'admin'] as const) cookies[role] = await trial.signIn(role);
  const { broker } = trial;
  broker.put('Warning', warningOf('zhou'));
  broker.put('Order', orderOf('zhou', 'officer-3107'));
  broker.put('Case', caseOf('zhou', { officer: 'officer-3107', order_no: 713, review_due_at: START + 60_000 }));
  // Somebody else's precinct, with an order that once went to 3107's.
  broker.put('Case', caseOf('lin', { precinct: 'linhu', officer: 'officer-3207', level: 'ORANGE' }));
  broker.put('Order', orderOf('moved', 'officer-3107'));
  broker.put(
    'Case',
    caseOf('moved', {
      precinct: 'linhu',
      officer: 'officer-3207',
      level: 'YELLOW',
      review_due_at: null,
      ack_due_at: START + 5,
    }),
  );
  // Written down, shown to nobody.
  broker.put('Case', caseOf('blue', { level: 'BLUE' }));
  broker.put('Case', caseOf('history', { retrospective: true }));
  // Ended: today, yesterday, and rejected before anybody was sent.
  const ended = { status: 'closed', closed_at: START, outcome_at: START, outcome_code: 'T1' } as const;
  broker.put('Case', caseOf('done', { ...ended, officer: 'officer-3107' }));
  broker.put('Case', caseOf('old', { ...ended, closed_at: START - 86_400_000, outcome_at: START - 86_400_000 }));
  broker.put('Case', caseOf('rejected', { status: 'rejected', closed_at: START, dispatched_at: null }));
  broker.put('FollowUp', followUpOf('done'));
  broker.put('FollowUp', followUpOf('lin'));
  await trial.seen();
});
afterAll(() => trial.close());

async function titles(user: string): Promise<string[]> {
  const { body } = await trial.call(cookies[user] ?? '', { url: '/api/officer/cards' });
  return body.cards.map((card: { case_id: string }) => card.case_id);
}

const names = (...list: string[]): string[] => list.map((name) => hex(`case ${name}`));

test('an officer sees the open cards of his precinct and of his orders, then what ended today', async () => {
  expect(await titles('officer-3107')).toEqual(names('zhou', 'moved', 'done'));
  expect(await titles('officer-3112')).toEqual(names('zhou', 'done'));
  expect(await titles('officer-3207')).toEqual(names('lin', 'moved'));
});

test('a card carries masked names, its area and its clocks', async () => {
  const { body } = await trial.call(cookies['officer-3107'] ?? '', { url: '/api/officer/cards' });
  expect(body.cards[0]).toMatchObject({
    name_masked: '周█敏',
    area: { zh: '青禾街道', en: 'Qinghe' },
    level: 'RED',
    order_no: 713,
    money_at_risk_minor: 49_000_000,
    review_due_at: START + 60_000,
  });
  expect(body.follow_ups).toEqual([
    expect.objectContaining({ case_id: hex('case done'), kind: 'call_72h', outcome_code: 'T1' }),
  ]);
  expect(JSON.stringify(body)).not.toContain('周慧敏');
});

test('a case of another precinct looks like one that is not there', async () => {
  const get = (user: string, name: string) => trial.call(cookies[user] ?? '', { url: `/api/cases/${hex(name)}` });
  const foreign = await get('officer-3112', 'case lin');
  const missing = await get('officer-3112', 'case nobody');
  expect([foreign.status, foreign.body]).toEqual([404, missing.body]);
  expect((await get('officer-3112', 'case moved')).status).toBe(404);
  expect((await get('officer-3107', 'case moved')).status).toBe(200);
  expect((await get('analyst', 'case lin')).status).toBe(200);
});

test('the scope holds when the memory has forgotten the case', async () => {
  const { cases } = trial.console.context.readModel;
  const stranger = { user: 'officer-3112', role: 'officer', precinct: 'qinghe' } as const;
  expect(await cases.one(stranger, hex('case lin'))).toBeUndefined();
  expect(await cases.one({ ...stranger, user: 'officer-3107' }, hex('case moved'))).toMatchObject({
    record: { precinct: 'linhu' },
  });
});

test('a case that has just left the precinct is not served from tables that are behind', async () => {
  const { memory, readModel } = trial.console.context;
  const behind = { ...trial.console.context, memory, readModel };
  const stranger = { user: 'officer-3112', role: 'officer', precinct: 'qinghe' } as const;
  trial.broker.put('Case', caseOf('leaving'));
  await trial.seen();
  expect((await findCase(behind, stranger, hex('case leaving'))).record.revision).toBe(1);
  // The stream has seen the hand-over, the tables have not.
  memory.accept({ type: 'Case', key: '', offset: 0, value: caseOf('leaving', { revision: 2, precinct: 'linhu' }) });
  await expect(findCase(behind, stranger, hex('case leaving'))).rejects.toThrow('Not there');
  trial.broker.put('Case', caseOf('leaving', { revision: 3, precinct: 'linhu', status: 'closed', closed_at: START }));
  await trial.seen();
});

test('a case comes with its grounds and its story in both languages', async () => {
  const { body } = await trial.call(cookies['officer-3107'] ?? '', { url: `/api/cases/${hex('case zhou')}` });
  expect(body).toMatchObject({
    evidence: [{ zh: '境外号码首次来电，至今没挂', feed: 'call' }],
    odds: { of: 'overseas-call-then-gathering@4', enough: false },
    person: { name_masked: '周█敏', contacts: [{ contact_id: 'c1', relation: 'self' }] },
    advice: { say: [{ zh: '您没有犯事。' }] },
  });
  expect(body.timeline).toEqual([
    {
      at: START,
      kind: 'warning',
      by: null,
      zh: '特高危：境外通话后资金归集',
      en: 'Critical: Money gathered during an overseas call',
    },
    { at: START, kind: 'order', by: null, zh: '指令 0713 下发给 officer-3107', en: 'Order 0713 to officer-3107' },
  ]);
  expect(JSON.stringify(body)).not.toMatch(/周慧敏|\+86|柳岸/);
});

test('the queue goes by level and by clock, and leaves out what is not shown', async () => {
  const { body } = await trial.call(cookies.analyst ?? '', { url: '/api/queue' });
  expect(body.groups.map(({ level, count }: { level: string; count: number }) => [level, count])).toEqual([
    ['RED', 1],
    ['ORANGE', 1],
    ['YELLOW', 1],
  ]);
  expect(body.groups[0].cases[0].case_id).toBe(hex('case zhou'));
});

test('clear text is opened only after the record of it stands', async () => {
  const url = `/api/cases/${hex('case zhou')}/open`;
  const open = (payload: object, user = 'officer-3107') =>
    trial.call(cookies[user] ?? '', { method: 'POST', url, payload });
  const { status, body } = await open({ command_id: 'open-0001', purpose: 'contact', device: 'phone-1' });
  expect([status, body.name, body.contacts[0].tel]).toEqual([200, '周慧敏', '+8612000000001']);
  expect(trial.broker.of('Opened')).toEqual([
    expect.objectContaining({
      command_id: 'open-0001',
      by: 'officer-3107',
      role: 'station',
      purpose: 'contact',
      subject: subjectOf('zhou'),
    }),
  ]);
  // The same opening again is the same record; another body under its id is another command.
  expect((await open({ command_id: 'open-0001', purpose: 'contact', device: 'phone-1' })).status).toBe(200);
  expect((await open({ command_id: 'open-0001', purpose: 'contact' })).code).toBe('command_id_used');
  expect((await open({ command_id: 'open-0001', purpose: 'contact', device: 'phone-1' }, 'officer-3112')).code).toBe(
    'command_id_used',
  );
  expect(trial.broker.of('Opened')).toHaveLength(1);
});

test('a log that does not take the record shows nothing', async () => {
  const url = `/api/cases/${hex('case zhou')}/open`;
  for (const failing of ['throw', 'silent'] as const) {
    trial.broker.failing = failing;
    const before = trial.identity.cleared.length;
    const { code } = await trial.call(cookies['officer-3107'] ?? '', {
      method: 'POST',
      url,
      payload: { command_id: `open-${failing}`, purpose: 'contact' },
    });
    expect(code).toBe('not_appended');
    expect(trial.identity.cleared).toHaveLength(before);
  }
  trial.broker.failing = undefined;
  // What was not written may be tried again under its id.
  const again = await trial.call(cookies['officer-3107'] ?? '', {
    method: 'POST',
    url,
    payload: { command_id: 'open-silent', purpose: 'contact' },
  });
  expect(again.status).toBe(200);
});

test('a purpose belongs to a role, and a case to its scope', async () => {
  const open = (user: string, name: string, purpose: string) =>
    trial.call(cookies[user] ?? '', {
      method: 'POST',
      url: `/api/cases/${hex(name)}/open`,
      payload: { command_id: `open-${user}-${purpose}`, purpose },
    });
  expect((await open('officer-3107', 'case zhou', 'audit')).code).toBe('purpose_not_allowed');
  expect((await open('officer-3112', 'case lin', 'contact')).code).toBe('not_found');
  expect((await open('admin', 'case lin', 'contact')).code).toBe('purpose_not_allowed');
  expect((await open('admin', 'case lin', 'audit')).status).toBe(200);
  expect((await open('analyst', 'case lin', 'gossip')).code).toBe('bad_request');
});

test('a search finds by number and id, and is written down without what was typed', async () => {
  const search = (text: string) =>
    trial.call(cookies.analyst ?? '', { url: `/api/search?text=${encodeURIComponent(text)}` });
  expect((await search('0713')).body.cases.map((found: { case_id: string }) => found.case_id)).toEqual(names('zhou'));
  expect((await search(hex('case lin'))).body.cases).toHaveLength(1);
  expect((await search('12000000001')).body.cases).toEqual([]);
  expect((await search(' ')).code).toBe('bad_request');
});

test('views and searches are in the audit, without what was typed', async () => {
  await trial.call(cookies.analyst ?? '', { url: `/api/cases/${hex('case lin')}` });
  await trial.call(cookies.analyst ?? '', { url: `/api/cases/${hex('case lin')}` });
  const text = readFileSync(join(trial.folder, 'audit.log'), 'utf8');
  const views = text.split('\n').filter((line) => line.includes('case_viewed') && line.includes('analyst-1'));
  expect(views.filter((line) => line.includes(hex('case lin')))).toHaveLength(1);
  const searches = text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { action: string; facts: { found: string; register: number } })
    .filter(({ action }) => action === 'searched');
  expect(searches.map(({ facts }) => facts)).toEqual([
    { found: hex('case zhou'), register: 0 },
    { found: hex('case lin'), register: 0 },
    { found: '', register: 0 },
  ]);
  expect(await verifyAuditFolder(trial.folder)).toMatchObject({ ok: true });
});

test('the shift and the precincts', async () => {
  const { body } = await trial.call(cookies['officer-3107'] ?? '', { url: '/api/officers/me/shift' });
  expect(body).toMatchObject({ user: 'officer-3107', precinct_name: { zh: '青禾派出所' }, on_duty: true });
  const { body: list } = await trial.call(cookies.analyst ?? '', { url: '/api/precincts' });
  expect(list.precincts.map(({ code }: { code: string }) => code)).toEqual(['qinghe', 'linhu']);
});

test('a day begins at midnight of the installation', () => {
  const settings = { demo: true, clock: 'wall', dataFolder: '' } as const;
  expect(new Date(dayStart(Date.UTC(2026, 10, 22, 15, 59), settings)).toISOString()).toBe('2026-11-21T16:00:00.000Z');
  expect(new Date(dayStart(Date.UTC(2026, 10, 22, 16, 0), settings)).toISOString()).toBe('2026-11-22T16:00:00.000Z');
  expect(dayStart(Date.UTC(2026, 10, 22, 1), { ...settings, utcOffsetMin: 0 })).toBe(Date.UTC(2026, 10, 22));
});
