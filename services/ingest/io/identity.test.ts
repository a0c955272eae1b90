import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call, Transaction } from '@yujing/schemas';
import { ClassicLevel } from 'classic-level';
import { expect, test } from 'vitest';
import { clearField } from '../event/draft.ts';
import { callEvent, NOON, openTestDoor, paymentEvent, type TestDoor } from '../fixtures/open-test-door.ts';
import { maskName } from '../identity/reader.ts';
import { tokenKey } from '../identity/tokens.ts';
import { LevelVault, type IdentityLevel } from './level-vault.ts';

function person(over: Record<string, unknown> = {}) {
  return {
    subject_id: 'P-0001',
    name: '周澜敏',
    sex: 'female',
    age_band: 'adult',
    language: { zh: '说方言，懂普通话', en: 'Dialect, follows Mandarin' },
    address: '柳岸花园12幢2单元602',
    home: { adcode: '990101', station_code: 'qinghe', area_zh: '青禾街道', area_en: 'Qinghe' },
    numbers: ['+8612000000001'],
    accounts: ['6200000000000000011', '6200000000000000037'],
    contacts: [{ relation: 'family', tel: '+8612000001000' }],
    ...over,
  };
}

function register(t: TestDoor, persons: unknown) {
  const headers = { authorization: `Bearer ${t.key}`, 'content-type': 'application/json' };
  return t.app.inject({ method: 'PUT', url: '/v1/persons', headers, payload: JSON.stringify(persons) });
}

function calls(t: TestDoor): Call[] {
  return t.feed().flatMap((record) => (record.type === 'Call' ? [record.value] : []));
}

function payments(t: TestDoor): Transaction[] {
  return t.feed().flatMap((record) => (record.type === 'Transaction' ? [record.value] : []));
}

test('an event without a person finds them by their number or account, with home, age band and relation', async () => {
  const t = await openTestDoor();
  expect((await register(t, [person({ valid_from: NOON - 1000 })])).json()).toEqual({ accepted: 1, refused: [] });
  await t.post([
    callEvent(),
    callEvent({ id: 'c2', subject_id: null, subscriber_cell: '990102:linhu', peer_tel: '+86 120-0000-1000' }),
    paymentEvent({ subject_id: undefined, kind: 'self_move', payee_acct: '6200 0000 0000 0000 037' }),
  ]);
  const [named, found] = calls(t).sort((a, b) => (a.peer_relation ?? '').localeCompare(b.peer_relation ?? ''));
  const [own] = payments(t);
  expect(found).toMatchObject({
    subject: named!.subject,
    subject_kind: 'person',
    subject_age_band: 'adult',
    peer_relation: 'family',
  });
  expect(found!.places).toMatchObject([
    { kind: 'home', station_code: 'qinghe', adcode: '990101' },
    { kind: 'last_cell', station_code: 'linhu', adcode: '990102', at: NOON },
  ]);
  expect(named!.peer_relation).toBeNull();
  expect(own).toMatchObject({ subject: named!.subject, peer_relation: 'self', direction: 'outgoing' });
  await t.close();
});

test('without a register the number or account itself is the subject', async () => {
  const t = await openTestDoor();
  await t.post([callEvent({ subject_id: undefined }), paymentEvent({ subject_id: undefined, kind: 'loan_in' })]);
  const [call] = calls(t);
  const [loan] = payments(t);
  expect(call).toMatchObject({ subject_kind: 'tel', subject: call!.subscriber_tel, places: [] });
  expect(loan).toMatchObject({ subject_kind: 'account', subject: loan!.payee_acct, counterparty: loan!.payer_acct });
  await t.close();
});

test('a number that changes hands belongs to each holder in their time', async () => {
  const t = await openTestDoor({ historical: true });
  const day = 86_400_000;
  await register(t, [person({ valid_from: NOON - 10 * day })]);
  await register(t, [person({ subject_id: 'P-0002', name: '韩屿汀', accounts: [], valid_from: NOON - 2 * day })]);
  const at = (id: string, time: number) => callEvent({ id, subject_id: undefined, occurred_at: time });
  await t.post([at('before', NOON - 20 * day), at('first', NOON - 5 * day), at('second', NOON - day)]);
  const kinds = calls(t).sort((a, b) => a.occurred_at - b.occurred_at);
  expect(kinds.map(({ subject_kind }) => subject_kind)).toEqual(['tel', 'person', 'person']);
  expect(kinds[1]!.subject).not.toBe(kinds[2]!.subject);
  const names = await Promise.all(kinds.slice(1).map(({ subject }) => t.door.identity.clear(subject)));
  expect(names.map((opened) => opened?.name)).toEqual(['周澜敏', '韩屿汀']);
  // The first holder's new entry no longer names the number: nobody's link of today is touched by it.
  await register(t, [person({ numbers: [], valid_from: NOON })]);
  await t.post(at('third', NOON));
  expect(calls(t).find(({ occurred_at }) => occurred_at === NOON)?.subject).toBe(kinds[2]!.subject);
  await t.close();
});

test('the console reads a masked person, and a clear one by an opening', async () => {
  const t = await openTestDoor();
  await register(t, [person()]);
  await t.post(callEvent());
  const { subject, peer_tel } = calls(t)[0]!;
  const masked = await t.door.identity.masked(subject);
  expect(masked).toMatchObject({
    name_masked: '周█敏',
    area: { zh: '青禾街道', en: 'Qinghe' },
    age_band: 'adult',
    hearing: null,
  });
  expect(JSON.stringify(masked)).not.toMatch(/澜|柳岸|120000/);
  const clear = await t.door.identity.clear(subject);
  expect(clear).toMatchObject({ name: '周澜敏', address: '柳岸花园12幢2单元602' });
  expect(clear!.contacts.map(({ relation, tel }) => [relation, tel])).toEqual([
    ['self', '+8612000000001'],
    ['family', '+8612000001000'],
  ]);
  expect(masked!.contacts.map(({ contact_id }) => contact_id)).toEqual(
    clear!.contacts.map(({ contact_id }) => contact_id),
  );
  expect(await t.door.identity.clearValue(peer_tel!)).toEqual({ kind: 'tel', value: '+852000001' });
  expect(await t.door.identity.masked('t1_AAAAAAAAAAAAAAAAAAAAAA')).toBeNull();
  await t.close();
});

test('register entries that are wrong are refused by field, the others stand', async () => {
  const t = await openTestDoor();
  const answer = await register(t, [
    person(),
    { name: 'x' },
    person({ home: { adcode: 'Qinghe' } }),
    person({ sex: 'f' }),
    7,
  ]);
  expect(answer.json()).toMatchObject({
    accepted: 1,
    refused: [
      { index: 1, code: 'missing', field: 'subject_id' },
      { index: 2, code: 'bad_form', field: 'home.adcode' },
      { index: 3, code: 'unknown_symbol', field: 'sex' },
      { index: 4, code: 'not_an_object' },
    ],
  });
  expect((await register(t, { not: 'a list' })).statusCode).toBe(400);
  await t.close();
});

test('a value keeps its first token under a new key; tampered and moved values do not open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yujing-vault-'));
  const level: IdentityLevel = new ClassicLevel(folder, { valueEncoding: 'view' });
  const vault = new Map([[1, createSecretKey(randomBytes(32))]]);
  const keys = [1, 2].map((version) => tokenKey(version, randomBytes(32)));
  const field = (value: string) => clearField('tel', value, '');
  const first = field('+8612000000001');
  await new LevelVault(level, { tokens: keys.slice(0, 1), vault, isNew: false }).mint([first]);
  const both = new LevelVault(level, { tokens: keys, vault, isNew: false });
  const again = field('+8612000000001');
  const fresh = field('+8612000000002');
  await both.mint([again, fresh]);
  expect(again.token).toBe(first.token);
  expect(fresh.token).toMatch(/^t2_[A-Za-z0-9_-]{22}$/);
  expect(both.recall([field('+8612000000002')])).toEqual([]);
  expect(await both.reveal(first.token)).toEqual({ kind: 'tel', value: '+8612000000001' });
  const sealed = (await level.get(`v:${first.token}`)) as Uint8Array;
  await level.put(`v:${fresh.token}`, sealed);
  await expect(both.reveal(fresh.token)).rejects.toThrow();
  await level.close();
  rmSync(folder, { recursive: true });
});

test('a name of two keeps one character', () => {
  expect(['马军', '周澜敏', '欧阳若汀', '李', ''].map(maskName)).toEqual(['马█', '周█敏', '欧█汀', '李█', '█']);
});
