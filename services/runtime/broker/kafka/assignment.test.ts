import { expect, test } from 'vitest';
import { assign, type Claimant } from './assignment.ts';
import { Holdings } from './holdings.ts';

type Owned = Record<string, readonly number[]>;

function claimants(owned: Owned, generation = 1): Claimant[] {
  return Object.entries(owned).map(([id, partitions]) => ({ id, owned: partitions, generation }));
}

function round(owned: Owned, partitions = 8): Owned {
  return Object.fromEntries(assign(claimants(owned), partitions));
}

test('a first member gets all, two share evenly', () => {
  expect(round({ a: [] })).toEqual({ a: [0, 1, 2, 3, 4, 5, 6, 7] });
  expect(round({ a: [], b: [] })).toEqual({ a: [0, 1, 2, 3], b: [4, 5, 6, 7] });
});

test('what moves is given to nobody until its owner has let it go', () => {
  const first = round({ a: [0, 1, 2, 3, 4, 5, 6, 7], b: [] });
  expect(first).toEqual({ a: [0, 1, 2, 3], b: [] });
  expect(round(first)).toEqual({ a: [0, 1, 2, 3], b: [4, 5, 6, 7] });
});

test('who stays keeps what it has', () => {
  const three = { a: [0, 1, 2], b: [3, 4, 5], c: [6, 7] };
  expect(round(three)).toEqual(three);
  expect(round({ a: [0, 1, 2], c: [6, 7] })).toEqual({ a: [0, 1, 2, 3], c: [4, 5, 6, 7] });
  expect(round({ ...three, d: [] })).toEqual({ a: [0, 1], b: [3, 4], c: [6, 7], d: [] });
});

test('from any state it comes to rest: every partition has one owner, even to within one', () => {
  let seed = 7;
  const random = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
  for (let run = 0; run < 300; run++) {
    const partitions = 1 + random(16);
    const ids = [...Array(1 + random(6)).keys()].map((n) => `m${n}`);
    let owned: Owned = Object.fromEntries(ids.map((id) => [id, []]));
    for (let partition = 0; partition < partitions; partition++) {
      const id = ids[random(ids.length + 1)];
      if (id !== undefined) owned[id] = [...owned[id]!, partition];
    }
    for (let i = 0; i < 2; i++) owned = round(owned, partitions);
    expect(round(owned, partitions)).toEqual(owned);
    const given = Object.values(owned)
      .flat()
      .sort((a, b) => a - b);
    expect(given).toEqual([...Array(partitions).keys()]);
    const counts = Object.values(owned).map(({ length }) => length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  }
});

test('of two that claim a partition, the one of the later generation is right', () => {
  const members = [
    { id: 'a', owned: [0, 1], generation: 9 },
    { id: 'b', owned: [0, 1], generation: 4 },
  ];
  expect(Object.fromEntries(assign(members, 2))).toEqual({ a: [0], b: [] });
});

function listening(): { told: string[]; holdings: Holdings; letGo(partition: number): void; done: () => number } {
  const told: string[] = [];
  const open = new Map<number, () => void>();
  let count = 0;
  const listener = {
    assigned: (partition: number): void => void told.push(`+${partition}`),
    revoked: (partition: number): Promise<void> => {
      told.push(`-${partition}`);
      return new Promise((resolve) => open.set(partition, resolve));
    },
  };
  const holdings = new Holdings(listener, () => count++);
  return { told, holdings, letGo: (partition) => open.get(partition)?.(), done: () => count };
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a listener hears of what changes only, and a partition is held until it is let go', async () => {
  const { told, holdings, letGo, done } = listening();
  holdings.give([0, 1, 2]);
  holdings.give([0, 1]);
  expect(told).toEqual(['+0', '+1', '+2', '-2']);
  expect(holdings.all()).toEqual([0, 1, 2]);
  await turns();
  expect(done()).toBe(0);
  letGo(2);
  await turns();
  expect(holdings.all()).toEqual([0, 1]);
  expect(done()).toBe(1);
});

test('a partition given back too early begins anew when it has ended', async () => {
  const { told, holdings, letGo } = listening();
  holdings.give([0]);
  holdings.give([]);
  holdings.give([0]);
  expect(told).toEqual(['+0', '-0']);
  letGo(0);
  await turns();
  expect(told).toEqual(['+0', '-0', '+0']);
});

test('after a silence everything comes back, unless the group went on without us', async () => {
  for (const isForgotten of [false, true]) {
    const { told, holdings, letGo } = listening();
    holdings.give([0, 1]);
    void holdings.letGoAll();
    if (isForgotten) holdings.forget();
    letGo(0);
    letGo(1);
    await turns();
    holdings.giveAgain();
    expect(told).toEqual(['+0', '+1', '-0', '-1', ...(isForgotten ? [] : ['+0', '+1'])]);
  }
});
