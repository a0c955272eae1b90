import { setTimeout as sleep } from 'node:timers/promises';
import { createFollower } from '@yujing/runtime';
import { complete } from '@yujing/schemas';
import { expect, onTestFinished, test } from 'vitest';
import type { Viewer } from '../api/viewer.ts';
import type { LiveEvent } from '../api/views.ts';
import { Listener } from '../stand-in/listener.ts';
import { StandInBroker } from '../stand-in/log.ts';
import { caseOf, hex, labelOf, orderOf, START, subjectOf } from '../stand-in/records.ts';
import { Hub, type HubOptions } from './hub.ts';
import { Masks } from './masks.ts';
import { CaseMemory } from './memory.ts';

const QINGHE: Viewer = { user: 'officer-3107', role: 'officer', precinct: 'qinghe' };
const COLLEAGUE: Viewer = { user: 'officer-3112', role: 'officer', precinct: 'qinghe' };
const LINHU: Viewer = { user: 'officer-3207', role: 'officer', precinct: 'linhu' };
const ANALYST: Viewer = { user: 'analyst-1', role: 'analyst', precinct: null };

interface World {
  readonly hub: Hub;
  readonly broker: StandInBroker;
  settled(): Promise<void>;
}

async function openHub(broker = new StandInBroker(), options: Partial<HubOptions> = {}): Promise<World> {
  const hub = new Hub({
    broker,
    codec: broker.codec,
    follow: createFollower,
    memory: new CaseMemory(),
    masks: new Masks({ masked: async () => null }, () => 0),
    stations: { precincts: () => [], shift: () => undefined },
    currency: 'CNY',
    now: () => START,
    tellsTime: false,
    failed: () => {},
    ...options,
  });
  await hub.start();
  onTestFinished(() => hub.close());
  return {
    hub,
    broker,
    async settled() {
      const ends = await Promise.all(hub.vector.map((_, partition) => broker.range('case', partition)));
      while (!ends.every(({ high }, partition) => (hub.vector[partition] ?? 0) >= high)) await sleep(2);
    },
  };
}

async function listen(hub: Hub, viewer: Viewer, lastEventId?: string): Promise<Listener> {
  const listener = new Listener(viewer);
  await hub.attach(listener, lastEventId);
  return listener;
}

function revisions(events: readonly LiveEvent[]): number[] {
  return events.flatMap((event) => (event.kind === 'case' ? [event.case.revision] : []));
}

test('a case is told to its precinct, to the officer of its order and to the desks', async () => {
  const { hub, broker, settled } = await openHub();
  const all = await Promise.all([QINGHE, COLLEAGUE, LINHU, ANALYST].map((viewer) => listen(hub, viewer)));
  broker.put('Order', orderOf('zhou', 'officer-3107'));
  broker.put('Case', caseOf('zhou', { officer: 'officer-3107' }));
  await settled();
  expect(all.map(({ news }) => news.map(({ kind }) => kind))).toEqual([
    ['order', 'case'],
    ['case'],
    [],
    ['order', 'case'],
  ]);
});

test('what is only written down is told to nobody', async () => {
  const { hub, broker, settled } = await openHub();
  const analyst = await listen(hub, ANALYST);
  broker.put('Case', caseOf('blue', { level: 'BLUE' }));
  broker.put('Case', caseOf('history', { retrospective: true }));
  await settled();
  expect(analyst.news).toEqual([]);
});

test('the answer to a command reaches its author alone', async () => {
  const { hub, broker, settled } = await openHub();
  const [author, colleague] = [await listen(hub, QINGHE), await listen(hub, COLLEAGUE)];
  const own = { subject: subjectOf('zhou'), case_id: hex('case zhou'), at: START };
  broker.put('Case', caseOf('zhou'));
  broker.put(
    'Response',
    complete('Response', {
      ...own,
      command_id: 'cmd-00001',
      by: QINGHE.user,
      role: 'station',
      order_id: hex('o'),
      action: 'accept',
    }),
  );
  broker.put('Applied', complete('Applied', { ...own, command_id: 'cmd-00001', skewed: false }));
  broker.put('Refused', complete('Refused', { ...own, command_id: 'cmd-00002', reason: 'wrong_state' }));
  broker.put('Label', labelOf('zhou'));
  await settled();
  const kinds = (listener: Listener) => listener.news.map(({ kind }) => kind);
  expect(kinds(author)).toEqual(['case', 'applied', 'refused', 'label']);
  // Whose command the second was is not known: those who see the case hear of it.
  expect(kinds(colleague)).toEqual(['case', 'refused', 'label']);
});

test('a case that is handed over goes from one list and comes to the other', async () => {
  const { hub, broker, settled } = await openHub();
  broker.put('Order', orderOf('zhou', 'officer-3107'));
  broker.put('Case', caseOf('zhou', { officer: 'officer-3107' }));
  await settled();
  const all = await Promise.all([QINGHE, COLLEAGUE, LINHU, ANALYST].map((viewer) => listen(hub, viewer)));
  broker.put('Case', caseOf('zhou', { revision: 2, precinct: 'linhu', officer: 'officer-3207' }));
  await settled();
  // 3107 had an order in it, so it stays his to see.
  expect(all.map(({ news }) => news.map(({ kind }) => kind))).toEqual([['case'], ['gone'], ['case'], ['case']]);
});

test('a repeat of the log is heard once', async () => {
  const { hub, broker, settled } = await openHub();
  const analyst = await listen(hub, ANALYST);
  const stamp = (offset: number, index: number) => ({ origin: 'case@1/0/case', offset, index });
  broker.put('Case', caseOf('zhou'), stamp(5, 0));
  broker.put('Case', caseOf('zhou', { revision: 2 }), stamp(5, 1));
  broker.put('Case', caseOf('zhou'), stamp(5, 0));
  broker.put('Case', caseOf('zhou', { revision: 2 }), stamp(5, 1));
  broker.put('Case', caseOf('zhou', { revision: 3 }), stamp(6, 0));
  await settled();
  expect(revisions(analyst.news)).toEqual([1, 2, 3]);
});

test('whoever comes back hears what he missed, once and in order, from the ring', async () => {
  const { hub, broker, settled } = await openHub();
  const first = await listen(hub, ANALYST);
  for (let revision = 1; revision <= 5; revision++) broker.put('Case', caseOf('zhou', { revision }));
  await settled();
  hub.detach(first);
  for (let revision = 6; revision <= 9; revision++) broker.put('Case', caseOf('zhou', { revision }));
  await settled();
  const again = await listen(hub, ANALYST, first.lastId);
  broker.put('Case', caseOf('zhou', { revision: 10 }));
  await settled();
  expect(revisions([...first.news, ...again.news])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('from any id on the rest follows without a gap, also when the ring is long past it', async () => {
  const broker = new StandInBroker();
  const { hub, settled } = await openHub(broker, { ringSize: 4 });
  const first = await listen(hub, ANALYST);
  for (let i = 0; i < 40; i++) broker.put('Case', caseOf(`person ${i % 7}`, { revision: i + 1 }));
  await settled();
  const told = first.heard.filter(({ event }) => event.kind === 'case');
  expect(told).toHaveLength(40);
  for (const [i, { id }] of told.entries()) {
    const again = await listen(hub, ANALYST, id);
    const rest = told.slice(i + 1).map(({ event }) => JSON.stringify(event));
    expect(again.news.map((event) => JSON.stringify(event)).sort(), id).toEqual(rest.sort());
  }
});

test('a stream is resumed at another process over the same log', async () => {
  const broker = new StandInBroker();
  const before = await openHub(broker);
  const first = await listen(before.hub, ANALYST);
  broker.put('Case', caseOf('zhou'));
  await before.settled();
  await before.hub.close();
  broker.put('Case', caseOf('zhou', { revision: 2 }));
  // So short a tail that the ring of the new process begins after what was missed.
  const after = await openHub(broker, { tail: 0 });
  const again = await listen(after.hub, ANALYST, first.lastId);
  expect(revisions(again.news)).toEqual([2]);
});

test('an id of another log, or from the future, starts over', async () => {
  const { hub, broker, settled } = await openHub();
  broker.put('Case', caseOf('zhou'));
  await settled();
  const other = await openHub(new StandInBroker(4, 'log-2'));
  for (const id of ['nonsense', other.hub.id, hub.id.replace(/\w+$/, 'zzz')]) {
    expect((await listen(hub, ANALYST, id)).news, id).toEqual([{ kind: 'reset' }]);
  }
});

test('a start tells nobody what was over before', async () => {
  const broker = new StandInBroker();
  for (let revision = 1; revision <= 20; revision++) broker.put('Case', caseOf('zhou', { revision }));
  const { hub } = await openHub(broker);
  expect((await listen(hub, ANALYST)).news).toEqual([]);
});

test('five hundred clients hear everything that is theirs, in order', async () => {
  const { hub, broker, settled } = await openHub();
  const viewers = [QINGHE, LINHU, ANALYST];
  const clients = await Promise.all(
    Array.from({ length: 500 }, (_, i) => listen(hub, viewers[i % viewers.length] as Viewer)),
  );
  for (let revision = 1; revision <= 60; revision++) {
    const precinct = revision % 2 === 0 ? 'linhu' : 'qinghe';
    broker.put('Case', caseOf(`person of ${precinct}`, { revision, precinct }));
  }
  await settled();
  const heard = clients.map(({ news }) => news.length);
  expect(heard).toEqual(clients.map((_, i) => [30, 30, 60][i % 3]));
  for (const client of clients.slice(0, 6)) {
    const numbers = revisions(client.news);
    for (const parity of [0, 1]) {
      const ofOne = numbers.filter((revision) => revision % 2 === parity);
      expect(ofOne).toEqual([...ofOne].sort((a, b) => a - b));
    }
  }
});

test('a client that takes nothing is cut off, and the others go on', async () => {
  const { hub, broker, settled } = await openHub();
  const [slow, quick] = [await listen(hub, ANALYST), await listen(hub, ANALYST)];
  slow.backlog = 1 << 20;
  broker.put('Case', caseOf('zhou'));
  broker.put('Case', caseOf('zhou', { revision: 2 }));
  await settled();
  expect([slow.isOpen, hub.clients, hub.dropped]).toEqual([false, 1, 1]);
  expect(revisions(slow.news)).toEqual([1]);
  expect(revisions(quick.news)).toEqual([1, 2]);
});

test('an officer is connected as long as one of his streams is', async () => {
  const { hub } = await openHub();
  const streams = [await listen(hub, QINGHE), await listen(hub, QINGHE)];
  expect([hub.isConnected('officer-3107'), hub.isConnected('officer-3112')]).toEqual([true, false]);
  hub.detach(streams[0] as Listener);
  hub.detach(streams[0] as Listener);
  expect(hub.isConnected('officer-3107')).toBe(true);
  hub.detach(streams[1] as Listener);
  expect(hub.isConnected('officer-3107')).toBe(false);
});

test('the heartbeat carries time and place, and sends home whose session is over', async () => {
  const { hub } = await openHub(new StandInBroker(), { heartbeatMs: 5 });
  const [stays, goes] = [await listen(hub, ANALYST), await listen(hub, QINGHE)];
  goes.welcome = false;
  await sleep(30);
  expect(stays.heard.length).toBeGreaterThan(1);
  expect(stays.heard.at(-1)).toEqual({ id: hub.id, event: { kind: 'time', now: START } });
  expect(stays.text).toContain(': still here\n');
  expect([goes.isOpen, hub.isConnected('officer-3107')]).toEqual([false, false]);
});

test('released time is told at once', async () => {
  let now = START;
  const { hub } = await openHub(new StandInBroker(), { tellsTime: true, now: () => now });
  const analyst = await listen(hub, ANALYST);
  now = START + 390_000;
  await sleep(450);
  const times = analyst.heard.map(({ event }) => (event.kind === 'time' ? event.now : 0));
  expect(times).toEqual([START, START + 390_000]);
});

test('a broker that fails for a while costs a pause, not an event', async () => {
  const broker = new StandInBroker();
  let failing = false;
  const failures: unknown[] = [];
  const { hub, settled } = await openHub(broker, {
    failed: (error) => failures.push(error),
    follow: async (from) => {
      const follower = await createFollower(from);
      return {
        ...follower,
        poll: async (max) => {
          if (failing) throw new Error('away');
          return follower.poll(max);
        },
      };
    },
  });
  const analyst = await listen(hub, ANALYST);
  failing = true;
  broker.put('Case', caseOf('zhou'));
  await sleep(60);
  failing = false;
  await settled();
  expect(revisions(analyst.news)).toEqual([1]);
  expect(failures.length).toBeGreaterThan(0);
});
