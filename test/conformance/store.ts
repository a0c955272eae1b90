import type { Commit, CommitHead, Slot, Store } from '@yujing/runtime';
import { afterAll, beforeAll, expect } from 'vitest';
import { conformance, type Without } from './cases.ts';

/** What a suite needs of an implementation. */
export interface StoreSubject {
  readonly store: Store;
  /** the same state, opened anew after everything was closed */
  reopen(): Promise<Store>;
  close(): Promise<void>;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function head(id: string, changes: Partial<CommitHead> = {}): CommitHead {
  return { id, position: 1, stamps: [], meta: new Uint8Array(0), outbox: [], ...changes };
}

function commit(follows: string | undefined, id: string, entities: Record<string, string | null> = {}): Commit {
  const changed = Object.entries(entities).map(([key, text]) => [key, text === null ? null : bytes(text)] as const);
  return { follows, head: head(id), entities: new Map(changed) };
}

/** Runs the suite on one implementation. Every test has slots of its own, so an older store may be used again. */
export function storeConformance(name: string, open: () => Promise<StoreSubject>, without: Without = {}): void {
  conformance(`store: ${name}`, without, (check) => {
    const run = `${Date.now()}`;
    let subject: StoreSubject;
    let store: Store;
    beforeAll(async () => {
      subject = await open();
      ({ store } = subject);
    });
    afterAll(() => subject.close());

    const slot = (stage: string, partition = 0): Slot => ({ stage: `${stage}-${run}`, logId: 'a1b2c3', partition });
    const applied = async (where: Slot, what: Commit): Promise<boolean> => (await store.commit(where, what)).applied;
    const texts = async (where: Slot, ...keys: string[]): Promise<Array<string | undefined>> => {
      const { entities } = await store.load(where, keys);
      return entities.map((entity) => (entity === undefined ? undefined : new TextDecoder().decode(entity)));
    };

    check('a slot that was never committed has no head, no id and no entities', async () => {
      const where = slot('empty');
      expect((await store.head(where)).head).toBeUndefined();
      expect(await store.load(where, ['a', 'b'])).toEqual({ id: undefined, entities: [undefined, undefined] });
      expect(await store.load(where, [])).toEqual({ id: undefined, entities: [] });
    });

    check('a commit is applied only on top of the one it names', async () => {
      const where = slot('cas');
      expect(await applied(where, commit('never-was', 'c0', { a: 'torn' }))).toBe(false);
      expect(await applied(where, commit(undefined, 'c1', { a: '1' }))).toBe(true);
      expect(await applied(where, commit(undefined, 'c2', { a: 'zombie' }))).toBe(false);
      expect(await applied(where, commit('c0', 'c2', { a: 'zombie' }))).toBe(false);
      expect(await applied(where, commit('c1', 'c2', { a: '2' }))).toBe(true);
      expect(await applied(where, commit('c1', 'c3', { a: 'zombie' }))).toBe(false);
      expect(await texts(where, 'a')).toEqual(['2']);
      expect((await store.head(where)).head?.id).toBe('c2');
    });

    check('a refused commit leaves nothing behind: all or nothing', async () => {
      const where = slot('all');
      await applied(where, commit(undefined, 'c1', { a: '1', b: '1' }));
      await applied(where, commit('other', 'c2', { a: '2', b: null, c: '2' }));
      expect(await texts(where, 'a', 'b', 'c')).toEqual(['1', '1', undefined]);
      expect((await store.head(where)).head).toMatchObject({ id: 'c1' });
    });

    check('of two commits at once on the same one, one is applied', async () => {
      const where = slot('race');
      await applied(where, commit(undefined, 'c1'));
      const both = ['left', 'right'].map((side) => applied(where, commit('c1', side, { a: side, [side]: side })));
      const [left, right] = await Promise.all(both);
      expect([left, right].filter(Boolean)).toHaveLength(1);
      const winner = left ? 'left' : 'right';
      expect(await texts(where, 'a', 'left', 'right')).toEqual([
        winner,
        left ? 'left' : undefined,
        right ? 'right' : undefined,
      ]);
    });

    check('a load gives the id of the newest commit with the entities, in the order asked for', async () => {
      const where = slot('load');
      await applied(where, commit(undefined, 'c1', { a: '1', b: '2' }));
      await applied(where, commit('c1', 'c2', { b: '3', c: '4' }));
      expect((await store.load(where, ['c'])).id).toBe('c2');
      expect(await texts(where, 'c', 'nobody', 'a', 'b', 'a')).toEqual(['4', undefined, '1', '3', '1']);
    });

    check('id and entities of a load belong together while commits go on', async () => {
      const where = slot('together');
      await applied(where, commit(undefined, '0', { a: '0', b: '0' }));
      const writing = (async () => {
        for (let n = 1; n <= 50; n++) await applied(where, commit(`${n - 1}`, `${n}`, { a: `${n}`, b: `${n}` }));
      })();
      for (let n = 0; n < 50; n++) {
        const { id, entities } = await store.load(where, ['a', 'b']);
        expect(entities.map((entity) => new TextDecoder().decode(entity))).toEqual([id, id]);
      }
      await writing;
    });

    check('null removes, and what was removed can come again', async () => {
      const where = slot('remove');
      await applied(where, commit(undefined, 'c1', { a: '1', b: '1' }));
      await applied(where, commit('c1', 'c2', { a: null, nobody: null }));
      expect(await texts(where, 'a', 'b', 'nobody')).toEqual([undefined, '1', undefined]);
      await applied(where, commit('c2', 'c3', { a: '3' }));
      expect(await texts(where, 'a')).toEqual(['3']);
    });

    check('keys and values of every kind come back as they were', async () => {
      const where = slot('kinds');
      const odd = ['', ' ', 'a/b', 'a\0b', '钥匙', '*?[x]', '{tag}', 'k'.repeat(300)];
      const value = Uint8Array.from({ length: 32_768 }, (_, i) => i & 255);
      const entities = new Map<string, Uint8Array | null>(odd.map((key) => [key, bytes(`=${key}`)]));
      entities.set('large', value).set('nothing', new Uint8Array(0));
      await store.commit(where, { follows: undefined, head: head('c1'), entities });
      expect(await texts(where, ...odd)).toEqual(odd.map((key) => `=${key}`));
      const got = (await store.load(where, ['large', 'nothing'])).entities;
      expect(got.map((entity) => Buffer.from(entity!).equals(Buffer.from([...value])) || entity!.length)).toEqual([
        true,
        0,
      ]);
    });

    check('a head comes back whole: position, stamps, meta and outbox to the byte', async () => {
      const where = slot('head');
      const stamp = { origin: 'a1b2c3/7/profile', offset: 2 ** 45 + 1, index: 3 };
      const whole = head('c1', {
        position: 2 ** 46,
        stamps: [
          ['a1b2c3/7/profile', 2 ** 45, 0],
          ['来源', 0, 12],
        ],
        meta: Uint8Array.from([0, 1, 255, 0]),
        outbox: [
          { log: 'case', partition: 5, key: 'k1', bytes: Uint8Array.from([9, 0, 200]), stamp },
          { log: 'case', partition: 0, key: '', bytes: new Uint8Array(0), stamp: { ...stamp, index: 4 } },
        ],
      });
      await store.commit(where, { follows: undefined, head: whole, entities: new Map() });
      const got = (await store.head(where)).head!;
      expect(plain(got)).toEqual(plain(whole));
    });

    check('slots are apart: stage, log and partition', async () => {
      const slots = [slot('apart'), slot('apart', 1), slot('other'), { ...slot('apart'), logId: 'd4e5f6' }];
      for (const [i, where] of slots.entries()) {
        expect(await applied(where, commit(undefined, `c${i}`, { a: `${i}` }))).toBe(true);
      }
      for (const [i, where] of slots.entries()) {
        expect([await texts(where, 'a'), (await store.load(where, [])).id]).toEqual([[`${i}`], `c${i}`]);
      }
    });

    check('the clock of the store does not go backwards', async () => {
      const where = slot('clock');
      const times = [(await store.head(where)).now];
      for (let n = 0; n < 5; n++)
        times.push((await store.commit(where, commit(n ? `${n - 1}` : undefined, `${n}`))).now);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(Math.abs(times[0]! - Date.now())).toBeLessThan(60_000);
    });

    check('opened again it holds the newest commits, and they are what the next must name', async () => {
      const where = slot('again');
      await applied(where, commit(undefined, 'c1', { a: '1', b: '1', c: '1' }));
      await applied(where, commit('c1', 'c2', { a: '2', b: null }));
      store = await subject.reopen();
      expect((await store.head(where)).head?.id).toBe('c2');
      expect(await texts(where, 'a', 'b', 'c')).toEqual(['2', undefined, '1']);
      expect(await applied(where, commit('c1', 'c3'))).toBe(false);
      expect(await applied(where, commit('c2', 'c3', { a: '3' }))).toBe(true);
    });
  });
}

/** Byte arrays of every class compare as numbers. */
function plain(value: CommitHead): unknown {
  return {
    ...value,
    meta: [...value.meta],
    outbox: value.outbox.map((record) => ({ ...record, bytes: [...record.bytes] })),
  };
}
