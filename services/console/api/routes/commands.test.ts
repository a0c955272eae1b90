import { complete } from '@yujing/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTrial, type Trial } from '../../stand-in/console.ts';
import { emptyDump } from '../../stand-in/dump.ts';
import { caseOf, hex, orderOf, START, subjectOf } from '../../stand-in/records.ts';

let trial: Trial;
const cookies: Record<string, string> = {};
const case_id = hex('case zhou');
const order_id = hex('order zhou officer-3107');

beforeAll(async () => {
  trial = await openTrial({ dump: await emptyDump() });
  for (const user of ['officer-3107', 'officer-3112', 'officer-3207'])
    cookies[user] = await trial.signIn('officer', user);
  for (const role of ['analyst', 'commander', 'admin'] as const) cookies[role] = await trial.signIn(role);
  trial.broker.put('Order', orderOf('zhou', 'officer-3107'));
  trial.broker.put('Order', orderOf('lin', 'officer-3207', { precinct: 'linhu' }));
  trial.broker.put('Case', caseOf('zhou', { officer: 'officer-3107', order_id }));
  trial.broker.put('Case', caseOf('lin', { officer: 'officer-3207', precinct: 'linhu' }));
  await trial.seen();
});
afterAll(() => trial.close());

function send(user: string, path: string, payload: object) {
  return trial.call(cookies[user] ?? '', { method: 'POST', url: `/api/${path}`, payload });
}

test('an answer of an officer stands in the log with the time of the server', async () => {
  const payload = {
    command_id: 'cmd-accept',
    case_id,
    order_id,
    action: 'accept',
    client_at: START + 900,
    client_seq: 7,
  };
  const { status, body } = await send('officer-3107', 'commands/response', payload);
  expect([status, body]).toEqual([200, { command_id: 'cmd-accept', appended_at: trial.clock.at }]);
  expect(trial.broker.of('Response')).toEqual([
    complete('Response', {
      ...payload,
      action: 'accept',
      subject: subjectOf('zhou'),
      by: 'officer-3107',
      role: 'station',
      at: trial.clock.at,
    }),
  ]);
});

test('sent again it is answered as before and written once', async () => {
  const payload = { command_id: 'cmd-en-route', case_id, order_id, action: 'en_route' };
  const first = await Promise.all([1, 2, 3].map(() => send('officer-3107', 'commands/response', payload)));
  trial.clock.at += 5_000;
  const later = await send('officer-3107', 'commands/response', payload);
  expect([...first, later].map(({ body }) => body)).toEqual(Array(4).fill(first[0]?.body));
  expect(trial.broker.of('Response').filter(({ command_id }) => command_id === 'cmd-en-route')).toHaveLength(1);
  expect((await send('officer-3107', 'commands/response', { ...payload, action: 'on_site' })).code).toBe(
    'command_id_used',
  );
});

test('after a restart the log says what was given before', async () => {
  const payload = { command_id: 'cmd-before', case_id, order_id, action: 'on_site' };
  const first = await send('officer-3107', 'commands/response', payload);
  const again = await openTrial({ broker: trial.broker, dump: await emptyDump(), folder: trial.folder });
  again.clock.at = trial.clock.at + 60_000;
  const call = (user: string, body: object) =>
    again.call(cookies[user] ?? '', { method: 'POST', url: '/api/commands/response', payload: body });
  expect((await call('officer-3107', payload)).body).toEqual(first.body);
  expect((await call('officer-3112', payload)).code).toBe('not_your_order');
  expect(trial.broker.of('Response').filter(({ command_id }) => command_id === 'cmd-before')).toHaveLength(1);
  await again.close();
});

test('orders of others, cases of other precincts, roles of others', async () => {
  const response = (user: string, body: object) =>
    send(user, 'commands/response', { command_id: `cmd-scope-${user}`, action: 'accept', ...body });
  const lin = { case_id: hex('case lin'), order_id: hex('order lin officer-3207') };
  expect((await response('officer-3112', { case_id, order_id })).code).toBe('not_your_order');
  expect((await response('officer-3112', lin)).code).toBe('not_found');
  expect((await response('officer-3107', { case_id, order_id: lin.order_id })).code).toBe('not_found');
  expect((await response('officer-3107', { case_id, order_id: hex('no order') })).code).toBe('not_found');
  expect((await response('analyst', { case_id, order_id })).code).toBe('role_not_allowed');
  const decision = { command_id: 'cmd-decide-1', case_id, decision: 'confirm' };
  expect((await send('officer-3107', 'commands/decision', decision)).code).toBe('role_not_allowed');
  expect((await send('commander', 'commands/decision', decision)).code).toBe('role_not_allowed');
  expect((await send('analyst', 'commands/decision', decision)).status).toBe(200);
});

test('each command of the contract is taken', async () => {
  const contact = { command_id: 'cmd-contact', case_id, order_id, method: 'human_call', result: 'busy' };
  const outcome = {
    command_id: 'cmd-outcome',
    case_id,
    order_id,
    outcome_code: 'T1',
    sub_code: 'talk',
    scam_type_actual: 'fake_police',
    modes_actual: ['screen_share', 'number_forged'],
    believed: 'yes',
    app_removed: true,
    money_stopped_minor: 48e6,
    currency: 'CNY',
  };
  const handOver = { command_id: 'cmd-hand', case_id, order_id, to_precinct: 'linhu', reason: 'person_elsewhere' };
  expect((await send('officer-3107', 'commands/contact', contact)).status).toBe(200);
  expect(
    (await send('analyst', 'commands/contact', { ...contact, command_id: 'cmd-centre', order_id: null })).status,
  ).toBe(200);
  expect((await send('officer-3107', 'commands/outcome', outcome)).status).toBe(200);
  expect((await send('officer-3107', 'commands/hand-over', handOver)).status).toBe(200);
  expect(trial.broker.of('Outcome')[0]).toMatchObject({
    outcome_code: 'T1',
    believed: 'yes',
    money_stopped_minor: 48_000_000,
    by: 'officer-3107',
  });
  expect(trial.broker.of('HandOver')[0]).toMatchObject({ to_precinct: 'linhu' });
  expect(trial.broker.of('Contact').map(({ role }) => role)).toEqual(['station', 'analyst']);
});

test('what makes no sense is refused with the field, and not written', async () => {
  const before = trial.broker.all().length;
  const fields = async (path: string, body: object) => {
    const user = path === 'commands/decision' ? 'analyst' : 'officer-3107';
    const answer = await send(user, path, { command_id: 'cmd-wrong', case_id, ...body });
    expect(answer.code).toBe('bad_request');
    return answer.body.errors.map(({ field }: { field: string }) => field);
  };
  expect(await fields('commands/response', { order_id, action: 'dance' })).toEqual(['action']);
  expect(await fields('commands/response', { order_id })).toEqual(['action']);
  expect(await fields('commands/response', { order_id, action: 'accept', by: 'officer-1' })).toEqual(['by']);
  expect(await fields('commands/response', { order_id, action: 'accept', client_at: '2026' })).toEqual(['client_at']);
  expect(await fields('commands/response', { order_id, action: 'undo' })).toEqual(['undo_of']);
  expect(await fields('commands/response', { order_id, action: 'accept', command_id: 'short' })).toEqual([
    'command_id',
  ]);
  expect(await fields('commands/outcome', { outcome_code: 'T1', money_stopped_minor: 5 })).toEqual(['currency']);
  expect(await fields('commands/outcome', { outcome_code: 'T1', money_stopped_minor: -5, currency: 'CNY' })).toEqual([
    'money_stopped_minor',
  ]);
  expect(await fields('commands/decision', { decision: 'hold' })).toEqual(['hold_s']);
  expect(trial.broker.all()).toHaveLength(before);
});

test('what became of a command is told to whoever gave it', async () => {
  const state = (user: string, id: string) => trial.call(cookies[user] ?? '', { url: `/api/commands/${id}` });
  expect((await state('officer-3107', 'cmd-accept')).body).toEqual({
    command_id: 'cmd-accept',
    state: 'appended',
    reason: null,
  });
  const verdict = { subject: subjectOf('zhou'), case_id, at: START };
  trial.broker.put('Applied', complete('Applied', { ...verdict, command_id: 'cmd-accept', skewed: false }));
  trial.broker.put('Refused', complete('Refused', { ...verdict, command_id: 'cmd-en-route', reason: 'wrong_state' }));
  await trial.seen();
  expect((await state('officer-3107', 'cmd-accept')).body.state).toBe('applied');
  expect((await state('officer-3107', 'cmd-en-route')).body).toMatchObject({ state: 'refused', reason: 'wrong_state' });
  expect((await state('officer-3112', 'cmd-accept')).code).toBe('not_found');
  expect((await state('officer-3107', 'cmd-nobody-knows')).code).toBe('not_found');
  expect((await state('admin', 'cmd-accept')).body.state).toBe('applied');
});

test('a device reports what arrived, under a name made of its content', async () => {
  const report = (user: string, body: object) => send(user, 'deliveries', { order_id, device: 'phone-1', ...body });
  const delivered = await report('officer-3107', { status: 'delivered' });
  const again = await report('officer-3107', { status: 'delivered' });
  const read = await report('officer-3107', { status: 'read' });
  expect(again.body.delivery_id).toBe(delivered.body.delivery_id);
  expect(read.body.delivery_id).not.toBe(delivered.body.delivery_id);
  expect(trial.broker.of('Delivery')[0]).toMatchObject({
    officer: 'officer-3107',
    status: 'delivered',
    channel: 'sse',
    reported_by: 'device',
    step: 1,
  });
  expect((await report('officer-3112', { status: 'read' })).code).toBe('not_your_order');
  expect((await report('officer-3107', { status: 'sent' })).code).toBe('bad_request');
});

test('the body of a command is the record without what the server sets', async () => {
  const { paths } = (await trial.app.inject('/openapi.json')).json();
  const { properties, required } = paths['/api/commands/response'].post.requestBody.content['application/json'].schema;
  expect(required).toEqual(['command_id', 'case_id', 'order_id', 'action']);
  expect(Object.keys(properties)).not.toContain('subject');
  expect(properties.action.enum).not.toContain('UNKNOWN');
});
