import { checkMeaning } from '@yujing/schemas';
import { partitionOf } from '@yujing/runtime';
import { expect, test } from 'vitest';
import { callEvent, NOON, openTestDoor, paymentEvent } from '../fixtures/open-test-door.ts';

test('a call becomes a Call keyed by the caller and a Touch keyed by the subscriber', async () => {
  const t = await openTestDoor();
  const answer = await t.post(callEvent());
  expect(answer.statusCode).toBe(202);
  expect(answer.json()).toEqual({ accepted: 1, duplicates: 0, refused: [], ignored_fields: {} });
  const [call, touch] = t.feed().sort((a, b) => a.type.localeCompare(b.type));
  if (call?.type !== 'Call' || touch?.type !== 'Touch') throw new Error('a Call and a Touch expected');
  expect(call.value).toMatchObject({ phase: 'answered', peer_number_class: 'intl_hk_mo_tw', peer_country: 'HK' });
  expect(call.value).toMatchObject({ subject_kind: 'person', accepted_at: NOON, lateness: 'on_time', door: 'door-1' });
  expect(call.value.counterparty).toBe(call.value.peer_tel);
  expect(touch.value.party).toBe(call.value.subscriber_tel);
  expect(touch.value.event_id).toBe(call.value.event_id);
  for (const { type, value } of [call, touch]) expect(checkMeaning(type, value)).toEqual([]);
  for (const [partition, records] of t.broker.feed.entries()) {
    for (const { key } of records) if (key !== 'door-1') expect(partitionOf(key, 4)).toBe(partition);
  }
  await t.close();
});

test('a repeat is counted and not written again, in the same body, later and after a restart', async () => {
  const t = await openTestDoor();
  expect((await t.post([callEvent(), callEvent()])).json()).toMatchObject({ accepted: 1, duplicates: 1 });
  expect((await t.post(callEvent())).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  await t.door.close();
  const again = await openTestDoor({ folder: t.folder, broker: t.broker });
  expect((await again.post(callEvent())).json()).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(t.feed()).toHaveLength(2);
  await again.close();
});

test('good events of a body stand although others are refused, and the refused ones are kept', async () => {
  const t = await openTestDoor();
  const lines = [
    JSON.stringify(callEvent()),
    '{ no json',
    JSON.stringify(paymentEvent({ amount_minor: '480000.00' })),
    JSON.stringify(paymentEvent({ favourite_colour: 'red', memo: 'x' })),
  ].join('\n');
  const answer = await t.post(lines, { 'content-type': 'application/x-ndjson' });
  expect(answer.statusCode).toBe(202);
  expect(answer.json()).toMatchObject({
    accepted: 2,
    refused: [
      { index: 1, code: 'bad_json' },
      { index: 2, code: 'wrong_type', field: 'amount_minor', message: expect.stringContaining('minor units') },
    ],
    ignored_fields: { favourite_colour: 1, memo: 1 },
  });
  const [newest] = await t.door.deadLetters.list();
  expect(newest).toMatchObject({ source: 'city-operator', code: 'wrong_type', index: 2 });
  const kept = await t.door.deadLetters.show(answer.json().refused[1].dead_letter_id);
  expect(kept?.text).toContain('480000.00');
  await t.close();
});

test('400 with problem details when nothing was accepted', async () => {
  const t = await openTestDoor();
  const answer = await t.post([callEvent({ phase: 'answer' })]);
  expect(answer.statusCode).toBe(400);
  expect(answer.headers['content-type']).toContain('application/problem+json');
  expect(answer.json()).toMatchObject({
    type: 'urn:yujing:problem:nothing_accepted',
    status: 400,
    refused: [{ index: 0, code: 'unknown_symbol', field: 'phase' }],
  });
  await t.close();
});

test('CloudEvents, alone and in a batch, must come from the source of the key', async () => {
  const t = await openTestDoor();
  const { type: _, id, occurred_at: time, ...data } = callEvent();
  const event = { specversion: '1.0', id, source: 'city-operator', type: 'yujing.call.v1', time, data };
  const one = await t.post(event, { 'content-type': 'application/cloudevents+json' });
  expect(one.json()).toMatchObject({ accepted: 1 });
  const two = await t.post(
    [
      { ...event, id: 'c2' },
      { ...event, source: 'somebody-else' },
    ],
    {
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    },
  );
  expect(two.json()).toMatchObject({ accepted: 1, refused: [{ index: 1, code: 'wrong_source' }] });
  await t.close();
});
